// What an office must do on the exchange: QĐ 28/2018/QĐ-TTg, NĐ 30/2020/NĐ-CP Annex VI, QCVN 102:2016/BTTTT.
internal import EdXML
internal import Foundation
internal import Platform
internal import VXP

package let officeCases: [ConformanceCase<OfficeBench>] =
    officeCasesOfReading + officeCasesOfFaults + officeCasesOfChanges + officeCasesOfSending

private let reading = "QCVN 102:2016; QĐ 28/2018 Điều 9.1"

private let officeCasesOfReading: [ConformanceCase<OfficeBench>] = [
    taken(
        "VP-01", "QĐ 28/2018 Điều 6.3, 9.1; NĐ 30/2020 Điều 21.2", .init("Văn bản mới hợp lệ", "A valid new document")
    ) { PacketWriter().write($0.document("1")) },
    taken("VP-02", reading, .init("Tệp đính kèm trong ZIP một tệp", "An attachment in a ZIP with one entry")) {
        PacketWriter(attachmentForm: .zipped).write($0.document("2"))
    },
    taken("VP-03", reading, .init("ContentId không có cid:", "ContentId without cid:")) {
        rewritten($0.document("3")) { $0.replacing("cid:", with: "") }
    },
    taken("VP-04", reading, .init("Có ký tự thừa trước khai báo XML", "Junk before the XML declaration")) {
        rewritten($0.document("4")) { "1212\($0)" }
    },
    taken("VP-05", reading, .init("Thiếu tiền tố edXML:", "Prefix edXML: left out")) {
        rewritten($0.document("5")) { $0.replacing("<edXML:", with: "<").replacing("</edXML:", with: "</") }
    },
    taken("VP-06", reading, .init("Loại tệp khai báo sai", "A wrong declared type")) { bench in
        var packet = bench.document("6")
        packet.attachments[0].declaredType = "application/zip"
        return PacketWriter().write(packet)
    },
    .init(
        "VP-07", "\(reading), 10.2b", .init("Mã định danh tùy ý của bên gửi", "An identity of the sender's own making"),
        .init("Trạng thái nhắc lại nguyên văn mã định danh", "Statuses repeat the identity as it is")
    ) { bench in
        let id = "ban-thu|\(bench.mark)/ÀÉ & <7>"
        let packet = bench.document("7", documentId: id)
        try await bench.expectTaken(try await bench.offer(packet), packet)
        let repeated = try await bench.sent(.status).contains { sent in
            if case .status(let status) = sent { status.about.documentId == id } else { false }
        }
        try require(repeated, "Trạng thái không mang mã định danh đã gửi", "The status does not carry the identity")
    },
    unreadable("VP-08", .init("Gói tin bị cắt ngắn", "A packet cut short")) { bench in
        let whole = PacketWriter().write(bench.document("8"))
        return whole.prefix(whole.count / 2)
    },
    unreadable("VP-09", .init("Gói tin có DOCTYPE và thực thể", "A packet with DOCTYPE and entities")) { bench in
        rewritten(bench.document("9")) {
            $0.replacing(
                "?>", with: "?><!DOCTYPE edXML [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>", maxReplacements: 1)
        }
    },
    .init(
        "VP-10", "QĐ 28/2018 Điều 6.2",
        .init("Hỏa tốc chờ cùng văn bản thường", "An express document among ordinary ones"),
        .init("Hỏa tốc được lấy trước", "The express one is fetched first")
    ) { bench in
        bench.gateway.spoil(.getReceivedEdocList, .unavailable, times: 1_000)
        let ordinary = bench.document("10a")
        let express = bench.document("10b", urgency: .express)
        let ids = [try await bench.offer(ordinary), try await bench.offer(express)]
        bench.gateway.mend()
        let before = bench.gateway.calls.count
        try await bench.expectTaken(ids[0], ordinary)
        try await bench.expectTaken(ids[1], express)
        let first = bench.gateway.calls.dropFirst(before).first {
            $0.operation == .getEdoc || $0.operation == .downloadEdoc
        }
        let expected = try await bench.deliveryId(ids[1])
        try require(first?.docId == expected, "Văn bản thường được lấy trước", "The ordinary one is fetched first")
    },
    .init(
        "VP-11", "QĐ 28/2018 Điều 5.4, 8.2", .init("Gói tin gửi nhầm đơn vị", "A packet for somebody else"),
        .init(
            "Không tự báo tiếp nhận (03); không làm tắc gói sau", "Not accepted (03) by itself; the next is not held up"
        )
    ) { bench in
        let foreign = bench.document("11", to: ["000.00.77.Z07"])
        let docId = try await bench.smuggle(PacketWriter().write(foreign))
        try await bench.wait { try await ["done", "fail"].contains(bench.state(docId)) }
        let next = bench.document("11s")
        try await bench.expectTaken(try await bench.offer(next), next)
        let codes = try await bench.statuses(about: foreign)
        try require(
            !codes.contains("03"), "Tự báo tiếp nhận văn bản của đơn vị khác", "Accepted somebody else's document")
    },
]

