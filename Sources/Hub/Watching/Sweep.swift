// What a hub does by itself: adds up its counts, takes delivered packets away when their time is over, forgets calls.
internal import Foundation
internal import Platform

extension HubDesk {
    /// Adds what this node has counted to the table that all nodes share.
    func tally() async throws {
        let counts = meter.takePending()
        guard !counts.isEmpty else { return }
        let (now, node) = (clock.now(), settings.node)
        do {
            try await database.write { tx in
                try tx.forgoDurability()
                let store = HubStore(tx: tx, now: now)
                for (key, count) in counts.sorted(by: { $0.key.label < $1.key.label }) {
                    try store.add(count, to: key.count, key.label, node: node)
                }
            }
        } catch {
            meter.giveBack(counts)
            throw error
        }
    }

    /// The housekeeping of one round.
    func sweep() async throws {
        let (now, memory) = (clock.now(), settings.memorySeconds)
        try await database.write { tx in
            let store = HubStore(tx: tx, now: now)
            try store.forgetUsage(before: now)
            try store.forgetTallies(before: now.addingTimeInterval(-35 * 86_400))
        }
        try await forgetCalls(before: now.addingTimeInterval(-memory - 60))
        try await removeDelivered()
    }

    private static let removalBatch = 200
    /// A drained backlog leaves hundreds of thousands of calls: packets come and go in between.
    private static let callBatch = 5_000

    private func forgetCalls(before then: Date) async throws {
        let now = clock.now()
        while try await database.write({ tx in
            try HubStore(tx: tx, now: now).forgetCalls(before: then, limit: Self.callBatch)
        }) == Self.callBatch {}
    }

    /// Packets that every recipient stored `hub.retention.days` ago: the record stays, the content goes.
    func removeDelivered() async throws {
        guard settings.retentionDays > 0 else { return }
        let then = clock.now().addingTimeInterval(-Double(settings.retentionDays) * 86_400)
        var (last, removed): (HubStore.Kept?, Int) = (nil, 0)
        while true {
            let (after, now) = (last, clock.now())
            let batch = try await database.read {
                try HubStore(tx: $0, now: now).delivered(before: then, after: after, limit: Self.removalBatch)
            }
            guard let end = batch.last else { break }
            let free = try await database.write { tx in
                // Two nodes do not count the same packet as removed twice.
                try tx.lock("hub.retention", 0)
                let store = HubStore(tx: tx, now: now)
                return try batch.filter { try store.markRemoved($0) }
            }
            // After the commit: a file too many is taken away the next time its content is; none is missing.
            for kept in free { try blobs.remove(kept.blob, ifOlderThan: now.addingTimeInterval(-3600)) }
            (last, removed) = (end, removed + batch.count)
        }
        if removed > 0 { try await note(.packetsRemoved, "\(removed)", "đã giao xong trước \(Day(at: then).printed)") }
    }
}

extension HubStore {
    func add(_ by: Int, to count: HubCount, _ label: String, node: String) throws {
        try tx.execute(
            """
            INSERT INTO hub_tally (minute, node, name, label, count)
            VALUES (\(Int64(now.timeIntervalSince1970 / 60)), \(node), \(count.rawValue), \(label), \(by))
            ON CONFLICT (minute, node, name, label) DO UPDATE SET count = hub_tally.count + excluded.count
            """)
    }

    func forgetTallies(before then: Date) throws {
        try tx.execute("DELETE FROM hub_tally WHERE minute < \(Int64(then.timeIntervalSince1970 / 60))")
    }

    /// Counts of all nodes since `then`, by name and label.
    func tallies(since then: Date) throws -> [HubMeter.Key: Int] {
        let rows = try tx.rows(
            """
            SELECT name, label, CAST(SUM(count) AS BIGINT) AS total FROM hub_tally
            WHERE minute >= \(Int64(then.timeIntervalSince1970 / 60)) GROUP BY name, label
            """)
        var found: [HubMeter.Key: Int] = [:]
        for row in rows {
            guard let count = HubCount(rawValue: try row.get("name")) else { continue }
            found[HubMeter.Key(count: count, label: try row.get("label"))] = try row.get("total")
        }
        return found
    }
}
