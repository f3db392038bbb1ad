package import Digests
package import Foundation

/// An X.509 certificate (RFC 5280) as a value: its bytes and what was read from them. It carries no judgement.
package struct Certificate: Sendable, Hashable {
    private let contents: CertificateContents

    package var der: Data { contents.der }
    package var subject: DistinguishedName { contents.subject }
    package var issuer: DistinguishedName { contents.issuer }
    /// Content octets of the serial number, big-endian.
    package var serialNumber: Data { contents.serialNumber }
    package var notBefore: Date { contents.notBefore }
    package var notAfter: Date { contents.notAfter }
    package var publicKey: PublicKeyAlgorithm { contents.publicKey }
    /// nil when the extension is absent, which allows every use.
    package var keyUsage: KeyUsage? { extensions.keyUsage }
    /// Dotted identifiers; nil when the extension is absent.
    package var extendedKeyUsage: [String]? { extensions.extendedKeyUsage?.map(\.description) }
    package var extendedKeyUsageIsCritical: Bool { extensions.extendedKeyUsageIsCritical }
    package var isAuthority: Bool { extensions.isAuthority }
    package var subjectKeyIdentifier: Data? { extensions.subjectKeyIdentifier }
    package var authorityKeyIdentifier: Data? { extensions.authorityKeyIdentifier }
    /// Where the issuer answers questions about its certificates' status.
    package var ocspURLs: [String] { extensions.ocspURLs }
    package var crlURLs: [String] { extensions.distributionPoints.flatMap(\.urls) }
    package var issuerURLs: [String] { extensions.issuerURLs }
    /// Policies the certificate was issued under, dotted; told, not judged.
    package var policies: [String] { extensions.policies }

    var extensions: CertificateExtensions { contents.extensions }
    /// SubjectPublicKeyInfo, DER.
    var publicKeyInfo: Data { contents.publicKeyInfo }
    /// The key's bits alone, which OCSP and key identifiers hash.
    var publicKeyBits: Data { contents.publicKeyBits }
    /// The part that the issuer signed, DER.
    var signedPart: Data { contents.signedPart }
    var signatureAlgorithm: SignatureAlgorithm { contents.signatureAlgorithm }
    /// Whether the algorithm inside the signed part is the one outside (RFC 5280 §4.1.1.2).
    var signatureAlgorithmIsConsistent: Bool { contents.signatureAlgorithmIsConsistent }
    var signature: Data { contents.signature }

    package static func == (a: Self, b: Self) -> Bool { a.contents === b.contents || a.der == b.der }
    package func hash(into hasher: inout Swift.Hasher) { hasher.combine(der) }

    package init(der: Data) throws(DERError) {
        var outer = try DERReader([UInt8](der))
        let value = try outer.next(DERTag.sequence, "Certificate")
        try outer.finish()
        try self.init(value)
    }

    init(_ value: DERValue) throws(DERError) { contents = try CertificateContents(value) }

    package var commonName: String { subject.shortDisplay }
    package var organisation: String? { subject.organisation }
    /// Serial number in lower-case hexadecimal.
    package var serialHex: String { serialNumber.hex }
    /// Lower-case hexadecimal SHA-256 of the certificate.
    package var fingerprint: String { sha256Hex(der) }
    package var isSelfIssued: Bool { subject.matches(issuer) }
    /// The digest that suits the key: RFC 8419 asks for SHA-512 beside Ed25519, the others keep to their strength.
    package var preferredDigest: DigestAlgorithm {
        switch publicKey {
        case .ed25519: .sha512
        case .ed448: .shake256
        case .ecdsa(.p384): .sha384
        case .ecdsa(.p521): .sha512
        default: .sha256
        }
    }
}

/// What stands in a certificate. A class, so that handing a certificate about costs one count and not twenty.
private final class CertificateContents: Sendable {
    let der: Data
    let signedPart: Data
    let subject: DistinguishedName
    let issuer: DistinguishedName
    let serialNumber: Data
    let notBefore: Date
    let notAfter: Date
    let publicKey: PublicKeyAlgorithm
    let publicKeyInfo: Data
    let publicKeyBits: Data
    let extensions: CertificateExtensions
    let signatureAlgorithm: SignatureAlgorithm
    let signatureAlgorithmIsConsistent: Bool
    let signature: Data

    init(_ value: DERValue) throws(DERError) {
        der = value.encodedData
        var certificate = try value.reader()
        let body = try certificate.next(DERTag.sequence, "TBSCertificate")
        signedPart = body.encodedData
        let algorithm = try certificate.next(DERTag.sequence, "signatureAlgorithm")
        signatureAlgorithm = try SignatureAlgorithm(algorithm)
        signature = Data(try certificate.next(DERTag.bitString, "signature").bitStringOctets())
        try certificate.finish()
        var fields = try body.reader()
        _ = try fields.nextIf(DERTag.context(0))
        serialNumber = try fields.next(DERTag.integer, "serialNumber").contentData
        signatureAlgorithmIsConsistent = try fields.next(DERTag.sequence, "signature").encoded == algorithm.encoded
        issuer = try DistinguishedName(try fields.next(DERTag.sequence, "issuer"))
        var validity = try fields.next(DERTag.sequence, "validity").reader()
        notBefore = try validity.next().time()
        notAfter = try validity.next().time()
        subject = try DistinguishedName(try fields.next(DERTag.sequence, "subject"))
        let keyInfo = try fields.next(DERTag.sequence, "subjectPublicKeyInfo")
        publicKeyInfo = keyInfo.encodedData
        (publicKey, publicKeyBits) = try PublicKeyAlgorithm.read(keyInfo)
        _ = try fields.nextIf(DERTag.primitive(1))
        _ = try fields.nextIf(DERTag.primitive(2))
        extensions = try CertificateExtensions(try fields.nextIf(DERTag.context(3)))
        try fields.finish()
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