private let officeCasesOfFaults: [ConformanceCase<OfficeBench>] = [
    .init(
        "VP-20", "QĐ 28/2018 Điều 9.1", .init("Trục đưa lại gói đã nhận", "The hub offers again what was taken"),
        .init("Báo done lại, không gửi 01 lần nữa", "Acknowledged again, 01 not repeated")
    ) { bench in
        let packet = bench.document("20")
        let id = try await bench.offer(packet)
        try await bench.expectTaken(id, packet)
        try await bench.forget(id)
        try await bench.expectTaken(id, packet)
        try await bench.linger()
        try await bench.expectTaken(id, packet)
    },
    .init(
        "VP-21", "QĐ 28/2018 Điều 9.1", .init("Cùng văn bản trong hai gói", "The same document in two packets"),
        .init("Nhận cả hai gói, 01 chỉ một lần", "Both packets are taken, 01 goes once")
    ) { bench in
        let packet = bench.document("21")
        let first = try await bench.offer(packet)
        try await bench.expectTaken(first, packet)
        let second = try await bench.offer(packet, .zipped)
        try await bench.wait { try await bench.state(second) == "done" }
        try await bench.linger()
        try await bench.expectTaken(second, packet)
    },
    faulty(
        "VP-22", .init("Mất câu trả lời khi lấy gói", "Answers lost while fetching"), .getEdoc, .loseAnswer, times: 2),
    faulty(
        "VP-23", .init("Mất câu trả lời khi báo nhận", "Answers lost while acknowledging"), .updateStatus, .loseAnswer,
        times: 2),
    faulty(
        "VP-24", .init("Mất câu trả lời khi gửi trạng thái", "Answers lost while sending a status"), .sendEdoc,
        .loseAnswer, times: 2),
    faulty("VP-25", .init("Trục ngừng một lúc", "The hub is away for a while"), nil, .unavailable, times: 4),
    faulty(
        "VP-26", .init("Trục yêu cầu gửi lại sau (mã 20)", "The hub asks to try later (code 20)"), .sendEdoc, .tryLater,
        times: 2),
    .init(
        "VP-27", "Giao thức trục (bộ công cụ Java 2.0.1)",
        .init("Mọi lời gọi từ đầu đến giờ", "Every call so far"),
        .init(
            "Ký đúng, hash-file đúng, tên bên gửi đúng", "Signed rightly, hash-file right, sender's name right")
    ) { bench in
        let wrong = bench.gateway.calls.filter { ["15", "19", "21"].contains($0.code) }
        try require(
            wrong.isEmpty, "\(wrong.count) lời gọi bị từ chối: \(Set(wrong.map(\.code)).sorted())",
            "\(wrong.count) calls were refused: \(Set(wrong.map(\.code)).sorted())")
    },
]

private let officeCasesOfChanges: [ConformanceCase<OfficeBench>] = [
    change(
        "VP-30", "QĐ 28/2018 Điều 8.2, 9.2; NĐ 30/2020 Phụ lục VI",
        .init("Thu hồi (gói loại 1)", "Recall (packet type 1)")
    ) { bench, old in
        try await bench.offer(
            bench.document(
                "30t", operation: .init(kind: .recall, reason: "Gửi nhầm", documentId: old.documentId),
                documentId: old.documentId))
    },
    change("VP-31", "NĐ 30/2020 Phụ lục VI; trạng thái 13", .init("Yêu cầu lấy lại (13)", "Request to give back (13)"))
    {
        bench, old in try await bench.report("13", about: old)
    },
    change("VP-32", "QCVN 102:2016, BussinessDocType 2", .init("Cập nhật (gói loại 2)", "Update (packet type 2)")) {
        bench, old in
        var packet = old
        packet.subject = "Trích yếu đã sửa"
        packet.operation = .init(
            kind: .amend, reason: "Sửa trích yếu", amendment: .init(changesDocument: true, changesRecipients: false),
            documentId: old.documentId)
        return try await bench.offer(packet)
    },
    .init(
        "VP-33", "QCVN 102:2016, BussinessDocType 3", .init("Thay thế (gói loại 3)", "Replacement (packet type 3)"),
        .init("Văn bản mới được nhận, báo 01 một lần", "The new document is taken, 01 once")
    ) { bench in
        let old = bench.document("33")
        try await bench.expectTaken(try await bench.offer(old), old)
        let new = bench.document(
            "33m",
            operation: .init(
                kind: .replace, reason: "Thay thế",
                replacements: [.init(documentId: old.documentId ?? "", agencyCodes: [bench.office.agency])]))
        try await bench.expectTaken(try await bench.offer(new), new)
    },
]

