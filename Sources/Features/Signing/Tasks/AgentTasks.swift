// The signing program on a person's own computer: what it is offered, and what is accepted from it.
package import Foundation
internal import Digests
internal import PAdES
internal import Platform
package import Records
internal import SignatureCore

/// What the page hands to the signing program for one file; the members are that program's own.
package struct AgentRequest: Codable, Sendable, Hashable {
    struct MetaData: Codable, Sendable, Hashable {
        let Key: String
        let Value: String
    }
    /// Path of its socket.
    package let function: String
    let FileName: String
    let FileUploadHandler: String
    let SessionId: String
    let JWTToken: String
    let DocNumber: String
    let IssuedDate: String
    let MetaData: [MetaData]
}

extension SigningTasks {
    static let agentPath = "/ky-so/may-ky"

    /// A ticket for the files of this task: for this person, this document and this function, until it runs out.
    func askAgent(_ task: SigningTask) async throws -> SigningOutcome {
        guard !task.order.parts.contains(where: { $0.place == .detached }) else {
            throw SigningFailure(
                .agent,
                "Bút phê chưa ký được bằng phần mềm ký trên máy. Chưa có gì được ký; hãy chọn chứng thư số khác của bạn."
            )
        }
        let (now, ticket) = (ground.clock.now(), randomBytes(24).hex)
        let expiry = now.addingTimeInterval(Self.agentSeconds)
        try await ground.database.write { tx in
            let store = TaskStore(tx: tx, now: now)
            try store.keep(task.order.parts.map { _ in nil }, of: task.id)
            try store.setProgress(.agent, task.id, pollAt: expiry, expiresAt: expiry, ticket: ticket)
        }
        return .pending(task: task.id)
    }

    /// What the page hands on, one for each file that is still to be signed.
    package func agentRequests(_ task: SigningTask, _ errand: SigningErrand) async throws -> [AgentRequest] {
        guard let ticket = task.ticket, task.state == .processing else { return [] }
        let now = ground.clock.now()
        let results = try await ground.database.read { try TaskStore(tx: $0, now: now).results(of: task.id) }
        return task.order.parts.indices.filter { results[$0] == nil }.map { index in
            let part = task.order.parts[index]
            let isMark = if case .mark = part.place { true } else { false }
            let address = "\(Self.agentPath)/\(ticket)/\(index)"
            var fields = [AgentRequest.MetaData(Key: "SignatureField", Value: part.fieldName)]
            if case .mark(let line) = part.place { fields.append(.init(Key: "Mark", Value: line)) }
            return AgentRequest(
                function: (isMark ? AgentFunction.appendix : errand.agentFunction).rawValue, FileName: address,
                FileUploadHandler: address, SessionId: "", JWTToken: "", DocNumber: task.order.number ?? "",
                IssuedDate: task.order.issuedOn.map { "\($0)T00:00:00+07:00" } ?? "", MetaData: fields)
        }
    }

    /// The file behind a ticket.
    package func offered(ticket: String, part: Int) async throws -> (name: String, file: Data) {
        let part = try await ticketed(ticket, part).part
        return (part.name, try ground.blobs.get(part.file))
    }

    private func ticketed(_ ticket: String, _ index: Int) async throws -> (task: SigningTask, part: SigningPart) {
        let now = ground.clock.now()
        let found = try await ground.database.read { try TaskStore(tx: $0, now: now).find(ticket: ticket) }
        guard let found, found.state == .processing, found.order.parts.indices.contains(index),
            found.expiresAt.map({ $0 > now }) ?? false
        else { throw Self.noTicket }
        return (found, found.order.parts[index])
    }

    private static let noTicket = SigningFailure(
        .timedOut, "Phiếu ký không đúng, đã dùng hoặc đã hết hạn. Chưa có gì được ký; hãy bấm “Ký lại”.")

    /// Takes a file from the signing program: only the very file that was offered, with nothing added but this person's
    /// signature in the expected field. Anything else ends the task, and the document stays as it was.
    package func returned(ticket: String, part index: Int, file: Data, errands: [SigningErrand]) async throws {
        let (task, part) = try await ticketed(ticket, index)
        guard let errand = errands.first(where: { $0.kind == task.errand }) else { throw Self.noTicket }
        do {
            try await judge(file, part, task)
            let (now, blob) = (ground.clock.now(), try ground.blobs.put(file))
            let results = try await ground.database.write { tx in
                let store = TaskStore(tx: tx, now: now)
                try tx.lock("signing_task", task.id)
                guard try store.find(ticket: ticket) != nil, try store.results(of: task.id)[index] == nil else {
                    throw Self.noTicket
                }
                try store.setResult(blob, index, of: task.id)
                return try store.results(of: task.id)
            }
            guard !results.contains(nil) else { return }
            try await accept(task, errand, results)
            try await tell(task, errand, nil)
        } catch {
            let told = try await failed(task, error)
            try await tell(task, errand, told)
            throw told
        }
    }

    private func judge(_ file: Data, _ part: SigningPart, _ task: SigningTask) async throws {
        let credential = try await ground.database.read { try CredentialStore(tx: $0).find(task.credential) }
        guard let credential else { throw SigningRefusal.noKey }
        let signature: VerificationReport.Signature
        do {
            signature = try SignatureVerifier.onlySignature(
                part.fieldName, in: file, offered: try ground.blobs.get(part.file), at: ground.clock.now())
        } catch let problem as ReturnedFileProblem { throw SigningFailure(problem) }
        guard signature.certificate == credential.certificate.der else {
            throw SigningFailure(
                .otherPerson,
                "Tệp được ký bằng chứng thư số của “\(signature.signer?.name ?? "không rõ")”, không phải chứng thư đã đăng ký. Văn bản không thay đổi; hãy cắm đúng token rồi bấm “Ký lại”."
            )
        }
        try await keyring.demandReady(credential)
    }

    /// The program, or the page that spoke with it, says that it did not sign.
    package func agentGaveUp(_ id: Int64, by actor: Actor, saying words: String) async throws {
        let task = try await find(id, of: actor)
        guard task.progress == .agent else { throw CommonRefusal.notFound }
        let said = words.isEmpty ? "" : " (\(words.prefix(200)))"
        try await failed(
            task,
            SigningFailure(
                .agent,
                "Phần mềm ký trên máy không ký\(said). Chưa có gì được ký; hãy kiểm tra phần mềm đang chạy, token đã cắm rồi bấm “Ký lại”."
            ))
    }
}

extension SigningFailure {
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
