// Statuses of one document reach its sender in the order in which they came about.
internal import Incoming
internal import Platform
internal import Records

extension ExchangeDesk {
    /// Reports on the same document that are still to be sent and came about before this one, oldest first. A report
    /// whose attempt failed waits for its next one; the one after it must not overtake it.
    func earlier(than job: ReportStatusJob) async throws -> [ReportStatusJob] {
        try await ground.database.read { tx in
            try JobQueue.unfinished(ReportStatusJob.self, before: job.dedupe, within: job.group, in: tx)
        }
    }

    /// What is to be sent of the document's statuses up to this one, oldest first; those that were given up are taken
    /// along.
    func unsent(upTo job: ReportStatusJob) async throws -> [Transmission] {
        try await ground.database.read { tx in
            let subject = RecordRef(kind: IncomingDocument.kind, id: job.incoming)
            return try OutboxStore(tx).unsent(.status, subject, upTo: job.status)
        }
    }
}

extension ReportStatusJob {
    /// The key under which `Incoming` enqueues it, and what the keys of one document have in common.
    var dedupe: String { "\(incoming):\(code)" }
    var group: String { "\(incoming):" }
}
