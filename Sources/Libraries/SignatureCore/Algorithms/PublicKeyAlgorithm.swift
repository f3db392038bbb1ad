import Foundation

/// Kind and strength of a public key.
package enum PublicKeyAlgorithm: Sendable, Hashable {
    package enum Curve: String, Sendable, Hashable { case p256, p384, p521, other }

    case rsa(bits: Int)
    case ecdsa(Curve)
    case ed25519
    case ed448
    case other(String)

    init(_ info: DERValue) throws(DERError) { self = try Self.read(info).algorithm }

    /// Kind of the key in a SubjectPublicKeyInfo, and the bits of the key.
    static func read(_ info: DERValue) throws(DERError) -> (algorithm: Self, bits: Data) {
        var fields = try info.reader()
        var identifier = try fields.next(DERTag.sequence, "algorithm").reader()
        let key = try fields.next(DERTag.bitString, "subjectPublicKey")
        let algorithm: Self
        switch try identifier.next().objectIdentifier() {
        case .rsaEncryption: algorithm = try rsa(key)
        // A key for RSASSA-PSS alone (RFC 4055 §1.2); the kind of signature is in the signature's own identifier.
        case .rsaPSS: algorithm = try rsa(key)
        case .ecPublicKey: algorithm = .ecdsa(try curve(identifier.next()))
        case .ed25519: algorithm = .ed25519
        case .ed448: algorithm = .ed448
        case let unknown: algorithm = .other(unknown.description)
        }
        return (algorithm, Data(key.content.dropFirst()))
    }

    /// Longer keys are of nobody but make a file costly to check; TT 15/2025/TT-BKHCN asks for 2048 bits or more.
    static let mostRSABits = 8192
    private static let mostExponentOctets = 4

    /// An exponent of 1 or an even one makes a signature out of anything; one of more than 32 bits only costs time.
    private static func rsa(_ key: DERValue) throws(DERError) -> Self {
        var numbers = try key.wrapped(skipping: 1).reader()
        let modulus = try numbers.next(DERTag.integer, "modulus").content.drop { $0 == 0 }
        let exponent = try numbers.next(DERTag.integer, "publicExponent").content.drop { $0 == 0 }
        guard let last = exponent.last, last & 1 == 1, exponent.count > 1 || last > 1,
            exponent.count <= mostExponentOctets
        else {
            return .other("RSA (e)")
        }
        return .rsa(bits: modulus.count * 8 - (modulus.first?.leadingZeroBitCount ?? 0))
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
