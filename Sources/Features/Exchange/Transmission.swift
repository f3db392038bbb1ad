// What goes out to the exchange and what comes in, one row each.
package import Foundation
package import Platform
package import Records

/// The two kinds of packet.
package enum PacketKind: String, Sendable, CaseIterable, SQLBindable, SQLDecodable {
    case document, status

    package var label: String {
        switch self {
        case .document: "Văn bản"
        case .status: "Trạng thái"
        }
    }
}

package enum OutboxSubject: Sendable {}
package typealias TransmissionID = ID<OutboxSubject>

/// One packet on its way to one agency. Its bytes are written once, so that the platform knows a repetition.
package struct Transmission: Sendable, Hashable, Identifiable {
    package enum State: String, Sendable, CaseIterable, SQLBindable, SQLDecodable {
        case waiting, sent, failed
        /// Its document was taken back or replaced before the packet was known to be there.
        case stopped

        package var label: String {
            switch self {
            case .waiting: "Đang gửi"
            case .sent: "Đã gửi"
            case .failed: "Gửi lỗi"
            case .stopped: "Đã ngừng gửi"
            }
        }
    }

    package let id: TransmissionID
    package let kind: PacketKind
    /// The document sent, or the one a status speaks of.
    package let subject: RecordRef
    package let agency: AgencyCode
    package let agencyName: String
    /// nil for a document.
    package let status: ExchangeStatus?
    /// 1, and one more each time a person sends again what the receiver refused.
    package let round: Int
    package let title: String
    package let packet: BlobRef
    package let state: State
    /// The platform's id of it.
    package let exchangeID: String?
    package let attempts: Int
    /// Why the last attempt failed, in Vietnamese; empty when it did not.
    package let problem: String
    package let createdAt: Date
    package let sentAt: Date?
}

package enum InboxSubject: Sendable {}
package typealias ArrivalID = ID<InboxSubject>

/// One packet that came, kept exactly as received.
package struct Arrival: Sendable, Hashable, Identifiable {
    package enum State: String, Sendable, CaseIterable, SQLBindable, SQLDecodable {
        /// Kept, not read yet.
        case fetched
        /// Filed as an incoming document, or matched to the document it speaks of.
        case filed
        /// A recall, or another act on an earlier document: a person must decide.
        case attention
        /// A status of a document that we do not know.
        case unmatched
        case unreadable
        /// Looked after by a person.
        case settled

        package var label: String {
            switch self {
            case .fetched: "Đang vào sổ gói"
            case .filed: "Đã nhận"
            case .attention: "Cần văn thư xem"
            case .unmatched: "Không khớp văn bản"
            case .unreadable: "Không đọc được"
            case .settled: "Đã xem"
            }
        }

        /// Somebody must look at it.
        static let open: [State] = [.attention, .unmatched, .unreadable]
    }

    package let id: ArrivalID
    /// The platform's id of it: each is taken once.
    package let exchangeID: String
    package let kind: PacketKind
    package let state: State
    package let sender: AgencyCode
    package let senderName: String
    package let title: String
    /// What a person should know, in Vietnamese.
    package let problem: String
    package let packet: BlobRef
    package let attempts: Int
    /// How often it was fetched from the platform.
    package let fetches: Int
    /// The incoming document it became.
    package let record: RecordRef?
    package let receivedAt: Date
    package let filedAt: Date?
    package let told: Told
    /// Name of the person who looked after it.
    package let settledBy: String
    /// Its bytes are gone with its document.
    package var isDestroyed = false

    /// What the platform has been told of it.
    package enum Told: String, Sendable, SQLBindable, SQLDecodable {
        case nothing = ""
        case done, fail
    }

    package var isOpen: Bool { State.open.contains(state) }
}

/// How the connection to the platform stands, the same for all nodes.
package struct Link: Sendable, Hashable {
    package let isUp: Bool
    /// Since when it is as it is.
    package let since: Date
    package let succeededAt: Date?
    /// In Vietnamese.
    package let problem: String
}
