// What authorities answered, between questions: rows in the database, bytes in the blob store.
internal import Foundation
internal import Platform
internal import Records
internal import SignatureCore

struct FetchTable {
    let tx: Transaction

    struct Line: Sendable {
        var blob: BlobRef?
        var holdsUntil: Date
        var failures: Int
    }

    func find(_ key: String) throws -> Line? {
        try tx.first("SELECT * FROM fetched WHERE name = \(key)").map { row in
            let sha256: String? = try row.optional("sha256")
            return Line(
                blob: try sha256.map { BlobRef(sha256: $0, byteCount: try row.get("byte_count")) },
                holdsUntil: try row.get("holds_until"), failures: try row.get("failures"))
        }
    }

    func put(_ line: Line, _ key: String) throws {
        try tx.execute(
            """
            INSERT INTO fetched (name, sha256, byte_count, holds_until, failures)
            VALUES (\(key), \(line.blob?.sha256), \(line.blob?.byteCount), \(line.holdsUntil), \(line.failures))
            ON CONFLICT (name) DO UPDATE SET sha256 = excluded.sha256, byte_count = excluded.byte_count,
                holds_until = excluded.holds_until, failures = excluded.failures
            """)
    }

    /// Long out of date: nobody will ask for these again.
    func forget(before date: Date) throws { try tx.execute("DELETE FROM fetched WHERE holds_until < \(date)") }
}

extension FetchCache {
    /// A cache that fails only makes the next question slower.
    static func office(_ ground: Groundwork) -> FetchCache {
        FetchCache(
            load: { key in
                guard let line = try? await ground.database.read({ try FetchTable(tx: $0).find(key) }) else {
                    return nil
                }
                let data = line.blob.flatMap { try? ground.blobs.get($0) }
                if line.blob != nil, data == nil { return nil }
                return FetchCacheEntry(data: data, holdsUntil: line.holdsUntil, failures: line.failures)
            },
            save: { key, entry in
                let blob = entry.data.flatMap { try? ground.blobs.put($0) }
                let line = FetchTable.Line(blob: blob, holdsUntil: entry.holdsUntil, failures: entry.failures)
                try? await ground.database.write { try FetchTable(tx: $0).put(line, key) }
            })
    }
}
