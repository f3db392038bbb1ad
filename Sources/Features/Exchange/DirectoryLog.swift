// How far the platform's directory has been read, one row for all nodes.
internal import Foundation
internal import Platform

struct DirectoryLog {
    private let tx: Transaction
    init(_ tx: Transaction) { self.tx = tx }

    func last() throws -> DirectoryReading? {
        try tx.first("SELECT whole_at, version FROM exchange_directory WHERE id = 1").map {
            DirectoryReading(wholeAt: try $0.get("whole_at"), version: try $0.get("version"))
        }
    }

    func save(_ reading: DirectoryReading) throws {
        try tx.execute(
            """
            INSERT INTO exchange_directory (id, whole_at, version) VALUES (1, \(reading.wholeAt), \(reading.version))
            ON CONFLICT (id) DO UPDATE SET whole_at = excluded.whole_at, version = excluded.version
            """)
    }
}
