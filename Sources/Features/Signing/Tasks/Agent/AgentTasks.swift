// The signing program on a person's own computer: what it is asked, and what is accepted of what it brings back.
package import Foundation
internal import Digests
internal import PAdES
internal import Platform
package import Records
internal import SignatureCore

extension SigningTasks {
    static let agentPath = "/ky-so/may-ky"

    /// How long the page waits for the program to answer one question: the person looks for his token and its PIN.
    var agentPatienceSeconds: Int {
        (try? ground.settings.integer("agent.wait.seconds", default: 300)) ?? 300
    }

    // MARK: Asking

    /// A ticket for this task: for this person, this document and this function, until it runs out. A detached signature
    /// is always made from a hash: there is no file that the program could show.
    func askAgent(_ task: SigningTask, _ credential: Credential) async throws -> SigningOutcome {
        let isDetached = task.order.parts.contains { $0.place == .detached }
        let signsHashes = try isDetached || AgentManner(ground.settings).signsHashes
        if signsHashes {
            _ = try await prepared(task, credential, certificate: credential.certificate, chain: [])
        }
        let (now, ticket) = (ground.clock.now(), randomBytes(24).hex)
        let expiry = now.addingTimeInterval(Self.agentSeconds)
        try await ground.database.write { tx in
            let store = TaskStore(tx: tx, now: now)
            if !signsHashes { try store.keep(task.order.parts.map { _ in nil }, of: task.id) }
            try store.setProgress(
                signsHashes ? .agentHashes : .agent, task.id, pollAt: expiry, expiresAt: expiry, ticket: ticket)
        }
        return .pending(task: task.id)
    }

    /// What the page puts to the program: one question for each part that is still to be signed.
    package func agentRequests(_ task: SigningTask, _ errand: SigningErrand) async throws -> [AgentRequest] {
        guard let ticket = task.ticket, task.state == .processing else { return [] }
        let now = ground.clock.now()
        let lines = try await ground.database.read { try TaskStore(tx: $0, now: now).partLines(of: task) }
        return try zip(task.order.parts.indices, lines).compactMap { index, line in
            guard line.isOpen else { return nil }
            let part = task.order.parts[index]
            if task.progress == .agent {
                return fileRequest(task, errand, part, "\(Self.agentPath)/\(ticket)/\(index)")
            }
            return try line.prepared.map { try valueRequest(part, $0, "/ky-so/viec/\(task.id)/chu-ky/\(index)") }
        }
    }

    private func fileRequest(
        _ task: SigningTask, _ errand: SigningErrand, _ part: SigningPart, _ address: String
    ) -> AgentRequest {
        var fields = [AgentFile.MetaData(Key: "SignatureField", Value: part.fieldName)]
        var function = errand.agentFunction ?? .approve
        if case .mark(let line) = part.place {
            fields.append(.init(Key: "Mark", Value: line))
            if function == .issue { function = .appendix }
        }
        let file = AgentFile(
            FileName: address, FileUploadHandler: address, DocNumber: task.order.number ?? "",
            IssuedDate: task.order.issuedOn.map { "\($0)T00:00:00+07:00" } ?? "", MetaData: fields)
        return AgentRequest(function: function.rawValue, file: file)
    }

    private func valueRequest(
        _ part: SigningPart, _ prepared: PreparedPart, _ address: String
    ) throws -> AgentRequest {
        let isText = try part.place == .detached && AgentManner(ground.settings).signsTexts
        let message =
            isText ? try ground.blobs.get(part.file).base64EncodedString() : AgentHash(prepared.request).text
        return AgentRequest(function: AgentFunction.message.rawValue, message: message, answerTo: address)
    }

    // MARK: Files that it brings back

    /// The file behind a ticket.
    package func offered(ticket: String, part: Int) async throws -> (name: String, file: Data) {
        let part = try await ticketed(ticket, part).part
        return (part.name, try ground.blobs.get(part.file))
    }

    private func ticketed(_ ticket: String, _ index: Int) async throws -> (task: SigningTask, part: SigningPart) {
        let now = ground.clock.now()
        let found = try await ground.database.read { try TaskStore(tx: $0, now: now).find(ticket: ticket) }
        guard let found, found.progress == .agent, found.isAnswerable(at: now),
            found.order.parts.indices.contains(index)
        else { throw Self.noTicket }
        return (found, found.order.parts[index])
    }

    static let noTicket = SigningFailure(
        .timedOut, "Phiếu ký không đúng, đã dùng hoặc đã hết hạn. Chưa có gì được ký; hãy bấm “Ký lại”.")