private let officeCasesOfSending: [ConformanceCase<OfficeBench>] = [
    .init(
        "VP-40", "QĐ 28/2018 Điều 10.2; QCVN 102:2016", .init("Phát hành văn bản", "A document is issued"),
        .init(
            "Gói tin đủ mã, số, ký hiệu, ngày, loại, trích yếu, người ký và tệp nguyên vẹn",
            "The packet has identity, number, notation, date, type, subject, signer and intact files")
    ) { bench in
        let packet = try await bench.issued()
        var missing: [String] = []
        if packet.documentId?.isEmpty ?? true { missing.append("DocumentId") }
        if packet.code.number.isEmpty || packet.code.notation.isEmpty { missing.append("Code") }
        if packet.issuedOn == nil { missing.append("PromulgationDate") }
        if packet.documentType.name.isEmpty { missing.append("TypeName") }
        if packet.subject.isEmpty { missing.append("Subject") }
        if packet.signer?.fullName?.isEmpty ?? true { missing.append("SignerInfo/FullName") }
        if packet.attachments.isEmpty || packet.attachments.contains(where: { $0.state != .intact }) {
            missing.append("Attachment")
        }
        try require(missing.isEmpty, "Thiếu hoặc hỏng: \(missing)", "Missing or damaged: \(missing)")
    },
    .init(
        "VP-41", "QĐ 28/2018 Điều 6.3; trạng thái 01–06",
        .init("Trạng thái 01 đến 06 về văn bản đã gửi", "Statuses 01 to 06 about it"),
        .init("Nhận và báo done từng gói", "Each is taken and acknowledged")
    ) { bench in
        let packet = try await bench.issued()
        for code in ["01", "03", "04", "05", "06"] {
            let id = try await bench.report(code, about: packet)
            try await bench.wait { try await bench.state(id) == "done" }
            let state = try await bench.state(id)
            try require(state == "done", "Trạng thái \(code) ở “\(state)”", "Status \(code) is “\(state)”")
        }
    },
    .init(
        "VP-43", "QĐ 28/2018 Điều 5.4; trạng thái 02", .init("Nơi nhận từ chối (02)", "The receiver refuses (02)"),
        .init("Nhận và báo done", "Taken and acknowledged")
    ) { bench in
        let id = try await bench.report("02", about: try await bench.issued())
        try await bench.wait { try await bench.state(id) == "done" }
        let state = try await bench.state(id)
        try require(state == "done", "Trạng thái 02 ở “\(state)”", "Status 02 is “\(state)”")
    },
    .init(
        "VP-42", "QCVN 102:2016, mã trạng thái", .init("Mã trạng thái lạ", "An unknown status code"),
        .init("Không làm tắc các gói sau", "It does not hold up what comes after")
    ) { bench in
        let strange = try await bench.report("99", about: bench.document("42"))
        try await bench.wait { try await ["done", "fail"].contains(bench.state(strange)) }
        let packet = bench.document("42s")
        try await bench.expectTaken(try await bench.offer(packet), packet)
    },
]

// MARK: Kinds of cases

private func rewritten(_ packet: DocumentPacket, _ change: (String) -> String) -> Data {
    Data(change(String(decoding: PacketWriter().write(packet), as: UTF8.self)).utf8)
}

private func taken(
    _ id: String, _ clause: String, _ title: Bilingual, _ file: @escaping @Sendable (OfficeBench) -> Data
) -> ConformanceCase<OfficeBench> {
    ConformanceCase(
        id, clause, title, .init("Nhận, báo done, gửi 01 đúng một lần", "Taken, acknowledged, 01 exactly once")
    ) { bench in
        let bytes = file(bench)
        guard case .document(let packet) = PacketReader().read(bytes).packet else {
            throw Nonconformity("Bàn thử không đọc được gói của mình", "The bench cannot read its own packet")
        }
        try await bench.expectTaken(try await bench.smuggle(bytes), packet)
    }
}

