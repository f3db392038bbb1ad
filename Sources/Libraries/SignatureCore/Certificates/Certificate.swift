package import Digests
package import Foundation

/// An X.509 certificate (RFC 5280) as a value: its bytes and what was read from them. It carries no judgement.
package struct Certificate: Sendable, Hashable {
    package let der: Data
    package let subject: DistinguishedName
    package let issuer: DistinguishedName
    /// Content octets of the serial number, big-endian.
    package let serialNumber: Data
    package let notBefore: Date
    package let notAfter: Date
    package let publicKey: PublicKeyAlgorithm
    /// nil when the extension is absent, which allows every use.
    package let keyUsage: KeyUsage?
    /// Dotted identifiers; nil when the extension is absent.
    package let extendedKeyUsage: [String]?
    package let extendedKeyUsageIsCritical: Bool
    package let isAuthority: Bool
    package let subjectKeyIdentifier: Data?
    package let authorityKeyIdentifier: Data?

    package static func == (a: Self, b: Self) -> Bool { a.der == b.der }
    package func hash(into hasher: inout Swift.Hasher) { hasher.combine(der) }

    package init(der: Data) throws(DERError) {
        var outer = try DERReader([UInt8](der))
        let value = try outer.next(DERTag.sequence, "Certificate")
        try outer.finish()
        try self.init(value)
    }

    init(_ value: DERValue) throws(DERError) {
        der = Data(value.encoded)
        var certificate = try value.reader()
        var fields = try certificate.next(DERTag.sequence, "TBSCertificate").reader()
        _ = try fields.nextIf(DERTag.context(0))
        serialNumber = Data(try fields.next(DERTag.integer, "serialNumber").content)
        _ = try fields.next(DERTag.sequence, "signature")
        issuer = try DistinguishedName(try fields.next(DERTag.sequence, "issuer"))
        var validity = try fields.next(DERTag.sequence, "validity").reader()
        notBefore = try validity.next().time()
        notAfter = try validity.next().time()
        subject = try DistinguishedName(try fields.next(DERTag.sequence, "subject"))
        publicKey = try PublicKeyAlgorithm(try fields.next(DERTag.sequence, "subjectPublicKeyInfo"))
        _ = try fields.nextIf(DERTag.primitive(1))
        _ = try fields.nextIf(DERTag.primitive(2))
        let extensions = try CertificateExtensions(try fields.nextIf(DERTag.context(3)))
        keyUsage = extensions.keyUsage
        extendedKeyUsage = extensions.extendedKeyUsage?.map(\.description)
        extendedKeyUsageIsCritical = extensions.extendedKeyUsageIsCritical
        isAuthority = extensions.isAuthority
        subjectKeyIdentifier = extensions.subjectKeyIdentifier
        authorityKeyIdentifier = extensions.authorityKeyIdentifier
    }

    package var commonName: String { subject.shortDisplay }
    package var organisation: String? { subject.organisation }
    /// Serial number in lower-case hexadecimal.
    package var serialHex: String { serialNumber.hex }
    /// Lower-case hexadecimal SHA-256 of the certificate.
    package var fingerprint: String { sha256Hex(der) }
    package var isSelfIssued: Bool { subject == issuer }
    /// The digest that suits the key: RFC 8419 asks for SHA-512 beside Ed25519, the others keep to their strength.
    package var preferredDigest: DigestAlgorithm {
        switch publicKey {
        case .ed25519: .sha512
        case .ecdsa(.p384): .sha384
        case .ecdsa(.p521): .sha512
        default: .sha256
        }
    }
}

extension Certificate: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        try self.init(der: try container.decode(Data.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(der)
    }
}

/// Key usages of RFC 5280 §4.2.1.3.
package struct KeyUsage: OptionSet, Sendable, Hashable {
    package let rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let digitalSignature = Self(rawValue: 1 << 0)
    package static let nonRepudiation = Self(rawValue: 1 << 1)
    package static let keyEncipherment = Self(rawValue: 1 << 2)
    package static let dataEncipherment = Self(rawValue: 1 << 3)
    package static let keyAgreement = Self(rawValue: 1 << 4)
    package static let keyCertSign = Self(rawValue: 1 << 5)
    package static let crlSign = Self(rawValue: 1 << 6)
}
