import CLibcrypto
package import Foundation

/// The kinds of keys practice certificates are made for.
package enum PracticeKeyKind: String, Sendable, Hashable, Codable, CaseIterable {
    case rsa2048, p256, p384, p521, ed25519
}

/// Whom a practice certificate is made out to.
package enum PracticeHolder: Sendable, Hashable {
    case person(
        name: String, agency: String, title: String? = nil, identifier: String? = nil, emailAddress: String? = nil)
    case seal(agency: String, identifier: String? = nil, emailAddress: String? = nil)
    case timestampAuthority(agency: String)
}

/// How long a certificate is valid.
package struct ValidityPeriod: Sendable, Hashable {
    package var notBefore: Date
    package var notAfter: Date

    package init(notBefore: Date, notAfter: Date) {
        self.notBefore = notBefore
        self.notAfter = notAfter
    }

    /// From `start` for `days` days.
    package init(from start: Date, days: Int) {
        self.init(notBefore: start, notAfter: start.addingTimeInterval(Double(days) * 86_400))
    }
}

/// A root, an issuing authority and the certificates under them, for practice and tests only. Every certificate says
/// so in its subject and in its issuer.
package struct PracticePKI: Sendable {
    package let root: Certificate
    private let issuing: PKCS12Key
    /// Rounds of key derivation for the files issued here.
    private let rounds: Int

    package static let mark = "THỰC HÀNH"
    /// About 40 ms to open a file on one core of a small server; the PIN is all that protects it.
    package static let defaultRounds = 50_000

    /// Trusts this practice root and nothing else.
    package var trust: TrustStore { TrustStore(anchors: [root], intermediates: [issuing.certificate]) }
    package var issuingCertificate: Certificate { issuing.certificate }

    /// Makes a new root and issuing authority. The root's private key is forgotten at once: nothing else needs it.
    package static func create(
        owner: String, keys: PracticeKeyKind = .rsa2048, validity: ValidityPeriod, rounds: Int = defaultRounds
    ) throws(SignatureError) -> PracticePKI {
        let rootKey = try PrivateKeyHandle.generated(keys)
        let rootName = authorityName("CA gốc", owner: owner)
        let root = try CertificateTemplate(
            kind: .root, subject: rootName, notBefore: validity.notBefore, notAfter: validity.notAfter
        ).issued(to: try rootKey.publicKeyInfo(), by: nil, with: rootKey)
        let key = try PrivateKeyHandle.generated(keys)
        let issuing = try CertificateTemplate(
            kind: .issuing, subject: authorityName("CA phát hành", owner: owner), notBefore: validity.notBefore,
            notAfter: validity.notAfter
        ).issued(to: try key.publicKeyInfo(), by: root, with: rootKey)
        return PracticePKI(
            root: root, issuing: PKCS12Key(key: key, certificate: issuing, chain: [], roots: [root]), rounds: rounds)
    }

    private init(root: Certificate, issuing: PKCS12Key, rounds: Int) {
        self.root = root
        self.issuing = issuing
        self.rounds = rounds
    }

    /// Opens what `archive` wrote.
    package init(archive: Data, passphrase: String, rounds: Int = defaultRounds) throws(SignatureError) {
        issuing = try PKCS12Key(data: archive, passphrase: passphrase)
        guard let root = issuing.roots.first else { throw .malformedKeyStore("no root") }
        self.root = root
        self.rounds = rounds
    }

    /// The issuing authority as a PKCS#12 file, so that later runs can go on issuing.
    package func archive(passphrase: String) throws(SignatureError) -> Data {
        let name = "\(Self.mark) CA"
        let (certificate, chain, rounds) = (issuing.certificate, [root], rounds)
        return try issuing.withKey { (key: borrowing PrivateKeyHandle) throws(SignatureError) in
            try key.pkcs12(certificate, chain: chain, name: name, passphrase: passphrase, rounds: rounds)
        }
    }

    /// A new key and certificate as a PKCS#12 file under `passphrase`, the chain inside.
    package func issue(
        to holder: PracticeHolder, keys: PracticeKeyKind = .rsa2048, validity: ValidityPeriod, passphrase: String
    ) throws(SignatureError) -> Data {
        let key = try PrivateKeyHandle.generated(keys)
        let publicKeyInfo = try key.publicKeyInfo()
        let template = CertificateTemplate(
            kind: holder.kind, subject: holder.subject, notBefore: validity.notBefore, notAfter: validity.notAfter)
        let issuer = issuing.certificate
        let certificate = try issuing.withKey { (key: borrowing PrivateKeyHandle) throws(SignatureError) in
            try template.issued(to: publicKeyInfo, by: issuer, with: key)
        }
        return try key.pkcs12(
            certificate, chain: [issuer, root], name: certificate.commonName, passphrase: passphrase, rounds: rounds)
    }

    private static func authorityName(_ role: String, owner: String) -> DistinguishedName {
        DistinguishedName([
            .init(type: .country, value: "VN"), .init(type: .organisation, value: owner),
            .init(type: .organisationalUnit, value: mark), .init(type: .commonName, value: "\(mark) – \(role)"),
        ])
    }
}

