// The one desk at which documents are signed, whoever holds the key: prepare, ask, finish, go on with the document.
package import Foundation
internal import Digests
internal import Logging
package import Platform
package import Records
internal import SignatureCore

/// Nothing outside this process is asked inside a transaction. What was prepared is stored before the key holder is
/// asked, so that his answer may come from another process, minutes later.
package struct SigningTasks: Sendable {
    let ground: Groundwork
    let keyring: Keyring
    let signatures: PDFSignatures

    /// How long a phone is waited for.
    var phoneSeconds: Double {
        Double((try? ground.settings.integer("remote.wait.seconds", default: 180)) ?? 180)
    }
    /// The same for the program on a computer.
    static let agentSeconds: Double = 900
    static let pollSeconds: Double = 2
    /// A signature value that is there already is worth a longer wait for its timestamp.
    static let answeredSeconds: Double = 900
    /// A key at the server answers at once, and while it signs the end is put off: a task that comes to it died with its
    /// process.
    static let instantSeconds: Double = 60
    /// Until a service has taken the question.
    private static let askingSeconds: Double = 300
    var pulse: Duration = .seconds(20)

    /// The choices of a form.
    package func keys(of holder: KeyHolder) async throws -> [KeyChoice] {
        var choices: [KeyChoice] = []
        for (credential, state) in try await keyring.states(of: holder) {
            choices.append(KeyChoice(state, asks: await asks(credential)))
        }
        return choices
    }

    /// What the key asks of its holder; a service that does not answer now will say so when it is asked to sign.
    private func asks(_ credential: Credential) async -> KeyChoice.Asks {
        switch credential.kind {
        case .pkcs12, .pkcs11: return .pin
        case .agent: return .agent
        case .remote:
            guard let remote = try? await keyring.remote.credential(credential.locator) else {
                return .phone(pin: false, otp: false)
            }
            return remote.isAgreedOnPage ? .page : .phone(pin: remote.asksPIN, otp: remote.asksOTP)
        }
    }

    /// Signs, or asks whoever holds the key to.
    /// - Parameters:
    ///   - seen: SHA-256 of the file that was on the screen.
    ///   - details: the feature's own words about the errand, kept for a later try.
    package func begin(
        _ errand: SigningErrand, _ subject: Int64, by actor: Actor, _ answer: KeyAnswer, seen: String? = nil,
        details: String = ""
    ) async throws -> SigningOutcome {
        let credential = try await keyring.chosen(answer.credential, of: errand.holder(actor.person))
        try await keyring.demandReady(credential, personName: actor.name)
        try await keyring.demandAnswered(answer, for: credential)
        let order = try await errand.order(subject, actor, details, seen)
        let task = try await opened(errand, order, actor, credential, details)
        do {
            switch credential.kind {
            case .pkcs12, .pkcs11:
                try await sign(task, errand, credential, with: try await keyring.open(credential, pin: answer.pin))
                return .signed
            case .remote: return try await askRemote(task, errand, credential, answer)
            case .agent: return try await askAgent(task, credential)
            }
        } catch { throw try await failed(task, error) }
    }

    private func opened(
        _ errand: SigningErrand, _ order: SigningOrder, _ actor: Actor, _ credential: Credential, _ details: String
    ) async throws -> SigningTask {
        let now = ground.clock.now()
        return try await ground.database.write { tx in
            try tx.lock(order.subject.kind, order.subject.id)
            let store = TaskStore(tx: tx, now: now)
            let task = try store.open(
                errand, order, by: actor, credential: credential.id, details: details)
            try store.step(.ask, task.id)
            let expiry = now.addingTimeInterval(Self.startSeconds(credential))
            try store.setProgress(nil, task.id, pollAt: expiry, expiresAt: expiry)
            return task
        }
    }

    /// How long a task stands that was begun and of which nothing more is known.
    static func startSeconds(_ credential: Credential) -> Double {
        credential.kind.isAtServer ? instantSeconds : askingSeconds
    }

    // MARK: Keys at the server

    /// With a key that answers at once. Large files, busy devices and slow timestamps take their time: as long as this
    /// process lives nobody takes the document for abandoned.
    func sign(
        _ task: SigningTask, _ errand: SigningErrand, _ credential: Credential, with key: any SigningKey
    ) async throws {
        let heart = Task { [pulse] in
            while true {
                try await Task.sleep(for: pulse)
                try await putOffEnd(task)
            }
        }
        defer { heart.cancel() }
        try await signNow(task, errand, credential, with: key)
    }

    private func putOffEnd(_ task: SigningTask) async throws {
        let now = ground.clock.now()
        let end = now.addingTimeInterval(Self.instantSeconds)
        try await ground.database.write { tx in
            try TaskStore(tx: tx, now: now).putOffEnd(task.id, until: end)
            if let batch = task.batch { try BatchStore(tx: tx, now: now).putOffEnd(batch, until: end) }
        }
    }

    private func signNow(
        _ task: SigningTask, _ errand: SigningErrand, _ credential: Credential, with key: any SigningKey
    ) async throws {
        let parts = try await prepared(task, credential, certificate: key.certificate, chain: key.chain)
        var values: [Data] = []
        for part in parts.compactMap(\.self) {
            values.append(try await key.sign(part.request.messageToSign, digest: part.request.digestAlgorithm))
        }
        try await finish(task, errand, values)
    }

    /// Everything but the signature values, stored. A damaged attachment is left out.
    func prepared(
        _ task: SigningTask, _ credential: Credential, certificate: Certificate, chain: [Certificate]
    ) async throws -> [PreparedPart?] {
        let chain = try await completed(chain, above: certificate)
        var parts: [PreparedPart?] = []
        for part in task.order.parts {
            do {
                parts.append(
                    try await signatures.prepare(
                        part, certificate: certificate, chain: chain, image: part.showsImage ? credential.image : nil))
            } catch SigningRefusal.damaged where part.isOptional { parts.append(nil) }
        }
        let (now, kept) = (ground.clock.now(), parts)
        try await ground.database.write { try TaskStore(tx: $0, now: now).keep(kept, of: task.id) }
        return parts
    }

    /// Tokens and services often hold the signer's certificate alone: what the office trusts fills the path up, so that
    /// others can follow it.
    private func completed(_ chain: [Certificate], above leaf: Certificate) async throws -> [Certificate] {
        guard chain.isEmpty else { return chain }
        let known = try await TrustDesk(ground: ground).current().list.store.intermediates
        var (path, current): ([Certificate], Certificate) = ([], leaf)
        while path.count < Self.mostIssuers, let issuer = known.first(where: { $0.subject == current.issuer }),
            !path.contains(issuer)
        {
            path.append(issuer)
            current = issuer
        }
        return path
    }

    private static let mostIssuers = 6

    /// Writes the signature values into the files and goes on with the document.
    func finish(_ task: SigningTask, _ errand: SigningErrand, _ values: [Data]) async throws {
        let now = ground.clock.now()
        let parts = try await ground.database.read { try TaskStore(tx: $0, now: now).parts(of: task.id) }
        guard parts.count == task.order.parts.count, parts.compactMap(\.self).count == values.count else {
            throw KeyHolderError.badAnswer("\(values.count)")
        }
        var (results, left): ([BlobRef?], ArraySlice<Data>) = ([], values[...])
        for (part, prepared) in zip(task.order.parts, parts) {
            guard let prepared, let value = left.popFirst() else {
                results.append(nil)
                continue
            }
            results.append(try await signatures.finish(part, prepared, signature: value))
        }
        try await accept(task, errand, results)
    }

    func accept(_ task: SigningTask, _ errand: SigningErrand, _ results: [BlobRef?]) async throws {
        let now = ground.clock.now()
        let signed = SignedOrder(order: task.order, results: results, person: task.person, details: task.details)
        try await keepEvidence(task, results.compactMap(\.self))
        try await errand.accept(signed) { tx in
            let store = TaskStore(tx: tx, now: now)
            // Cancelled or dropped in the meantime: the document stays as it is.
            guard try store.step(.finish, task.id) else { throw SigningFailure.cancelled }
            try store.forgetParts(of: task.id)
        }
    }

    /// Certificate, its status and the result are kept by the file that the signature made (TT 15/2025).
    private func keepEvidence(_ task: SigningTask, _ files: [BlobRef]) async throws {
        guard let credential = try await ground.database.read({ try CredentialStore(tx: $0).find(task.credential) })
        else { return }
        try await Evidence(ground: ground).record(
            files, certificate: credential.certificate, holder: credential.holder, by: task.person,
            personName: task.personName)
    }

    /// Writes the failure down; the answer is what the person is told.
    @discardableResult
    func failed(_ task: SigningTask, _ error: any Error) async throws -> any Error {
        let failure =
            SigningFailure(error)
            ?? SigningFailure(.other, "Lỗi hệ thống khi ký. Chưa có gì được ký; hãy thử lại hoặc báo quản trị.")
        if SigningFailure(error) == nil { Log.logger("signing").error("task \(task.id): \(error)") }
        let now = ground.clock.now()
        try await ground.database.write { tx in
            let store = TaskStore(tx: tx, now: now)
            try store.step(.fail, task.id, failure: failure)
            try store.forgetParts(of: task.id)
        }
        return SigningFailure(error) == nil || error is any Refusal ? error : failure
    }

    // MARK: What the person does with his tasks

    package func cancel(_ id: Int64, by actor: Actor) async throws {
        let task = try await find(id, of: actor)
        let now = ground.clock.now()
        try await ground.database.write { tx in
            guard try TaskStore(tx: tx, now: now).step(.fail, task.id, failure: .cancelled) else {
                throw CommonRefusal.conflict("Yêu cầu ký này đã xong, không còn gì để hủy.")
            }
        }
    }

    /// Takes a failed task off the list; the document stays to be signed.
    package func drop(_ id: Int64, by actor: Actor) async throws {
        let task = try await find(id, of: actor)
        let now = ground.clock.now()
        try await ground.database.write { _ = try TaskStore(tx: $0, now: now).step(.drop, task.id) }
    }

    package func find(_ id: Int64, of actor: Actor) async throws -> SigningTask {
        let now = ground.clock.now()
        guard let task = try await ground.database.read({ try TaskStore(tx: $0, now: now).find(id, of: actor.person) })
        else { throw CommonRefusal.notFound }
        return task
    }

    /// Ends what was asked about a record that goes another way, in the transaction in which it does.
    /// - Parameters: action: the step by which it goes, as errands are named after it; label: as people call it.
    package static func recordMoved(
        _ subject: RecordRef, by action: String, _ label: String, in tx: Transaction, at now: Date
    ) throws {
        try TaskStore(tx: tx, now: now).drop(subject: subject, after: label, errand: "\(subject.kind).\(action)")
    }
}

/// A key as a form offers it.
package struct KeyChoice: Sendable, Hashable {
    package enum Asks: Sendable, Hashable {
        case pin
        case phone(pin: Bool, otp: Bool)
        /// His consent on the page of the signing service.
        case page
        case agent
    }
    package let state: CredentialState
    package let asks: Asks

    package init(_ state: CredentialState, asks: Asks) {
        self.state = state
        self.asks = asks
    }
}
