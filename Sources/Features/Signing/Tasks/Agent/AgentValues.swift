// Signature values that the signing program on a person's computer gave to the page: over a hash, or a CMS over a text.
internal import Foundation
internal import Digests
internal import Platform
package import Records
internal import SignatureCore

/// What the page brings of the program's answer, as it stands there.
package struct AgentValue: Sendable {
    /// Base64 of a signature value, or of a CMS.
    package var signature: String
    /// Base64 of the certificate it says it signed with; empty where it does not say.
    package var certificate: String

    package init(signature: String, certificate: String = "") {
        self.signature = signature
        self.certificate = certificate
    }
}

extension SigningTasks {
    /// Takes the value of one part: it must be this person's registered certificate that made it, over exactly what was
    /// asked. When it was the last, the document goes on.
    package func answered(
        _ id: Int64, part index: Int, by actor: Actor, _ value: AgentValue, errands: [SigningErrand]
    ) async throws {
        let (task, now) = (try await find(id, of: actor), ground.clock.now())
        guard let errand = errands.first(where: { $0.kind == task.errand }), task.progress == .agentHashes,
            task.isAnswerable(at: now)
        else { throw Self.noTicket }
        do { try await take(task, errand, index, value) } catch {
            let told = try await failed(task, error)
            try await tell(task, errand, told)
            throw told
        }
    }

    private func take(_ task: SigningTask, _ errand: SigningErrand, _ index: Int, _ value: AgentValue) async throws {
        let credential = try await credential(of: task)
        try await keyring.demandReady(credential)
        if let given = Certificate(base64: value.certificate), given != credential.certificate {
            throw SigningFailure.anothersCertificate(given.commonName)
        }
        guard let bytes = Data(base64Encoded: value.signature, options: .ignoreUnknownCharacters), !bytes.isEmpty
        else { throw KeyHolderError.badAnswer("base64") }
        if let facts = try? CMSFacts(der: bytes) {
            return try await take(task, errand, index, facts, bytes, credential.certificate)
        }
        try await take(task, errand, index, raw: bytes)
    }

    /// A whole CMS, of a program that signs texts.
    private func take(
        _ task: SigningTask, _ errand: SigningErrand, _ index: Int, _ facts: CMSFacts, _ cms: Data,
        _ certificate: Certificate
    ) async throws {
        guard task.order.parts.indices.contains(index), task.order.parts[index].place == .detached else {
            throw KeyHolderError.badAnswer("CMS")
        }
        let payload = try ground.blobs.get(task.order.parts[index].file)
        let report = facts.resolvingSigner(among: [certificate]).verify(
            documentDigest: { $0.digest(payload) }, trust: TrustStore(), at: ground.clock.now())
        guard report.signer == certificate else { throw SigningFailure.anothersCertificate(report.signer?.commonName) }
        guard report.isIntact, facts.signerCount == 1 else { throw SigningFailure.notOverThis }
        try await take(task, errand, index, result: try ground.blobs.put(cms))
    }

    /// A value over the hash that was prepared. It is timestamped and written when all parts have theirs, and kept until
    /// then: what the token has given is not asked for twice.
    private func take(_ task: SigningTask, _ errand: SigningErrand, _ index: Int, raw: Data) async throws {
        let now = ground.clock.now()
        let parts = try await ground.database.read { try TaskStore(tx: $0, now: now).parts(of: task.id) }
        guard parts.indices.contains(index), let request = parts[index]?.request else { throw Self.noTicket }
        let value = try request.certificate.publicKey.signatureValue(raw)
        do { _ = try request.finish(signature: value) } catch { throw SigningFailure.notOverThis }
        let values = try await ground.database.write { tx in
            let store = try Self.open(task, index, tx, now)
            try store.setValue(value, index, of: task.id)
            return try store.partLines(of: task).filter { $0.prepared != nil }.map(\.value)
        }
        guard !values.contains(nil) else { return }
        try await write(task, errand, values.compactMap(\.self), now)
    }
}

extension CMSReport {
    /// Over the very bytes it was judged for, by the signer's key.
    var isIntact: Bool { messageDigestMatches && signatureValid && essMatches != .mismatch }
}

extension SigningFailure {
    static let notOverThis = SigningFailure(
        .badAnswer,
        "Chữ ký nhận được không phải của chứng thư số đã đăng ký trên đúng nội dung này, nên không được nhận. Văn bản không thay đổi; hãy cắm đúng token rồi bấm “Ký lại”."
    )
}

extension Certificate {
    /// DER in base64, or PEM.
    init?(base64 text: String) {
        let plain = text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("-----") }.joined()
        guard let der = Data(base64Encoded: plain, options: .ignoreUnknownCharacters), !der.isEmpty,
            let certificate = try? Certificate(der: der)
        else { return nil }
        self = certificate
    }
}
