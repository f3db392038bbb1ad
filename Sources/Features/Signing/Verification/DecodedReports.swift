// Reports read from their JSON lately. A document's page shows the same report to everyone who opens it, and reading it
// is a tenth of the page's work.
internal import Foundation
internal import Synchronization

enum DecodedReports {
    /// The text alone decides what it says, so that a report that is kept can never be out of date.
    static func record(_ json: String) throws -> CheckRecord {
        if let known = records.withLock({ $0[json] }) { return known }
        let record = try CheckRecord(json: Data(json.utf8))
        records.withLock {
            if $0.count >= mostRecords { $0.removeAll(keepingCapacity: true) }
            $0[json] = record
        }
        return record
    }

    private static let mostRecords = 128
    private static let records = Mutex<[String: CheckRecord]>([:])
}