    /// Takes a file from the signing program: only the very file that was offered, with nothing added but this person's
    /// signature in the expected field. Anything else ends the task, and the document stays as it was.
    package func returned(ticket: String, part index: Int, file: Data, errands: [SigningErrand]) async throws {
        let (task, part) = try await ticketed(ticket, index)
        guard let errand = errands.first(where: { $0.kind == task.errand }) else { throw Self.noTicket }
        do {
            try await judge(file, part, task)
            try await take(task, errand, index, result: try ground.blobs.put(file))
        } catch {
            let told = try await failed(task, error)
            try await tell(task, errand, told)
            throw told
        }
    }

    /// Keeps the finished file of one part; when it was the last, the document goes on.
    func take(_ task: SigningTask, _ errand: SigningErrand, _ index: Int, result: BlobRef) async throws {
        let now = ground.clock.now()
        let lines = try await ground.database.write { tx in
            try Self.open(task, index, tx, now).setResult(result, index, of: task.id)
            return try TaskStore(tx: tx, now: now).partLines(of: task)
        }
        guard !lines.contains(where: \.isOpen) else { return }
        try await accept(task, errand, lines.map(\.result))
        try await tell(task, errand, nil)
    }

    /// The store, once it is sure that this part of the task still waits for its answer.
    static func open(_ task: SigningTask, _ index: Int, _ tx: Transaction, _ now: Date) throws -> TaskStore {
        let store = TaskStore(tx: tx, now: now)
        try tx.lock("signing_task", task.id)
        let lines = try store.partLines(of: task)
        guard try store.find(task.id)?.isAnswerable(at: now) ?? false, lines.indices.contains(index),
            lines[index].isOpen
        else { throw noTicket }
        return store
    }

    private func judge(_ file: Data, _ part: SigningPart, _ task: SigningTask) async throws {
        let credential = try await credential(of: task)
        let signature: VerificationReport.Signature
        do {
            signature = try SignatureVerifier.onlySignature(
                part.fieldName, in: file, offered: try ground.blobs.get(part.file), at: ground.clock.now())
        } catch let problem as ReturnedFileProblem { throw SigningFailure(problem) }
        guard signature.certificate == credential.certificate.der else {
            throw SigningFailure.anothersCertificate(signature.signer?.name)
        }
        try await keyring.demandReady(credential)
    }

    func credential(of task: SigningTask) async throws -> Credential {
        let found = try await ground.database.read { try CredentialStore(tx: $0).find(task.credential) }
        guard let found else { throw SigningRefusal.noKey }
        return found
    }

    // MARK: What it did not do

    /// The program, or the page that spoke with it, says that it did not sign.
    package func agentGaveUp(_ id: Int64, by actor: Actor, _ trouble: AgentTrouble) async throws {
        let task = try await find(id, of: actor)
        guard task.progress == .agent || task.progress == .agentHashes else { throw CommonRefusal.notFound }
        try await failed(task, trouble.failure)
    }
}

extension SigningTask {
    /// Whether the program may still answer.
    func isAnswerable(at now: Date) -> Bool {
        state == .processing && ticket != nil && (expiresAt.map { $0 > now } ?? false)
    }
}

extension SigningFailure {
    static func anothersCertificate(_ name: String?) -> SigningFailure {
        let whose = name.map { " của “\($0)”" } ?? " khác"
        return SigningFailure(
            .otherPerson,
            "Phần mềm ký đã dùng chứng thư số\(whose), không phải chứng thư đã đăng ký. Văn bản không thay đổi; hãy cắm đúng token, chọn đúng chứng thư số trong phần mềm rồi bấm “Ký lại”."
        )
    }

    init(_ problem: ReturnedFileProblem) {
        switch problem {
        case .notTheOffered:
            self.init(
                .tampered,
                "Tệp nhận về không phải tệp đã đưa đi ký nên không được nhận. Văn bản không thay đổi; hãy bấm “Ký lại”."
            )
        case .notThisField(let fields):
            let found = fields.isEmpty ? "không có chữ ký mới" : "có chữ ký ở ô “\(fields.joined(separator: "”, “"))”"
            self.init(
                .tampered,
                "Tệp nhận về \(found), không đúng ô được yêu cầu, nên không được nhận. Văn bản không thay đổi; hãy bấm “Ký lại”."
            )
        case .invalidSignature(let why):
            self.init(
                .badAnswer, "Chữ ký trong tệp nhận về không hợp lệ (\(why)) Văn bản không thay đổi; hãy bấm “Ký lại”.")
        case .changed(let what):
            self.init(
                .tampered,
                "Tệp nhận về còn bị sửa ngoài chữ ký (\(what)) nên không được nhận. Văn bản không thay đổi; hãy báo quản trị."
            )
        }
    }
}
