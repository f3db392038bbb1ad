// The clerk's review of what a sender asks: what is there, what would be, and the answer.
internal import Foundation
internal import Hummingbird
internal import Platform
internal import Records
internal import WebUI

extension IncomingPages {
    var changeRoutes: [Route] {
        let (base, clerks) = ("/van-ban-den/{id}/thay-doi/{change}", Audience.roles([.recordsClerk]))
        return [
            .get(base, clerks, reviewChange),
            .get("\(base)/tep/{file}/trang/{page}", clerks, proposedPage),
            .post("\(base)/dong-y", clerks) { _, context in
                let request = try await change(context)
                try await desk.agree(request.id, by: try context.requireActor())
                return context.redirect(to: "/van-ban-den/\(request.document)", saying: "Đã đồng ý; bên gửi được báo.")
            },
            .post("\(base)/tu-choi", clerks) { _, context in
                let request = try await change(context)
                let reason = try context.form()["reason"] ?? ""
                try await desk.refuseChange(request.id, by: try context.requireActor(), reason: reason)
                return context.redirect(
                    to: "/van-ban-den/\(request.document)", saying: "Đã từ chối; lý do được báo cho bên gửi.")
            },
        ]
    }

    private func change(_ context: OfficeContext) async throws -> ChangeRequest {
        let id: ChangeID = try context.coreContext.parameters.id("change", of: ChangeSubject.self)
        return try await desk.change(id, of: try context.incomingID(), for: try context.requireActor())
    }

    @Sendable private func reviewChange(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (session, asked) = (try context.requireSession(), try await change(context))
        let (document, files, carrier) = try await desk.review(asked, for: session.actor)
        let view = ChangeReview(
            request: asked, document: document,
            changes: asked.proposal?.changes(of: document, files: files) ?? [], carrier: carrier,
            pages: try await pages(asked, files), csrf: session.csrfToken)
        return try await shell.page(asked.actLabel, request, context, isWide: true, content: view.html)
    }

    private func pages(
        _ asked: ChangeRequest, _ files: [RecordFile]
    ) async throws -> (now: [PageSize], file: RecordFile, proposed: [PageSize], ordinal: Int)? {
        guard let proposal = asked.proposal,
            let new = proposal.replacements(of: files).first(where: { $0.placed.role == .main }),
            let old = new.before, old.isPDF,
            let index = proposal.files.firstIndex(of: new.placed.file),
            let now = try await ground.pages.readablePages(of: old),
            let then = try? await ground.pages.pages(of: new.placed.blob)
        else { return nil }
        return (now, old, then, index + 1)
    }

    @Sendable private func proposedPage(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let asked = try await change(context)
        let (ordinal, page) = (
            Int(try context.fileID()), context.coreContext.parameters["page"].flatMap { Int($0) } ?? 0
        )
        guard let files = asked.proposal?.files, files.indices.contains(ordinal - 1), let blob = files[ordinal - 1].blob
        else { throw CommonRefusal.notFound }
        let dpi = request.query["dpi"].flatMap { Int($0) } ?? 110
        return FileAnswer.image(try await ground.pages.image(of: blob, page: page, dpi: dpi))
    }
}

extension IncomingDesk {
    /// A request on a document this person may see.
    func change(_ id: ChangeID, of document: IncomingID, for actor: Actor) async throws -> ChangeRequest {
        try await ground.database.read { tx in
            let found = try IncomingStore(tx).find(document, for: actor)
            guard let request = try ChangeStore(tx).find(id), request.document == found.id else {
                throw IncomingRefusal.notFound
            }
            return request
        }
    }

    func review(
        _ request: ChangeRequest, for actor: Actor
    ) async throws -> (document: IncomingDocument, files: [RecordFile], carrier: IncomingDocument?) {
        try await ground.database.read { tx in
            let document = try IncomingStore(tx).find(request.document, for: actor)
            let carrier = try request.carrier.map { try IncomingStore(tx).find($0, for: actor) }
            return (document, try RecordFileStore(tx).current(of: document.ref), carrier)
        }
    }
}
