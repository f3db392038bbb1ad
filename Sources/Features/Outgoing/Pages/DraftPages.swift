// The drafter's form and its pickers.
internal import Directory
internal import Foundation
internal import Hummingbird
internal import Platform
internal import Records
internal import WebUI

extension OutgoingPages {
    @Sendable func newDraft(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let session = try context.requireSession()
        var content = DraftContent(type: .officialLetter, notation: "", subject: "")
        content.inReplyTo = request.query["tra-loi"].flatMap { Int64($0) }.map { RecordRef(kind: "incoming", id: $0) }
        content.subject = TextLimit.sentSubject.fitting(request.query["trich-yeu"] ?? "")
        let replaced = try await replaced(request, session.actor)
        if let replaced { content = replaced.content }
        let view = DraftFormView(
            id: nil, content: content, recipients: replaced?.recipients ?? [], attachments: [], sourceName: nil,
            choices: try await choices(for: session.actor),
            csrf: session.csrfToken)
        return try await shell.page("Soạn văn bản đi", request, context, content: view.html)
    }

    /// A draft that begins from the document it replaces: its kind, subject, signer and receivers.
    private func replaced(
        _ request: Request, _ actor: Actor
    ) async throws -> (content: DraftContent, recipients: [Recipient])? {
        guard let id = request.query["thay-the"].flatMap({ OutgoingID($0) }) else { return nil }
        let old = try await desk.load(id, for: actor)
        if let obstacle = old.document.obstacleToReplacement { throw CommonRefusal.conflict(obstacle) }
        var content = old.document.content
        content.replaces = id
        content.inReplyTo = nil
        return (content, old.recipients)
    }

    @Sendable func editDraft(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let session = try context.requireSession()
        let found = try await desk.load(try context.outgoingID(), for: session.actor)
        _ = try found.document.applying(.edit, by: session.actor)
        let view = DraftFormView(
            id: found.document.id, content: found.document.content, recipients: found.recipients,
            attachments: found.attachments, sourceName: found.source?.name,
            choices: try await choices(for: session.actor),
            csrf: session.csrfToken)
        return try await shell.page("Sửa dự thảo", request, context, content: view.html)
    }

    @Sendable func create(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let actor = try context.requireActor()
        let id = try await desk.create(try await draft(try context.form(), by: actor), by: actor)
        return context.redirect(to: "/van-ban-di/\(id)", saying: "Đã lưu dự thảo.")
    }

    @Sendable func edit(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (id, actor) = (try context.outgoingID(), try context.requireActor())
        try await desk.edit(id, try await draft(try context.form(), by: actor), by: actor)
        return context.redirect(to: "/van-ban-di/\(id)", saying: "Đã lưu dự thảo.")
    }

    private func draft(_ form: Form, by actor: Actor) async throws -> Draft {
        guard let type: DocumentType = try form.choice("type", "Loại văn bản") else {
            throw CommonRefusal.invalid("Chưa chọn loại văn bản.")
        }
        let content = DraftContent(
            type: type, notation: form["notation"] ?? "", subject: form["subject"] ?? "",
            urgency: try form.choice("urgency", "Độ khẩn") ?? .normal,
            secrecy: try form.choice("secrecy", "Độ mật") ?? .open, signer: try form.id("signer", "Người ký"),
            capacity: try form.choice("capacity", "Thẩm quyền ký") ?? .inOwnRight,
            alsoTo: form["alsoTo"] ?? "",
            inReplyTo: try form.id("inReplyTo", "Văn bản trả lời", of: RecordRef.self).map {
                RecordRef(kind: "incoming", id: $0.rawValue)
            },
            replaces: try form.id("replaces", "Văn bản được thay thế"), alsoOnPaper: form.has("alsoOnPaper"),
            taskCodes: TaskCodes.read(form["taskCodes"] ?? ""))
        return Draft(
            content: content, recipients: try await recipients(form, actor),
            mainFile: try form.file("main").map(stored),
            attachments: try form.allFiles("attachment").map(stored),
            removals: form.all("removeAttachment").compactMap { Int($0) })
    }

