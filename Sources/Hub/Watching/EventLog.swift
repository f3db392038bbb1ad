// What happened to the hub's security, one entry after the other, each sealed by the hash of the one before.
internal import Digests
package import Foundation
internal import Platform

/// Raw values are stable.
package enum HubEventKind: String, Sendable, CaseIterable, SQLBindable, SQLDecodable {
    case hubStarted = "hub-started"
    case systemEnrolled = "system-enrolled", secretRotated = "secret-rotated"
    case agencyRegistered = "agency-registered", agencyRemoved = "agency-removed"
    case agencyLocked = "agency-locked", agencyUnlocked = "agency-unlocked", limitsChanged = "limits-changed"
    case callRefused = "call-refused", packetsRemoved = "packets-removed"
    case alertRaised = "alert-raised", alertCleared = "alert-cleared"

    package var label: String {
        switch self {
        case .hubStarted: "Trục khởi động"
        case .systemEnrolled: "Kết nối hệ thống"
        case .secretRotated: "Đổi khóa bí mật"
        case .agencyRegistered: "Đăng ký đơn vị"
        case .agencyRemoved: "Xóa đơn vị"
        case .agencyLocked: "Khóa đơn vị"
        case .agencyUnlocked: "Mở khóa đơn vị"
        case .limitsChanged: "Đổi giới hạn"
        case .callRefused: "Từ chối lời gọi"
        case .packetsRemoved: "Hết hạn lưu gói tin"
        case .alertRaised: "Cảnh báo"
        case .alertCleared: "Hết cảnh báo"
        }
    }
}

package struct HubEvent: Sendable, Hashable, Identifiable {
    /// 1, 2, 3 … without a gap.
    package let id: Int64
    package let at: Date
    package let kind: HubEventKind
    package let subject: String
    package let detail: String
    package let node: String
    /// SHA-256 over the entry before and this one.
    package let hash: String

    /// Every field with its length, so that no two entries write alike.
    static func hash(after previous: String, _ id: Int64, _ at: Date, _ fields: [String]) -> String {
        let milliseconds = Int64((at.timeIntervalSince1970 * 1000).rounded())
        let parts = [previous, "\(id)", "\(milliseconds)"] + fields
        return sha256Hex(Data(parts.map { "\($0.utf8.count):\($0)" }.joined().utf8))
    }
}

/// Adds, pages and verifies; nothing here changes an entry, and the database refuses it, too.
struct EventLog {
    let tx: Transaction
    let node: String

    static let origin = String(repeating: "0", count: 64)

    func append(_ kind: HubEventKind, _ subject: String, _ detail: String, at now: Date) throws {
        try tx.lock("hub.event", 0)
        let last = try tx.first("SELECT id, hash FROM hub_event ORDER BY id DESC LIMIT 1")
        let id = try last.map { try $0.get("id", as: Int64.self) + 1 } ?? 1
        let (subject, detail) = (String(subject.prefix(200)), String(detail.prefix(1000)))
        let hash = HubEvent.hash(
            after: try last?.get("hash") ?? Self.origin, id, now, [kind.rawValue, subject, detail, node])
        try tx.execute(
            """
            INSERT INTO hub_event (id, at, kind, subject, detail, node, hash)
            VALUES (\(id), \(now), \(kind), \(subject), \(detail), \(node), \(hash))
            """)
    }

    /// Entries after `id`, oldest first.
    func entries(after id: Int64, limit: Int) throws -> [HubEvent] {
        try tx.rows("SELECT * FROM hub_event WHERE id > \(id) ORDER BY id \(SQL.limit(limit))").map(Self.event)
    }

    /// Entries before `id`, newest first.
    func entries(before id: Int64, limit: Int) throws -> [HubEvent] {
        try tx.rows("SELECT * FROM hub_event WHERE id < \(id) ORDER BY id DESC \(SQL.limit(limit))").map(Self.event)
    }

    /// A log that starts anew follows from nothing, and so does not show by its chain what stood before.
    func isShort() throws -> Bool {
        try tx.first(
            """
            SELECT 1 FROM hub_system s WHERE NOT EXISTS (
                SELECT 1 FROM hub_event e WHERE e.kind = \(HubEventKind.systemEnrolled) AND e.subject = s.system_id)
            UNION ALL SELECT 1 FROM hub_packet WHERE NOT EXISTS (SELECT 1 FROM hub_event) LIMIT 1
            """) != nil
    }

    private static func event(_ row: Row) throws -> HubEvent {
        HubEvent(
            id: try row.get("id"), at: try row.get("at"), kind: try row.get("kind"), subject: try row.get("subject"),
            detail: try row.get("detail"), node: try row.get("node"), hash: try row.get("hash"))
    }
}

/// How the chain of entries stands.
package struct EventCheck: Sendable, Hashable {
    package let count: Int64
    /// Of the last entry that follows; noted elsewhere it shows later whether entries were taken off the end.
    package let head: String
    /// The first entry that does not follow from the one before; nil when all do.
    package let brokenAt: Int64?
    /// Whether the hub knows systems of whose connecting the log says nothing, or has packets and no log: its beginning, or
    /// all of it, was taken away.
    package let isShort: Bool

    package var isWhole: Bool { brokenAt == nil && !isShort }
}

extension HubDesk {
    package func events(before id: Int64 = .max, limit: Int = 50) async throws -> [HubEvent] {
        let node = settings.node
        return try await database.read { try EventLog(tx: $0, node: node).entries(before: id, limit: limit) }
    }

    /// Reads the whole log, a page at a time.
    package func checkEvents() async throws -> EventCheck {
        let node = settings.node
        let isShort = try await database.read { try EventLog(tx: $0, node: node).isShort() }
        var (last, head): (Int64, String) = (0, EventLog.origin)
        while true {
            let after = last
            let page = try await database.read { try EventLog(tx: $0, node: node).entries(after: after, limit: 1000) }
            guard !page.isEmpty else { return EventCheck(count: last, head: head, brokenAt: nil, isShort: isShort) }
            for event in page {
                let fields = [event.kind.rawValue, event.subject, event.detail, event.node]
                guard event.id == last + 1, event.hash == HubEvent.hash(after: head, event.id, event.at, fields) else {
                    return EventCheck(count: last, head: head, brokenAt: event.id, isShort: isShort)
                }
                (last, head) = (event.id, event.hash)
            }
        }
    }

    func note(_ kind: HubEventKind, _ subject: String, _ detail: String) async throws {
        let (now, node) = (clock.now(), settings.node)
        try await database.write { try EventLog(tx: $0, node: node).append(kind, subject, detail, at: now) }
    }
}
