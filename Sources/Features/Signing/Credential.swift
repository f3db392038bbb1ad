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

/// An enrolled key: the PKCS#12 file as it came, its certificate in the clear, and the image that stands on the page.
package struct Credential: Sendable {
    package let id: Int64
    package let certificate: Certificate
    let archive: Data
    package let image: BlobRef?
    package let enrolledAt: Date

    package func problem(at now: Date) -> String? { certificate.fitness(at: now).first?.message }
}

extension Credential {
    static func from(_ row: Row) throws -> Credential {
        let image: String? = try row.optional("image_sha256")
        return Credential(
            id: try row.get("id"), certificate: try Certificate(der: try row.get("certificate", as: Data.self)),
            archive: try row.get("archive"),
            image: try image.map { BlobRef(sha256: $0, byteCount: try row.get("image_bytes")) },
            enrolledAt: try row.get("enrolled_at"))
    }
}

/// What a person is told about his own key.
package struct CredentialState: Sendable {
    package let subject: String
    package let issuer: String
    package let validUntil: Date
    package let image: BlobRef?
    /// Vietnamese; nil when the key is ready.
    package let problem: String?
}