    /// A unit chosen both to lead and for information is to lead.
    func recipients(_ form: Form, _ actor: Actor) async throws -> [NewRecipient] {
        let (values, now) = (form.all("agency"), ground.clock.now())
        // A group stands for its members; whom one writes to is offered first next time.
        let agencies = try await ground.database.write { tx in
            let choices = AgencyChoices(tx, for: actor)
            let codes = try choices.codes(of: values)
            try choices.noteUse(of: codes, at: now)
            return codes
        }
        let leading = try form.ids("leadUnit", "Đơn vị chủ trì", of: UnitSubject.self)
        let informed = try form.ids("unit", "Đơn vị nhận", of: UnitSubject.self)
        return agencies.map { NewRecipient(.agency($0), name: "") }
            + leading.map { NewRecipient(.unit($0), name: "", role: .lead) }
            + informed.map { NewRecipient(.unit($0), name: "") }
    }

    /// The bytes are safe before anything is done with them.
    private func stored(_ file: UploadedFile) throws -> NewFile {
        NewFile(name: file.name, blob: try ground.blobs.put(contentsOf: file.url))
    }

    private func choices(for actor: Actor) async throws -> DraftFormView.Choices {
        try await ground.database.read { tx in
            let directory = DirectoryStore(tx)
            let heads = try directory.people(withRole: .unitHead)
            let leaders = try directory.people(withRole: .leader)
            return DraftFormView.Choices(
                signers: (leaders + heads.filter { head in !leaders.contains { $0.id == head.id } }).map(Self.option),
                receivers: try Self.receiverChoices(for: actor, tx))
        }
    }

    static func receiverChoices(for actor: Actor, _ tx: Transaction) throws -> ReceiverFields.Choices {
        let directory = DirectoryStore(tx)
        return ReceiverFields.Choices(
            units: try directory.units().map { Option($0.id.description, $0.name, detail: $0.shortName) },
            agencies: try directory.agencies(matching: "", limit: 50).map(option),
            suggestedAgencies: try AgencyChoices(tx, for: actor).suggestions())
    }

    private static func option(_ person: Person) -> Option {
        Option(person.id.description, person.name, detail: "\(person.position), \(person.unitName)")
    }

    private static func option(_ agency: Agency) -> Option {
        Option(agency.code.rawValue, agency.name, detail: agency.code.rawValue)
    }
}

// Pickers: what is typed is looked for without tones; never more than twenty answers.
extension OutgoingPages {
    @Sendable func findAgencies(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (actor, text) = (try context.requireActor(), request.query["q"] ?? "")
        let options = try await ground.database.read { try AgencyChoices($0, for: actor).options(matching: text) }
        return Picker.results(name: request.query["ten"] ?? "", options).response(status: .ok)
    }

    @Sendable func findUnits(_ request: Request, _ context: OfficeContext) async throws -> Response {
        try await found(request) { directory, text in
            try directory.units(matching: text, limit: 20).map {
                Option($0.id.description, $0.name, detail: $0.shortName)
            }
        }
    }

    @Sendable func findSigners(_ request: Request, _ context: OfficeContext) async throws -> Response {
        try await found(request) { directory, text in
            try directory.people(matching: text, limit: 200).filter { $0.has(.leader) || $0.has(.unitHead) }.prefix(20)
                .map(Self.option)
        }
    }

    private func found(
        _ request: Request, _ search: @escaping @Sendable (DirectoryStore, String) throws -> [Option]
    ) async throws -> Response {
        let (text, name) = (request.query["q"] ?? "", request.query["ten"] ?? "")
        let options = try await ground.database.read { try search(DirectoryStore($0), text) }
        return Picker.results(name: name, options).response(status: .ok)
    }
}
