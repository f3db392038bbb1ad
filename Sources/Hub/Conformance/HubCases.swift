// What a hub must do: QĐ 28/2018/QĐ-TTg, QCVN 102:2016/BTTTT and the platform's protocol as its kit speaks it.
internal import EdXML
internal import Foundation
internal import VXP

private let protocolClause = "Giao thức trục (bộ công cụ Java 2.0.1)"

package let hubCases: [ConformanceCase<HubBench>] = hubCasesOfTransport + hubCasesOfIdentity

private let hubCasesOfTransport: [ConformanceCase<HubBench>] = [
    .init(
        "TR-01", "\(protocolClause); QĐ 28/2018 Điều 10.1",
        .init("Văn bản hợp lệ đi từ bên gửi đến bên nhận", "A valid document goes from sender to receiver"),
        .init(
            "Nhận được nguyên từng byte; báo done thì thôi đưa; bên gửi thấy đã nhận",
            "Byte for byte; no more offered after done; the sender sees that it is received")
    ) { bench in
        let (known, file) = (try await bench.known(), bench.document("1"))
        let sent = try await bench.send(file)
        let rows = try await bench.offered(after: known)
        try require(
            rows.count == 1, "Bên nhận được đưa \(rows.count) gói", "The receiver is offered \(rows.count) packets")
        try require(
            try await bench.to.getEdoc(docId: rows[0].docId) == file, "Gói tin bị đổi trên đường",
            "The packet was changed")
        try await bench.to.updateStatus(docId: rows[0].docId, to: .done)
        try require(
            try await bench.offered(after: known).isEmpty, "Gói đã nhận vẫn được đưa",
            "A stored packet is still offered")
        let state = try await bench.from.sentList(messageType: .document, docId: sent).map(\.receiveStatus)
        try require(state == ["done"], "Bên gửi thấy \(state)", "The sender sees \(state)")
    },
    .init(
        "TR-02", protocolClause, .init("Cùng một gói gửi hai lần", "The same packet is sent twice"),
        .init("Một DocId, đưa một lần", "One DocId, offered once")
    ) { bench in
        let (known, file) = (try await bench.known(), bench.document("2"))
        let ids = [try await bench.send(file), try await bench.send(file)]
        let rows = try await bench.offered(after: known)
        try require(ids[0] == ids[1], "Hai lần gửi có hai DocId", "Two DocIds for one packet")
        try require(rows.count == 1, "Được đưa \(rows.count) lần", "Offered \(rows.count) times")
        for row in rows { try await bench.to.updateStatus(docId: row.docId, to: .done) }
    },
    .init(
        "TR-03", protocolClause, .init("Bên nhận báo lỗi rồi nhận lại", "The receiver fails, then takes it"),
        .init("Gói được đưa lại cho đến khi báo done", "Offered again until done")
    ) { bench in
        let known = try await bench.known()
        _ = try await bench.send(bench.document("3"))
        for word in [Acknowledgement.processing, .fail] {
            guard let row = try await bench.offered(after: known).first else { break }
            try await bench.to.updateStatus(docId: row.docId, to: word)
        }
        guard let row = try await bench.offered(after: known).first else {
            throw Nonconformity("Gói báo lỗi không được đưa lại", "A failed packet is not offered again")
        }
        try await bench.to.updateStatus(docId: row.docId, to: .done)
        try await bench.to.updateStatus(docId: row.docId, to: .fail)
        try require(
            try await bench.offered(after: known).isEmpty, "Gói đã done lại được đưa",
            "A packet that was done comes again")
    },
    .init(
        "TR-04", "QCVN 102:2016, gói trạng thái", .init("Gói trạng thái", "A status packet"),
        .init("Chỉ đến đơn vị của văn bản, trong danh sách trạng thái", "Only to the document's agency, among statuses")
    ) { bench in
        let known = try await bench.known(.status)
        let status = StatusPacket(
            sender: Party(agencyCode: bench.sender.agency),
            about: .init(agencyCode: bench.receiver.agency, code: "4-\(bench.mark)/BT", documentId: "x"),
            status: .accepted)
        _ = try await bench.send(PacketWriter().write(status), type: .status)
        let rows = try await bench.offered(.status, after: known)
        try require(rows.count == 1, "Được đưa \(rows.count) gói", "\(rows.count) packets are offered")
        for row in rows { try await bench.to.updateStatus(docId: row.docId, to: .done) }
    },
    .init(
        "TR-05", "QĐ 28/2018 Điều 6.2",
        .init("Hỏa tốc gửi sau văn bản thường", "An express document after an ordinary one"),
        .init("Hỏa tốc được đưa trước", "The express one is offered first")
    ) { bench in
        let known = try await bench.known()
        let ordinary = bench.document("5")
        _ = try await bench.send(ordinary)
        let express = bench.document("6", urgency: .express)
        _ = try await bench.send(express)
        let rows = try await bench.offered(after: known)
        var files: [Data] = []
        for row in rows {
            files.append(try await bench.to.getEdoc(docId: row.docId))
            try await bench.to.updateStatus(docId: row.docId, to: .done)
        }
        try require(
            rows.count == 2, "Bên nhận được đưa \(rows.count) gói", "The receiver is offered \(rows.count) packets")
        try require(Set(files) == [ordinary, express], "Gói tin bị đổi trên đường", "The packet was changed")
        try require(files[0] == express, "Văn bản thường được đưa trước", "The ordinary one is offered first")
    },
    .init(
        "TR-06", protocolClause, .init("hash-file không đệm số 0", "hash-file without zero padding"),
        .init("Được chấp nhận và đến nơi nguyên từng byte", "Accepted, and delivered byte for byte")
    ) { bench in
        let (known, file) = (try await bench.known(), bench.documentWithShortHash("7"))
        var call = VXPCall.send(file, from: bench.sender.agency, messageType: .document)
        call.parameters = call.parameters.map { $0.name == "hash-file" ? ($0.name, FileHash.unpadded(file)) : $0 }
        let answer = try await bench.answer(try bench.signed(call))
        let rows = try await bench.offered(after: known)
        var files: [Data] = []
        for row in rows {
            files.append(try await bench.to.getEdoc(docId: row.docId))
            try await bench.to.updateStatus(docId: row.docId, to: .done)
        }
        try require(answer.isSuccess, "Bị từ chối: \(answer.explanation)", "Refused: \(answer.code)")
        try require(
            rows.count == 1, "Bên nhận được đưa \(rows.count) gói", "The receiver is offered \(rows.count) packets")
        try require(files == [file], "Gói tin bị đổi trên đường", "The packet was changed")
    },
    .init(
        "TR-07", protocolClause, .init("Tham số thừa từ lời gọi trước", "Parameters left over from earlier calls"),
        .init("Bỏ qua tham số không thuộc lời gọi", "Those that the call does not know are ignored")
    ) { bench in
        var call = VXPCall.receivedList(.document)
        call.parameters += [("docId", "d-1"), ("status", "done"), ("hash-file", "00")]
        let response = try await bench.call(try bench.signed(call))
        let answer = try? JSONDecoder().decode(Answer<[ReceivedRow]>.self, from: response.body)
        try require(answer?.isSuccess == true, "Lời gọi bị từ chối", "The call is refused")
    },
]

