// Who holds which key.
package import Foundation
package import Platform
package import Records
package import SignatureCore

/// Whose key: a person's own, or the organisation's seal that the clerks operate (NĐ 30/2020 Art. 32).
package enum KeyHolder: Hashable, Sendable {
    case person(PersonID)
    case seal

    var kind: String {
        switch self {
        case .person: "person"
        case .seal: "seal"
        }
    }

    /// 0 for the seal: there is one in an office.
    var id: Int64 {
        switch self {
        case .person(let id): id.rawValue
        case .seal: 0
        }
    }
}

/// Where a private key is.
package enum KeyKind: String, Sendable, CaseIterable, Codable, SQLBindable, SQLDecodable {
    /// A PKCS#12 file kept by the office.
    case pkcs12
    /// A token or security module at the server.
    case pkcs11
    /// A remote signing service.
    case remote
    /// A token at the person's own computer, reached through the signing program in it.
    case agent

    /// Answers at once, opened by a PIN.
    var isAtServer: Bool { self == .pkcs12 || self == .pkcs11 }

    package var label: String {
        switch self {
        case .pkcs12: "Tệp chứng thư số (PKCS#12)"
        case .pkcs11: "HSM, token tại máy chủ"
        case .remote: "Ký số từ xa (điện thoại)"
        case .agent: "Phần mềm ký trên máy này"
        }
    }
}

/// How the key is found again; empty for a file.
struct KeyLocator: Codable, Sendable, Hashable {
    /// Token of the server's module.
    var token: TokenName?
    /// Name of the signing service in the settings, and the key's name there.
    var service: String?
    var remoteID: String?
    /// The person's account there through which the key is reached; nil where the office itself is known.
    var account: Int64?

    init(token: TokenName? = nil, service: String? = nil, remoteID: String? = nil, account: Int64? = nil) {
        self.token = token
        self.service = service
        self.remoteID = remoteID
        self.account = account
    }
}

/// An enrolled key: its certificate in the clear, where the key is, and the image that stands on the page.
package struct Credential: Sendable, Hashable {
    package let id: Int64
    package let holder: KeyHolder
    package let kind: KeyKind
    package let name: String
    package let certificate: Certificate
    /// The PKCS#12 file as it came; nil for the other kinds.
    let archive: Data?
    let locator: KeyLocator
    package let image: BlobRef?
    package let isDefault: Bool
    package let enrolledAt: Date

    /// What it is called where one chooses among several.
    package var title: String { name.isEmpty ? kind.label : "\(kind.label) – \(name)" }

    /// - Parameters: known: whose certificates were recorded; personName: for a person's own key, where it is known.
    func state(at now: Date, known: SignerIdentity?, personName: String?) -> CredentialState {
        let problem =
            certificate.fitness(at: now).first?.message
            ?? SignerIdentity.mismatch(certificate, known: known, personName: personName)
        return CredentialState(
            id: id, kind: kind, title: title, serial: String(certificate.serialHex.suffix(6)).uppercased(),
            subject: certificate.subject.shortDisplay,
            issuer: certificate.issuer.shortDisplay, validUntil: certificate.notAfter, image: image,
            isDefault: isDefault, problem: problem)
    }
}

/// What a person is told about his own key.
package struct CredentialState: Sendable, Hashable {
    package let id: Int64
    package let kind: KeyKind
    package let title: String
    /// The last digits of the certificate's number: two of one kind are told apart by them.
    package let serial: String
    package let subject: String
    package let issuer: String
    package let validUntil: Date
    package let image: BlobRef?
    package let isDefault: Bool
    /// Vietnamese; nil when the key is ready.
    package let problem: String?
}
