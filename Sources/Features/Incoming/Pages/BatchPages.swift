// One act on several rows of a box, told per row.
internal import Directory
internal import Hummingbird
internal import Platform
internal import Records
internal import WebUI

/// What can be done with several documents at once.
enum IncomingBatch: Sendable {
    case register, submit, takeUp, read

    var label: String {
        switch self {
        case .register: IncomingDocument.Action.register.label
        case .submit: IncomingDocument.Action.submit.label
        case .takeUp: IncomingDocument.Action.takeUp.label
        case .read: "Đánh dấu đã đọc"
        }
    }

    /// Followed by a number of documents.
    var done: String {
        switch self {
        case .register: "Đã vào sổ"
        case .submit: "Đã trình"
        case .takeUp: "Đã nhận xử lý"
        case .read: "Đã đọc"
        }
    }
}

extension IncomingBox {
    /// nil where each document wants a look of its own.
    var batch: IncomingBatch? {
        switch self {
        case .toAccept: .register
        case .toSubmit: .submit
        case .toDo, .toSupport: .takeUp
        case .toRead: .read
        case .changes, .lateReceipt, .toDecide, .toAssign, .overdue, .dueSoon, .followed, .done, .all: nil
        }
    }
}

extension IncomingPages {
    var batchRoute: Route { .post("/van-ban-den/hop/{box}/chon", .signedIn, batch) }

    @Sendable private func batch(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (actor, form) = (try context.requireActor(), try context.form())
        guard let box = context.incomingBox, let batch = box.batch,
            box.source(for: actor, today: Day(at: context.now)) != nil
        else { throw CommonRefusal.notFound }
        // Oldest first: numbers follow the order in which the documents came.
        let chosen = form.ids("chon", of: IncomingSubject.self).prefix(Batch.most).reversed()
        let documents = try await desk.documents(Array(chosen), for: actor)
        let outcomes = try await Batch.run(documents, context, subject: Self.subject) { document in
            try await perform(batch, on: document.id, by: actor, form)
        }
        let content = Batch.results(outcomes, done: batch.done, back: (box.title, box.href))
        return try await shell.page("Kết quả – \(box.title)", request, context, content: content)
    }

    private static func subject(_ document: IncomingDocument) -> BatchOutcome.Subject {
        BatchOutcome.Subject(
            href: "/van-ban-den/\(document.id)", number: document.content.code.description,
            title: document.content.subject)
    }

    private func perform(
        _ batch: IncomingBatch, on id: IncomingID, by actor: Actor, _ form: Form
    ) async throws -> String {
        switch batch {
        case .register: return "Số đến \(DocumentCode.printed(try await desk.register(id, by: actor)))."
        case .submit:
            let leader = try form.requiredID("leader", "Lãnh đạo", of: PersonSubject.self)
            try await desk.submit(id, by: actor, to: leader)
            return "Đã trình lãnh đạo."
        case .takeUp:
            try await desk.takeUp(id, by: actor)
            return "Đã nhận xử lý."
        case .read:
            _ = try await desk.open(id, for: actor)
            return "Đã đọc."
        }
    }

    /// To whom the clerk may submit many at once.
    func leaders(for box: IncomingBox) async throws -> [Option] {
        guard box.batch == .submit else { return [] }
        return try await ground.database.read { tx in
            try DirectoryStore(tx).people(withRole: .leader).map {
                Option($0.id.description, $0.name, detail: $0.position)
            }
        }
    }
}

extension OfficeContext {
    var incomingBox: IncomingBox? {
        coreContext.parameters["box"].flatMap { IncomingBox(rawValue: String($0)) }
    }
}
