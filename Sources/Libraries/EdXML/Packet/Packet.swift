/// What two offices exchange, QCVN 102:2016/BTTTT as amended in 2022: a document or a status about one.
package enum Packet: Sendable, Hashable {
    case document(DocumentPacket)
    case status(StatusPacket)

    package var sender: Party {
        switch self {
        case .document(let packet): packet.sender
        case .status(let packet): packet.sender
        }
    }

    /// The agencies it is meant for.
    package var recipientCodes: [String] {
        switch self {
        case .document(let packet): packet.recipients.map(\.agencyCode)
        case .status(let packet): packet.about.agencyCode.map { [$0] } ?? []
        }
    }
}

/// A report on a document: "arrived", "refused", "completed" …
package struct StatusPacket: Sendable, Hashable, Codable {
    package var sender: Party
    /// The document spoken of. `agencyCode` is the packet's destination: a status has no recipient block.
    package var about: DocumentReference
    package var staff: StaffContact?
    /// The two digits as received; `status` reads them.
    package var code: String
    package var explanation: String?
    package var at: PacketTime?

    package init(
        sender: Party, about: DocumentReference, staff: StaffContact? = nil, code: String,
        explanation: String? = nil, at: PacketTime? = nil
    ) {
        self.sender = sender
        self.about = about
        self.staff = staff
        self.code = code
        self.explanation = explanation
        self.at = at
    }

    package init(
        sender: Party, about: DocumentReference, staff: StaffContact? = nil, status: Status,
        explanation: String? = nil, at: PacketTime? = nil
    ) {
        self.init(
            sender: sender, about: about, staff: staff, code: status.rawValue,
            explanation: explanation ?? status.sentence, at: at)
    }

    /// nil for a code no source explains (07–12, 14).
    package var status: Status? { Status(rawValue: code) }
}

extension StatusPacket {
    /// The business statuses of the exchange; raw values are the digits on the wire.
    package enum Status: String, Sendable, CaseIterable, Codable {
        case arrived = "01"
        case refused = "02"
        case accepted = "03"
        case assigned = "04"
        case inProgress = "05"
        case completed = "06"
        case recallRequested = "13"
        case changeAccepted = "15"
        case changeRefused = "16"

        /// Short name for lists.
        package var name: String {
            switch self {
            case .arrived: "Đã đến"
            case .refused: "Từ chối"
            case .accepted: "Tiếp nhận"
            case .assigned: "Phân công xử lý"
            case .inProgress: "Đang xử lý"
            case .completed: "Hoàn thành"
            case .recallRequested: "Yêu cầu lấy lại"
            case .changeAccepted: "Đồng ý cập nhật, lấy lại"
            case .changeRefused: "Từ chối cập nhật, lấy lại"
            }
        }

        /// The description a packet carries when the sender gives none of its own.
        package var sentence: String {
            switch self {
            case .arrived: "Văn bản đã đến hệ thống, văn thư chưa xử lý"
            case .refused: "Từ chối tiếp nhận văn bản điện tử"
            case .accepted: "Đã tiếp nhận và vào sổ văn bản đến"
            case .assigned: "Lãnh đạo đã phân công xử lý"
            case .inProgress: "Văn bản đang được xử lý"
            case .completed: "Đã hoàn thành xử lý văn bản"
            case .recallRequested: "Đề nghị lấy lại văn bản điện tử"
            case .changeAccepted: "Đồng ý yêu cầu cập nhật, lấy lại văn bản"
            case .changeRefused: "Từ chối yêu cầu cập nhật, lấy lại văn bản"
            }
        }
    }
}
