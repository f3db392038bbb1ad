// What a clerk does where the exchange could not go on by itself.
internal import Foundation
internal import Outgoing
internal import Platform
package import Records

/// Why an act of the clerk is not possible.
package enum ExchangeRefusal: Refusal, Hashable {
    case notFailed
    case notOpen
    case listChanged

    package var kind: RefusalKind { .conflict }

    package var message: String {
        switch self {
        case .notFailed: "Gói này không ở trạng thái gửi lỗi, nên không cần gửi lại."
        case .listChanged: "Danh sách cơ quan vừa thay đổi. Hãy tải lại trang, xem lại rồi quyết định."
        case .notOpen: "Gói này đã được xử lý rồi. Hãy tải lại trang."
        }
    }
}

extension ExchangeDesk {
    /// Another life for a packet that was given up; the same bytes.
    package func resend(_ id: TransmissionID, by actor: Actor) async throws {
        let now = ground.clock.now()
        try await ground.database.write { tx in
            try tx.lock("exchange.outbox", id.rawValue)
            let store = OutboxStore(tx)
            guard let row = try store.find(id) else { throw CommonRefusal.notFound }
            guard row.state == .failed else { throw ExchangeRefusal.notFailed }
            try store.markWaiting(id)
            try Self.tellFailure(row, "", isFinal: false, tx, now)
            if row.errand == .document {
                try EventHistory(tx).append(
                    "resend", on: row.subject, by: actor, at: now, "Gửi lại đến \(row.agencyName).")
            }
            try Self.enqueue(row, JobQueue(tx, now: now), dedupe: "again:\(id):\(row.attempts)")
        }
    }

    /// Reads a kept packet once more, after what stood in its way was put right.
    package func readAgain(_ id: ArrivalID, by actor: Actor) async throws {
        try await change(id) { try $0.reopen(id) }
        try await fileAll()
    }

    /// The clerk has looked after it outside the system.
    package func settle(_ id: ArrivalID, by actor: Actor) async throws {
        try await change(id) { try $0.settle(id, by: actor.name) }
    }

    private func change(_ id: ArrivalID, _ body: @escaping @Sendable (InboxStore) throws -> Void) async throws {
        try await ground.database.write { tx in
            try tx.lock("exchange.inbox", id.rawValue)
            guard let arrival = try InboxStore(tx).find(id) else { throw CommonRefusal.notFound }
            guard arrival.isOpen else { throw ExchangeRefusal.notOpen }
            try body(InboxStore(tx))
        }
    }
}
