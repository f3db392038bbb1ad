// The two jobs of the exchange; their payloads belong to the features that cause them.
internal import Incoming
internal import Outgoing
internal import Platform

extension ExchangeDesk {
    var jobs: [JobHandler] {
        [
            JobHandler(
                SendDocumentJob.self, onFailure: { job, _ in try await self.giveUp(job) },
                run: { try await self.send($0) }),
            JobHandler(
                ReportStatusJob.self, onFailure: { job, _ in try await self.giveUp(job) },
                run: { try await self.send($0) }),
            JobHandler(
                SendChangeJob.self, onFailure: { job, _ in try await self.giveUp(job) },
                run: { try await self.send($0) }),
            JobHandler(
                AnswerChangeJob.self, onFailure: { job, _ in try await self.giveUp(job) },
                run: { try await self.send($0) }),
            JobHandler(EraseFilesJob.self, run: { try await self.erase($0) }),
        ]
    }
}
