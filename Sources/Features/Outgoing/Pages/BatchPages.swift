// One act on several rows of a box, told per row.
internal import Hummingbird
internal import Platform
internal import Records
internal import WebUI

/// What can be done with several documents at once.
enum OutgoingBatch: Sendable {
    case number, issue, read

    var label: String {
        switch self {
        case .number: OutgoingDocument.Action.number.label
        case .issue: OutgoingDocument.Action.issue.label
        case .read: "Đánh dấu đã đọc"
        }
    }

    /// Followed by a number of documents.
    var done: String {
        switch self {
        case .number: "Đã cấp số"
        case .issue: "Đã ban hành"
        case .read: "Đã đọc"
        }
    }
}

extension OutgoingBox {
    /// nil where each document wants a look, or a PIN, of its own.
    var batch: OutgoingBatch? {
        switch self {
        case .toNumber: .number
        case .toIssue: .issue
        case .unitReading: .read
        case .drafts, .returned, .toInitial, .toSign, .toSeal, .late, .trouble, .unitWork, .issued, .all: nil
        }
    }
}

extension OutgoingPages {
    var batchRoute: Route { .post("/van-ban-di/hop/{box}/chon", .signedIn, batch) }

    @Sendable private func batch(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (actor, form) = (try context.requireActor(), try context.form())
        guard let box = context.outgoingBox, let batch = box.batch, !box.ways(for: actor).isEmpty else {
            throw CommonRefusal.notFound
        }
        // Oldest first: numbers follow the order in which the documents came.
        let chosen = form.ids("chon", of: OutgoingSubject.self).prefix(Batch.most).reversed()
        let documents = try await desk.documents(Array(chosen), for: actor)
        let outcomes = try await Batch.run(documents, context, subject: Self.subject) { document in
            try await perform(batch, on: document.id, by: actor)
        }
        let content = Batch.results(outcomes, done: batch.done, back: (box.title, box.href))
        return try await shell.page("Kết quả – \(box.title)", request, context, content: content)
    }

    private static func subject(_ document: OutgoingDocument) -> BatchOutcome.Subject {
        BatchOutcome.Subject(
            href: "/van-ban-di/\(document.id)", number: document.code?.description ?? document.content.notation,
            title: document.content.subject)
    }

    private func perform(_ batch: OutgoingBatch, on id: OutgoingID, by actor: Actor) async throws -> String {
        switch batch {
        case .number: return "Số \(try await desk.number(id, by: actor))."
        case .issue:
            try await desk.issue(id, by: actor)
            return "Đã ban hành."
        case .read:
            _ = try await desk.open(id, for: actor)
            return "Đã đọc."
        }
    }
}

extension OfficeContext {
    var outgoingBox: OutgoingBox? {
        coreContext.parameters["box"].flatMap { OutgoingBox(rawValue: String($0)) }
    }
}