private let hubCasesOfIdentity: [ConformanceCase<HubBench>] = [
    refusal(
        "TR-20", .init("Khóa bí mật sai", "A wrong secret"), codes: ["15"],
        { bench in
            try RequestSigner(systemId: bench.sender.systemId, secret: "sai-\(bench.mark)")
                .sign(VXPCall(.getAgenciesList), at: bench.now())
        }),
    refusal(
        "TR-21", .init("Lời gọi từ một giờ trước", "A call made an hour ago"), codes: ["15"],
        { try $0.signed(VXPCall(.getAgenciesList), at: $0.now().addingTimeInterval(-3_600)) }),
    refusal(
        "TR-22", .init("Tham số bị đổi sau khi ký", "A parameter changed after signing"), codes: ["15"],
        { bench in
            var request = try bench.signed(.sentList(.document, docId: "a"))
            request.headers = request.headers.map { $0.name == "XroadVnpt-docId" ? ($0.name, "b") : $0 }
            return request
        }),
    .init(
        "TR-23", protocolClause, .init("Lời gọi bị lặp lại nguyên văn", "A call repeated word for word"),
        .init(
            "Lần thứ hai bị từ chối, hoặc được trả lời như lần đầu; không gì được làm hai lần",
            "The second time it is refused, or answered as the first time; nothing is done twice")
    ) { bench in
        let known = try await bench.known()
        let request = try bench.signed(
            .send(bench.document("23"), from: bench.sender.agency, messageType: .document))
        let (first, again) = (try await bench.answer(request), try await bench.answer(request))
        let rows = try await bench.offered(after: known)
        for row in rows { try await bench.to.updateStatus(docId: row.docId, to: .done) }
        try require(
            !again.isSuccess || again.content == first.content, "Lời gọi lặp lại được thực hiện như lời gọi mới",
            "The repeated call is carried out as a new one")
        try require(rows.count == 1, "Được đưa \(rows.count) lần", "Offered \(rows.count) times")
    },
    refusal(
        "TR-24", .init("hash-file sai", "A wrong hash-file"), codes: ["21", "10"],
        { bench in
            var call = VXPCall.send(bench.document("24"), from: bench.sender.agency, messageType: .document)
            call.parameters = call.parameters.map {
                $0.name == "hash-file" ? ($0.name, String(repeating: "ab", count: 32)) : $0
            }
            return try bench.signed(call)
        }),
    refusal(
        "TR-25", .init("Gói tin không phải edXML", "A packet that is not edXML"), codes: ["22", "10", "21"],
        { try $0.signed(.send(Data("<a>".utf8), from: $0.sender.agency, messageType: .document)) }),
    refusal(
        "TR-26", .init("Đơn vị nhận không tồn tại", "An unknown recipient"), codes: ["18"],
        { bench in
            let file = bench.document("26", to: ["999.99.99.Z99"])
            return try bench.signed(.send(file, from: bench.sender.agency, messageType: .document))
        }),
    refusal(
        "TR-27", .init("Gửi dưới tên đơn vị khác", "Sending in another's name"), codes: ["19"],
        { bench in
            let file = bench.document("27", from: bench.receiver.agency, to: [bench.sender.agency])
            return try bench.signed(.send(file, from: bench.receiver.agency, messageType: .document))
        }),
    refusal(
        "TR-28", .init("Tên trong gói khác tên trong lời gọi", "Another name in the packet than in the call"),
        codes: ["19"],
        { bench in
            let file = bench.document("28", from: bench.receiver.agency, to: [bench.sender.agency])
            return try bench.signed(.send(file, from: bench.sender.agency, messageType: .document))
        }),
    .init(
        "TR-29", "QĐ 28/2018 Điều 13", .init("Đọc gói tin của người khác", "Reading another's packet"),
        .init("Không đọc, không báo nhận thay được", "Neither read nor acknowledged by somebody else")
    ) { bench in
        let known = try await bench.known()
        _ = try await bench.send(bench.document("29"))
        guard let row = try await bench.offered(after: known).first else {
            throw Nonconformity("Gói không đến", "The packet does not arrive")
        }
        let read = try? await bench.from.getEdoc(docId: row.docId)
        let told: Void? = try? await bench.from.updateStatus(docId: row.docId, to: .done)
        let isLeft = try await bench.offered(after: known).map(\.docId) == [row.docId]
        try await bench.to.updateStatus(docId: row.docId, to: .done)
        try require(read == nil, "Bên gửi đọc được gói của bên nhận", "The sender reads what is the receiver's")
        try require(told == nil && isLeft, "Bên gửi báo nhận thay được", "The sender acknowledges for the receiver")
    },
]

/// A call that must be refused with one of these codes, after which nothing new is offered.
private func refusal(
    _ id: String, _ title: Bilingual, codes: [String], _ request: @escaping @Sendable (HubBench) throws -> VXPRequest
) -> ConformanceCase<HubBench> {
    ConformanceCase(
        id, "\(protocolClause); QĐ 28/2018 Điều 13", title,
        .init(
            "Bị từ chối (mã \(codes.joined(separator: " hoặc "))), không ai nhận được gì",
            "Refused (code \(codes.joined(separator: " or "))), nobody gets anything")
    ) { bench in
        let known = try await bench.known()
        let answer = try await bench.answer(try request(bench))
        try require(!answer.isSuccess, "Được chấp nhận", "It is accepted")
        try require(
            codes.contains(answer.code), "Từ chối với mã \(answer.code)", "Refused with code \(answer.code)")
        try require(try await bench.offered(after: known).isEmpty, "Bên nhận được đưa gói", "Something is offered")
    }
}
