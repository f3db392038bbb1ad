// Rows of the hub's tables.
internal import EdXML
internal import Foundation
internal import Platform
internal import VXP

/// A packet about to be stored.
struct PacketRecord: Sendable {
    var docId: String
    var identity: String
    var systemId: String
    var senderCode: String
    var type: MessageType
    var blob: BlobRef
    var title: String
    var notation: String
    var urgency = 0
    /// Whether it takes back or corrects a document that its notation names.
    var changesEarlier = false
    /// Names the call that brought it, in the caller's own logs and in ours.
    var traceId = ""
    /// The stations that the packet says it has passed.
    var trace: [TraceRecord] = []
}

/// One station of a packet: who had it, and when, as written there.
struct TraceRecord: Sendable, Hashable {
    var agencyCode: String
    var at: String
}

/// A stretch of time for which an agency's use is counted; days begin at midnight in Viet Nam.
enum UsagePeriod {
    case minute(Date)
    case day(Date)

    var name: String {
        switch self {
        case .minute(let date): "m\(Int(date.timeIntervalSince1970 / 60))"
        case .day(let date): "d\(Day(at: date))"
        }
    }

    var end: Date {
        switch self {
        case .minute(let date): date.addingTimeInterval(60)
        case .day(let date): Day(at: date).adding(days: 1).start
        }
    }
}

/// One packet for one recipient.
struct DeliveryRecord: Sendable {
    /// The receiver's id of it; the sender knows it by `packetDocId`.
    var docId: String
    var packetDocId: String
    var senderCode: String
    var recipientCode: String
    var type: MessageType
    var state: DeliveryState
    var title: String
    var notation: String
    var sentAt: Date
    var createdAt: Date
    var updatedAt: Date
    var blob: BlobRef
    var rank: Int
    var traceId: String
    /// Its content is no longer kept.
    var isRemoved: Bool

    init(_ row: Row) throws {
        docId = try row.get("doc_id")
        packetDocId = try row.get("packet_doc")
        senderCode = try row.get("sender_code")
        recipientCode = try row.get("recipient_code")
        let type = try row.get("message_type", as: String.self)
        self.type = type == MessageType.status.rawValue ? .status : .document
        state = try row.get("state")
        title = try row.get("title")
        notation = try row.get("notation")
        sentAt = try row.get("sent_at")
        createdAt = try row.get("created_at")
        updatedAt = try row.get("updated_at")
        blob = BlobRef(sha256: try row.get("sha256"), byteCount: try row.get("byte_count"))
        rank = try row.get("rank")
        traceId = try row.get("trace_id")
        isRemoved = try row.optional("removed_at", as: Date.self) != nil
    }

    var receivedRow: ReceivedRow {
        ReceivedRow(
            docId: docId, messageType: type.rawValue, createdAt: WireText.time(createdAt),
            updatedAt: WireText.time(updatedAt), from: senderCode, to: recipientCode, status: state.rawValue,
            statusExplanation: state.label)
    }

    var sentRow: SentRow {
        SentRow(
            senderDocId: packetDocId, receiverDocId: docId, fromCode: senderCode, toCode: recipientCode,
            messageType: type.rawValue, title: title, notation: notation, sentTime: WireText.time(sentAt),
            receivedTime: state == .waiting ? "" : WireText.time(updatedAt), sendStatus: "done",
            sendStatusDesc: "Đã gửi", receiveStatus: state.rawValue, receiveStatusDesc: state.label)
    }
}

struct AgencyRecord: Sendable {
    var id: Int64
    var parentId: Int64?
    var code: String
    var shortCode: String?
    var name: String
    var email: String?
    var mobile: String?
    var fax: String?
    var systemId: String?
    var isLocked: Bool
    var isDeleted: Bool
    var version: Int64
    var changedAt: Date

    init(_ row: Row) throws {
        id = try row.get("id")
        parentId = try row.optional("parent_id")
        code = try row.get("code")
        shortCode = try row.optional("short_code")
        name = try row.get("name")
        email = try row.optional("email")
        mobile = try row.optional("mobile")
        fax = try row.optional("fax")
        systemId = try row.optional("system_id")
        isLocked = try row.get("is_locked")
        isDeleted = try row.get("is_deleted")
        version = try row.get("version")
        changedAt = try row.get("changed_at")
    }

    /// As `getAgenciesList` and, with `isQD20`, `getAgenciesListQD20` answer. What the kit reads is always there.
    func row(isQD20: Bool) -> AgencyRow {
        AgencyRow(
            id: "\(id)", pid: pid, code: isQD20 ? shortCode ?? code : code, name: name, mail: email ?? "",
            mobile: mobile, fax: fax, oldCode: code, code102: isQD20 ? code : nil)
    }

    /// Empty for the highest.
    private var pid: String { parentId.map { "\($0)" } ?? "" }

    var changeRow: AgencyRow {
        AgencyRow(
            id: "\(id)", pid: pid, code: code, name: name, mail: email ?? "", code102: code, centerCode: "",
            version: "\(version)", deleted: isDeleted ? "true" : "false", modifyDate: WireText.time(changedAt),
            isAgency: "true")
    }
}

/// A connected system, as the person in charge sees it.
struct SystemOverview: Sendable {
    var systemId: String
    var name: String
    var seenAt: Date?
    var agencies: Int
    var open: Int
    /// Seconds by which the clock of its last call was ahead of ours.
    var clockSkew: Double?
}

enum WireText {
    /// `yyyy/MM/dd HH:mm:ss`, Vietnamese time, as in packets.
    static func time(_ date: Date) -> String { PacketTime(date).description }
}
