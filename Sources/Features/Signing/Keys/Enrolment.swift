// Adding keys: a file, a token of the server, a key at a signing service, the program on one's own computer.
package import Foundation
package import Platform
package import Records
package import SignatureCore

/// A token of the server's module as a person chooses from it.
package struct TokenChoice: Sendable, Hashable {
    package let token: TokenName
    package let certificate: Certificate
    /// What the form sends back.
    package var value: String { "\(token.serial):\(certificate.fingerprint)" }
}

/// A key of a connected account.
struct RemoteOffer: Sendable {
    let credential: CSCCredential
    /// Why it cannot be linked; nil when it can.
    let obstacle: String?
}

package struct Enrolment: Sendable {
    let ground: Groundwork
    let keyring: Keyring
    private static let limitBytes = 1 << 20

    /// A PKCS#12 file; the PIN proves that it can be opened and is not kept. The new key takes the place of an older file.
    /// - Parameters:
    ///   - replacing: the holder knows that a file he signs with goes;
    ///   - personName: whose name it must bear; nil for the seal.
    package func addFile(
        _ archive: Data, pin: String, image: BlobRef?, replacing: Bool = false, of holder: KeyHolder,
        personName: String?
    ) async throws {
        guard archive.count <= Self.limitBytes else { throw SigningRefusal.badKeyFile }
        let certificate: Certificate
        do { certificate = try PKCS12Key(data: archive, passphrase: pin).certificate } catch {
            throw SigningRefusal.badKeyFile
        }
        try await readiness.demandEnrollable(certificate, holder: holder, personName: personName)
        let now = ground.clock.now()
        try await ground.database.write { tx in
            let store = CredentialStore(tx: tx)
            let old = try store.all(of: holder).filter { $0.kind == .pkcs12 }
            if !replacing, let working = old.first(where: { $0.certificate.fitness(at: now).isEmpty }) {
                throw SigningRefusal.replacesWorking(until: working.certificate.notAfter)
            }
            let id = try store.add(
                .pkcs12, of: holder, name: "", certificate: certificate, archive: archive,
                image: image ?? old.first?.image, at: now)
            if old.contains(where: \.isDefault) { try store.makeDefault(id, of: holder) }
            for one in old { try store.retire(one.id, of: holder, at: now) }
            try IdentityTable(tx: tx).settle(SignerIdentity(certificate), of: holder, at: now)
        }
    }

    private var readiness: Readiness { Readiness(ground: ground) }

    /// nil for the seal: it is the organisation's, whoever of the clerks operates it.
    private func name(_ actor: Actor, _ holder: KeyHolder) -> String? { holder == .seal ? nil : actor.name }

    /// Certificates on the server's tokens that bear this name.
    package func tokens(for actor: Actor, of holder: KeyHolder) async throws -> [TokenChoice] {
        guard let path = keyring.modulePath else { return [] }
        return try await PKCS11Module.at(path).present().flatMap { token in
            token.certificates.filter { !$0.certificate.isAuthority }.map {
                TokenChoice(token: token.name, certificate: $0.certificate)
            }
        }.filter { holder == .seal || SignerIdentity.bearsName($0.certificate, actor.name) }
    }

    /// The PIN proves that the key is the person's to use.
    package func addToken(_ value: String, pin: String, by actor: Actor, of holder: KeyHolder) async throws {
        guard let choice = try await tokens(for: actor, of: holder).first(where: { $0.value == value }),
            let path = keyring.modulePath
        else { throw KeyHolderError.noSuchToken(value).asFailure }
        try await readiness.demandEnrollable(choice.certificate, holder: holder, personName: name(actor, holder))
        do {
            _ = try await PKCS11Key.open(
                modulePath: path, token: choice.token, fingerprint: choice.certificate.fingerprint, pin: pin)
        } catch let error as KeyHolderError { throw error.asFailure }
        try await add(
            .pkcs11, holder, name: choice.token.label, choice.certificate, KeyLocator(token: choice.token))
    }

    /// A key at a signing service. That it is the person's shows in its certificate now and in his consent each time.
    /// - Parameter account: the person's own account at the service; nil where the office itself is known there.
    package func addRemote(
        service: String, id: String, account: Int64? = nil, by actor: Actor, of holder: KeyHolder
    ) async throws {
        guard account != nil || !keyring.remote.usesAccounts(service) else { throw CommonRefusal.notFound }
        let locator = KeyLocator(service: service, remoteID: id, account: account)
        let credential: CSCCredential
        do { credential = try await keyring.remote.credential(locator) } catch KeyHolderError.badAnswer {
            throw CommonRefusal.invalid(
                "“\(keyring.remote.title(service))” không có mã chứng thư “\(id)”. Chưa liên kết gì; hãy kiểm tra lại mã."
            )
        } catch let error as KeyHolderError { throw error.asFailure }
        try await readiness.demandEnrollable(credential.certificate, holder: holder, personName: name(actor, holder))
        try await add(
            .remote, holder, name: keyring.remote.title(service), credential.certificate, locator)
    }

    /// The keys that a connected account offers, each with what keeps it from being linked.
    func remoteOffers(
        _ account: RemoteAccount, for actor: Actor, of holder: KeyHolder
    ) async throws -> [RemoteOffer] {
        let (linked, now) = (try await keyring.credentials(of: holder), ground.clock.now())
        do {
            return try await keyring.remote.offers(account).map { credential in
                let locator = KeyLocator(service: account.service, remoteID: credential.id, account: account.id)
                let obstacle: String? =
                    if linked.contains(where: { $0.locator == locator && $0.certificate == credential.certificate }) {
                        "Đã liên kết."
                    } else if holder != .seal, !SignerIdentity.bearsName(credential.certificate, actor.name) {
                        "Cấp cho người khác, không phải cho bạn."
                    } else { credential.certificate.fitness(at: now).first?.message ?? credential.refusal?.message }
                return RemoteOffer(credential: credential, obstacle: obstacle)
            }
        } catch let error as KeyHolderError { throw error.asFailure }
    }

    /// The certificate that the program on the person's computer named; each signature proves that its key is there.
    package func addAgent(_ certificate: Certificate, by actor: Actor, of holder: KeyHolder) async throws {
        try await readiness.demandEnrollable(certificate, holder: holder, personName: name(actor, holder))
        try await add(.agent, holder, name: "", certificate, KeyLocator())
    }

    package func makeDefault(_ id: Int64, of holder: KeyHolder) async throws {
        try await ground.database.write { try CredentialStore(tx: $0).makeDefault(id, of: holder) }
    }

    package func retire(_ id: Int64, of holder: KeyHolder) async throws {
        let now = ground.clock.now()
        try await ground.database.write { try CredentialStore(tx: $0).retire(id, of: holder, at: now) }
    }

    /// The same certificate from the same place is kept once; the image goes over to the new key.
    private func add(
        _ kind: KeyKind, _ holder: KeyHolder, name: String, _ certificate: Certificate, _ locator: KeyLocator
    ) async throws {
        let now = ground.clock.now()
        try await ground.database.write { tx in
            let store = CredentialStore(tx: tx)
            let all = try store.all(of: holder)
            guard !all.contains(where: { $0.kind == kind && $0.certificate == certificate && $0.locator == locator })
            else { throw SigningRefusal.alreadyAdded }
            try store.add(
                kind, of: holder, name: name, certificate: certificate, locator: locator,
                image: all.lazy.compactMap(\.image).first, at: now)
            try IdentityTable(tx: tx).settle(SignerIdentity(certificate), of: holder, at: now)
        }
    }
}
