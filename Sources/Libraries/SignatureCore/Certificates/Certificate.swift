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

/// Kind and strength of a public key.
package enum PublicKeyAlgorithm: Sendable, Hashable {
    package enum Curve: String, Sendable, Hashable { case p256, p384, p521, other }

    case rsa(bits: Int)
    case ecdsa(Curve)
    case ed25519
    case ed448
    case other(String)

    init(_ info: DERValue) throws(DERError) {
        var fields = try info.reader()
        var identifier = try fields.next(DERTag.sequence, "algorithm").reader()
        let key = try fields.next(DERTag.bitString, "subjectPublicKey")
        switch try identifier.next().objectIdentifier() {
        case .rsaEncryption, .rsaPSS: self = .rsa(bits: try Self.modulusBits(key))
        case .ecPublicKey: self = .ecdsa(try Self.curve(identifier.next()))
        case .ed25519: self = .ed25519
        case .ed448: self = .ed448
        case let unknown: self = .other(unknown.description)
        }
    }

    private static func modulusBits(_ key: DERValue) throws(DERError) -> Int {
        var numbers = try key.wrapped(skipping: 1).reader()
        let modulus = try numbers.next(DERTag.integer, "modulus").content.drop { $0 == 0 }
        return modulus.count * 8 - (modulus.first?.leadingZeroBitCount ?? 0)
    }

    private static func curve(_ parameters: DERValue) throws(DERError) -> Curve {
        guard parameters.tag == DERTag.objectIdentifier else { return .other }
        switch try parameters.objectIdentifier() {
        case .p256: return .p256
        case .p384: return .p384
        case .p521: return .p521
        default: return .other
        }
    }

    /// `RSA 2048`, `ECDSA P-256` …
    package var name: String {
        switch self {
        case .rsa(let bits): "RSA \(bits)"
        case .ecdsa(.p256): "ECDSA P-256"
        case .ecdsa(.p384): "ECDSA P-384"
        case .ecdsa(.p521): "ECDSA P-521"
        case .ecdsa(.other): "ECDSA"
        case .ed25519: "Ed25519"
        case .ed448: "Ed448"
        case .other(let identifier): identifier
        }
    }

    /// The most bytes a signature by such a key takes.
    var signatureByteCount: Int {
        switch self {
        case .rsa(let bits): (bits + 7) / 8
        case .ecdsa(.p256): 72
        case .ecdsa(.p384): 104
        case .ecdsa: 141
        case .ed25519: 64
        case .ed448: 114
        case .other: 1024
        }
    }
}

/// The extensions a signature is judged by; all others are left to path building.
private struct CertificateExtensions {
    var keyUsage: KeyUsage?
    var extendedKeyUsage: [ObjectIdentifier]?
    var extendedKeyUsageIsCritical = false
    var isAuthority = false
    var subjectKeyIdentifier: Data?
    var authorityKeyIdentifier: Data?

    init(_ value: DERValue?) throws(DERError) {
        guard let value else { return }
        var outer = try value.reader()
        for member in try outer.next(DERTag.sequence, "extensions").members() {
            var fields = try member.reader()
            let type = try fields.next().objectIdentifier()
            let isCritical = try fields.nextIf(DERTag.boolean)?.content.first.map { $0 != 0 } ?? false
            try read(type, isCritical: isCritical, try fields.next(DERTag.octetString, "extnValue"))
        }
    }

    private mutating func read(_ type: ObjectIdentifier, isCritical: Bool, _ value: DERValue) throws(DERError) {
        switch type {
        case .keyUsage: keyUsage = Self.keyUsage(bits: try value.wrapped().content)
        case .extendedKeyUsage:
            var identifiers: [ObjectIdentifier] = []
            for member in try value.wrapped().members() { identifiers.append(try member.objectIdentifier()) }
            extendedKeyUsage = identifiers
            extendedKeyUsageIsCritical = isCritical
        case .basicConstraints:
            var fields = try value.wrapped().reader()
            isAuthority = try fields.nextIf(DERTag.boolean)?.content.first.map { $0 != 0 } ?? false
        case .subjectKeyIdentifier: subjectKeyIdentifier = Data(try value.wrapped().content)
        case .authorityKeyIdentifier:
            var fields = try value.wrapped().reader()
            authorityKeyIdentifier = try fields.nextIf(DERTag.primitive(0)).map { Data($0.content) }
        default: break
        }
    }

    /// Bit 0 of the BIT STRING is the highest bit of its first octet.
    private static func keyUsage(bits: ArraySlice<UInt8>) -> KeyUsage {
        guard let octet = bits.dropFirst().first else { return [] }
        return KeyUsage(rawValue: (0..<8).reduce(0) { $0 | (octet & (0x80 >> $1) == 0 ? 0 : 1 << UInt16($1)) })
    }
}
