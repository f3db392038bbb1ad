// What a packet's header says that has no field in the register: kept beside it, so that nothing of it is lost.
internal import EdXML
internal import Incoming
internal import Platform
internal import Records

struct PacketParticulars: Sendable {
    let packet: DocumentPacket
    /// As the register has it.
    let senderName: String

    private typealias Line = IncomingDocument.Particulars.Line

    /// Of one line, and of one list in it: a header may name hundreds of receivers.
    private static let longest = TextLimit(1000)
    private static let mostInList = 30

    /// nil where there is nothing.
    var particulars: IncomingDocument.Particulars? {
        let details = packet.details
        let said: [(String, String?)] = [
            ("Nội dung", packet.content), ("Nơi ban hành", packet.issuedAt), ("Chỉ đạo", steering),
            ("Độ khẩn trong gói tin", details?.urgency == .expressAtSetTime ? details?.urgency?.name : nil),
            ("Số trang", details?.pages.map(String.init)), ("Số bản phát hành", details?.copies.map(String.init)),
            ("Phụ lục", Self.list(details?.appendices ?? [])), ("Ký hiệu người soạn thảo", details?.draftersMark),
            ("Trả lời, liên quan", Self.list(packet.inReplyTo.map(Self.name))),
            ("Trả lời các văn bản", Self.list(details?.repliesTo ?? [])),
            ("Văn bản được dẫn", Self.list(details?.refersTo ?? [])),
            ("Các nơi nhận qua trục", packet.recipients.count > 1 ? Self.list(packet.recipients.map(Self.name)) : nil),
            ("Tên bên gửi trong gói tin", packet.sender.name.flatMap { Folding.isSame($0, senderName) ? nil : $0 }),
            ("Cơ quan chủ quản", packet.sender.parentAgency),
            ("Địa chỉ bên gửi", Self.list(Self.address(packet.sender))),
            ("Dấu hiệu “Direction”", details?.directionFlag == true ? "có" : nil),
            ("Loại ứng dụng", packet.applicationType),
        ]
        let lines = said.compactMap { label, text in
            text.flatMap { $0.isEmpty ? nil : Line(label, Self.longest.fitting($0.asLine)) }
        }
        let particulars = IncomingDocument.Particulars(
            circulation: Self.longest.fitting((details?.circulation ?? "").asLine), contact: contact, lines: lines)
        return particulars.isEmpty ? nil : particulars
    }

    private var steering: String? {
        switch packet.steering {
        case .directs: "văn bản chỉ đạo"
        case .reportsOnDirection: "báo cáo kết quả thực hiện chỉ đạo"
        case .none?, nil: nil
        }
    }

    private var contact: String {
        guard let staff = packet.operation?.staff else { return "" }
        return Self.list([staff.name, staff.department, staff.mobile, staff.email].compactMap(\.self)) ?? ""
    }

    private static func list(_ parts: [String]) -> String? {
        let shown = parts.map(\.asLine).filter { !$0.isEmpty }
        guard !shown.isEmpty else { return nil }
        let rest = shown.count > mostInList ? " và \(shown.count - mostInList) mục nữa" : ""
        return longest.fitting(shown.prefix(mostInList).joined(separator: "; ") + rest)
    }

    private static func address(_ party: Party) -> [String] {
        [party.address, party.telephone, party.fax.map { "fax \($0)" }, party.email, party.website].compactMap(\.self)
    }

    private static func name(_ party: Party) -> String {
        party.name.map { "\($0) (\(party.agencyCode))" } ?? party.agencyCode
    }

    static func name(_ reference: DocumentReference) -> String {
        [
            reference.code, reference.issuedOn.map { "ngày \($0.vietnamese)" }, reference.documentId.map { "mã \($0)" },
            reference.agencyCode.map { "của \($0)" },
        ].compactMap(\.self).joined(separator: ", ")
    }
}

extension String {
    /// Without line ends and runs of space.
    fileprivate var asLine: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}