extension PracticeHolder {
    fileprivate var kind: CertificateTemplate.Kind {
        switch self {
        case .person(_, _, _, _, let emailAddress), .seal(_, _, let emailAddress): .signer(emailAddress: emailAddress)
        case .timestampAuthority: .timestamping
        }
    }

    fileprivate var subject: DistinguishedName {
        switch self {
        case .person(let name, let agency, let title, let identifier, let emailAddress):
            distinguishedName(commonName: name, agency, title: title, identifier, emailAddress)
        case .seal(let agency, let identifier, let emailAddress):
            distinguishedName(commonName: agency, agency, title: nil, identifier, emailAddress)
        case .timestampAuthority(let agency):
            distinguishedName(commonName: "\(PracticePKI.mark) – Dấu thời gian", agency, title: nil, nil, nil)
        }
    }

    private func distinguishedName(
        commonName: String, _ agency: String, title: String?, _ identifier: String?, _ emailAddress: String?
    ) -> DistinguishedName {
        let parts: [(ObjectIdentifier, String?)] = [
            (.country, "VN"), (.organisation, agency), (.organisationalUnit, PracticePKI.mark), (.title, title),
            (.serialNumber, identifier.map(printable)), (.emailAddress, emailAddress), (.commonName, commonName),
        ]
        return DistinguishedName(parts.compactMap { type, value in value.map { .init(type: type, value: $0) } })
    }

    /// The serial number attribute is a PrintableString (RFC 5280 appendix A.1).
    private func printable(_ text: String) -> String {
        text.filter { $0.isASCII && ($0.isLetter || $0.isNumber || " '()+,-./:=?".contains($0)) }
    }
}

extension PrivateKeyHandle {
    static func generated(_ kind: PracticeKeyKind) throws(SignatureError) -> PrivateKeyHandle {
        let key =
            switch kind {
            case .rsa2048: vast_generate_rsa(2048)
            case .p256: vast_generate_ec("P-256")
            case .p384: vast_generate_ec("P-384")
            case .p521: vast_generate_ec("P-521")
            case .ed25519: vast_generate_ed25519()
            }
        guard let key else { throw libraryFault("EVP_PKEY_Q_keygen") }
        return PrivateKeyHandle(owning: key)
    }

    /// AES-256-CBC under PBKDF2 with HMAC-SHA256 for keys and certificates, HMAC-SHA256 for integrity.
    fileprivate borrowing func pkcs12(
        _ certificate: Certificate, chain: [Certificate], name: String, passphrase: String, rounds: Int
    ) throws(SignatureError) -> Data {
        let leaf = try X509Handle(certificate.der)
        let others = try X509StackHandle.holding(chain)
        let count = Int32(clamping: rounds)
        let archive = PKCS12_create(
            passphrase, name, pointer, leaf.pointer, others.pointer, NID_aes_256_cbc, NID_aes_256_cbc, count, count, 0)
        guard let archive else { throw libraryFault("PKCS12_create") }
        defer { PKCS12_free(archive) }
        var out: UnsafeMutablePointer<UInt8>?
        let size = i2d_PKCS12(archive, &out)
        guard size > 0, let out else { throw libraryFault("i2d_PKCS12") }
        defer { vast_free(out) }
        return Data(bytes: out, count: Int(size))
    }
}