private func unreadable(
    _ id: String, _ title: Bilingual, _ file: @escaping @Sendable (OfficeBench) -> Data
) -> ConformanceCase<OfficeBench> {
    ConformanceCase(
        id, reading, title,
        .init(
            "Báo fail, không báo đã đến; gói sau vẫn được nhận",
            "Acknowledged as failed, arrival not told; the next is taken")
    ) { bench in
        let before = try await bench.sent(.status).count
        let bad = try await bench.smuggle(file(bench))
        try await bench.wait { try await ["fail", "done"].contains(bench.state(bad)) }
        let state = try await bench.state(bad)
        try require(state == "fail", "Gói hỏng ở trạng thái “\(state)”", "The broken packet is “\(state)”")
        let statuses = try await bench.sent(.status).count
        try require(statuses == before, "Vẫn gửi trạng thái về gói hỏng", "A status was sent about the broken packet")
        let good = bench.document("\(id.suffix(2))s")
        try await bench.expectTaken(try await bench.offer(good), good)
    }
}

private func faulty(
    _ id: String, _ title: Bilingual, _ operation: VXPOperation?, _ fault: BenchGateway.Fault, times: Int
) -> ConformanceCase<OfficeBench> {
    ConformanceCase(
        id, "QĐ 28/2018 Điều 6.3, 9.1", title,
        .init("Cuối cùng vẫn nhận và báo, đúng một lần", "Taken and told in the end, exactly once")
    ) { bench in
        let packet = bench.document(String(id.suffix(2)))
        let docId = try await bench.offer(packet)
        bench.gateway.spoil(operation, fault, times: times)
        try await bench.expectTaken(docId, packet)
        try await bench.linger()
        try await bench.expectTaken(docId, packet)
    }
}

/// A request about an earlier document: taken, never for a new document, answered once by 15 or 16 after a person's act.
private func change(
    _ id: String, _ clause: String, _ title: Bilingual,
    _ request: @escaping @Sendable (OfficeBench, DocumentPacket) async throws -> String
) -> ConformanceCase<OfficeBench> {
    ConformanceCase(
        id, clause, title,
        .init(
            "Nhận gói, không coi là văn bản mới; trả lời 15 hoặc 16 đúng một lần",
            "Taken, not for a new document; answered by 15 or 16 exactly once")
    ) { bench in
        let old = bench.document(String(id.suffix(2)))
        try await bench.expectTaken(try await bench.offer(old), old)
        let docId = try await request(bench, old)
        try await bench.wait { try await bench.state(docId) == "done" }
        let state = try await bench.state(docId)
        try require(state == "done", "Yêu cầu ở trạng thái “\(state)”", "The request is “\(state)”")
        try await bench.expectTaken(docId, old)
        let act = OfficeAct.answerChange(of: old.documentId ?? "")
        guard try await bench.act(act) else { throw NotTried("Chưa có người trả lời", "Nobody answered it") }
        @Sendable func answers() async throws -> [String] {
            try await bench.statuses(about: old).filter { ["15", "16"].contains($0) }
        }
        try await bench.wait { try await !answers().isEmpty }
        let found = try await answers()
        try require(found.count == 1, "Có \(found.count) câu trả lời 15/16", "\(found.count) answers 15/16")
    }
}

extension OfficeBench {
    /// The receiver's id of a packet offered.
    func deliveryId(_ docId: String) async throws -> String? {
        try await hub.desk.database.read { tx in
            try tx.value(
                "SELECT d.doc_id FROM hub_delivery d JOIN hub_packet p ON p.id = d.packet_id WHERE p.doc_id = \(docId)",
                as: String.self)
        }
    }

    /// The last document that the office has sent to the bench; a person is asked for one where there is none.
    func issued() async throws -> DocumentPacket {
        @Sendable func last() async throws -> DocumentPacket? {
            try await sent(.document).compactMap { packet in
                if case .document(let document) = packet { document } else { nil }
            }.last
        }
        if let found = try await last() { return found }
        guard try await act(.issue(to: own.agency)) else {
            throw NotTried("Chưa phát hành văn bản nào", "Nothing was issued")
        }
        try await wait { try await last() != nil }
        guard let found = try await last() else {
            throw Nonconformity("Văn bản phát hành không đến trục", "The issued document did not reach the hub")
        }
        return found
    }
}
