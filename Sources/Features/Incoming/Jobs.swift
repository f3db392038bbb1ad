// Work after commit.
internal import Foundation
internal import Platform
package import Records

/// Tells the sender of a document how far it has come; handled by the exchange.
package struct ReportStatusJob: JobPayload {
    package static let kind = "exchange.status"
    package let incoming: Int64
    /// Code on the wire: see `ExchangeStatus`.
    package let code: Int
    /// What goes with it: reason of the refusal, result.
    package let note: String

    package init(incoming: Int64, code: Int, note: String) {
        self.incoming = incoming
        self.code = code
        self.note = note
    }

    package var status: ExchangeStatus? { ExchangeStatus(rawValue: code) }
}

/// Enqueues statuses: only for what came over the exchange, each code at most once a document.
struct StatusReports {
    let tx: Transaction
    let now: Date

    func report(_ status: ExchangeStatus, of document: IncomingDocument, note: String = "") throws {
        guard document.origin == .exchange else { return }
        try JobQueue(tx, now: now).enqueue(
            ReportStatusJob(incoming: document.id.rawValue, code: status.rawValue, note: note.cut(to: 1000)),
            dedupe: "\(document.id):\(status.rawValue)")
    }
}
