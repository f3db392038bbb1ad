// What the pages ask.
internal import Digests
internal import Foundation
internal import Incoming
internal import Platform
internal import Records

extension Arrival {
    /// The incoming document it became or speaks of.
    fileprivate var incoming: Int64? { record.flatMap { $0.kind == IncomingDocument.kind ? $0.id : nil } }
}

extension ExchangeDesk {
    func overview() async throws -> LinkOverview {
        try await ground.database.read { tx in
            LinkOverview(
                isConfigured: client != nil, link: try LinkStore(tx).link(), failed: try OutboxStore(tx).count(.failed),
                open: try InboxStore(tx).countOpen())
        }
    }

    func outbox(_ state: Transmission.State?, after key: PageKey?) async throws -> ListPage<Transmission> {
        try await ground.database.read { try OutboxStore($0).page(state, after: key) }
    }

    func inbox(openOnly: Bool, after key: PageKey?) async throws -> ListPage<Arrival> {
        let now = ground.clock.now()
        return try await ground.database.read { tx in
            let page = try InboxStore(tx).page(openOnly: openOnly, after: key)
            let destroyed = try ChangeIntake(tx, now: now).destroyed(among: page.items.compactMap(\.incoming))
            return page.map { item in
                var item = item
                item.isDestroyed = item.incoming.map(destroyed.contains) ?? false
                return item
            }
        }
    }

    /// The packet's bytes as sent.
    func packet(sent id: TransmissionID) async throws -> ByteSource {
        guard let row = try await ground.database.read({ try OutboxStore($0).find(id) }) else {
            throw CommonRefusal.notFound
        }
        return try ground.blobs.source(row.packet)
    }

    /// The packet's bytes as received.
    func packet(received id: ArrivalID) async throws -> ByteSource {
        let row = try await ground.database.read { tx in
            let row = try InboxStore(tx).find(id)
            guard let document = row?.incoming else { return row }
            // Destroyed with its document (QĐ 28/2018 Art. 9.2).
            return try ChangeIntake(tx, now: ground.clock.now()).isDestroyed(document) ? nil : row
        }
        guard let row else { throw CommonRefusal.notFound }
        return try ground.blobs.source(row.packet)
    }
}

/// The head of both pages.
struct LinkOverview: Sendable {
    let isConfigured: Bool
    let link: Link?
    let failed: Int
    let open: Int
}
