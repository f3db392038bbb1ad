import CLibcrypto
package import Digests
import Foundation

extension DigestAlgorithm {
    init?(_ identifier: ObjectIdentifier) {
        switch identifier {
        case .sha1: self = .sha1
        case .sha256: self = .sha256
        case .sha384: self = .sha384
        case .sha512: self = .sha512
        default: return nil
        }
    }

    var identifier: ObjectIdentifier {
        switch self {
        case .sha1: .sha1
        case .sha256: .sha256
        case .sha384: .sha384
        case .sha512: .sha512
        }
    }

    /// AlgorithmIdentifier without parameters, the form RFC 5754 §2 asks for.
    var encodedIdentifier: [UInt8] { DER.sequence(DER.identifier(identifier)) }

    /// `SHA-256` …
    package var name: String { "SHA-" + rawValue.dropFirst(3) }
}

/// How a signature value was made, as its AlgorithmIdentifier says.
package enum SignatureAlgorithm: Sendable, Hashable {
    /// RSASSA-PKCS1-v1_5; the digest is nil when the identifier leaves it to the digest algorithm beside it.
    case rsaPKCS1(DigestAlgorithm?)
    case rsaPSS(digest: DigestAlgorithm, mask: DigestAlgorithm, saltByteCount: Int)
    case ecdsa(DigestAlgorithm)
    case ed25519
    case unsupported(String)

    init(_ value: DERValue) throws(DERError) {
        var fields = try value.reader()
        let identifier = try fields.next().objectIdentifier()
        switch identifier {
        case .rsaEncryption: self = .rsaPKCS1(nil)
        case .sha1WithRSA: self = .rsaPKCS1(.sha1)
        case .sha256WithRSA: self = .rsaPKCS1(.sha256)
        case .sha384WithRSA: self = .rsaPKCS1(.sha384)
        case .sha512WithRSA: self = .rsaPKCS1(.sha512)
        case .rsaPSS: self = try Self.pss(fields.isAtEnd ? nil : fields.next())
        case .ecdsaWithSHA1: self = .ecdsa(.sha1)
        case .ecdsaWithSHA256: self = .ecdsa(.sha256)
        case .ecdsaWithSHA384: self = .ecdsa(.sha384)
        case .ecdsaWithSHA512: self = .ecdsa(.sha512)
        case .ed25519: self = .ed25519
        default: self = .unsupported(identifier.description)
        }
    }

    /// RSASSA-PSS-params with their defaults (RFC 4055 §3.1).
    private static func pss(_ parameters: DERValue?) throws(DERError) -> Self {
        var (digest, mask): (DigestAlgorithm?, DigestAlgorithm?) = (.sha1, .sha1)
        var salt = 20
        if let parameters {
            var fields = try parameters.reader()
            if let value = try fields.nextIf(DERTag.context(0)) { digest = try algorithm(inside: value) }
            if let value = try fields.nextIf(DERTag.context(1)) {
                var generator = try value.reader()
                var members = try generator.next(DERTag.sequence, "maskGenAlgorithm").reader()
                guard try members.next().objectIdentifier() == .mgf1 else { return .unsupported("RSASSA-PSS") }
                mask = try digestAlgorithm(try members.next())
            }
            if let value = try fields.nextIf(DERTag.context(2)) {
                var number = try value.reader()
                salt = try number.next(DERTag.integer, "saltLength").smallInteger()
            }
        }
        guard let digest, let mask, salt <= 512 else { return .unsupported("RSASSA-PSS") }
        return .rsaPSS(digest: digest, mask: mask, saltByteCount: salt)
    }

    private static func algorithm(inside value: DERValue) throws(DERError) -> DigestAlgorithm? {
        var reader = try value.reader()
        return try digestAlgorithm(try reader.next())
    }

    static func digestAlgorithm(_ value: DERValue) throws(DERError) -> DigestAlgorithm? {
        var fields = try value.reader()
        return DigestAlgorithm(try fields.next().objectIdentifier())
    }

    package var name: String {
        switch self {
        case .rsaPKCS1: "RSA PKCS#1 v1.5"
        case .rsaPSS: "RSA-PSS"
        case .ecdsa: "ECDSA"
        case .ed25519: "Ed25519"
        case .unsupported(let identifier): identifier
        }
    }

    /// The digest the algorithm itself prescribes, if any.
    var ownDigest: DigestAlgorithm? {
        switch self {
        case .rsaPKCS1(let digest): digest
        case .rsaPSS(let digest, _, _), .ecdsa(let digest): digest
        case .ed25519, .unsupported: nil
        }
    }
}

extension SignatureAlgorithm {
    /// What a key of this kind writes beside its signatures.
    ///
    /// RSA takes the plain `rsaEncryption` that every reader of PDF signatures knows (RFC 3370 §3.2).
    init(key: PublicKeyAlgorithm, digest: DigestAlgorithm, usesPSS: Bool = false) throws(SignatureError) {
        switch key {
        case .rsa where usesPSS: self = .rsaPSS(digest: digest, mask: digest, saltByteCount: digest.byteCount)
        case _ where usesPSS: throw .unsupportedAlgorithm("\(key.name) + RSASSA-PSS")
        case .rsa: self = .rsaPKCS1(nil)
        case .ecdsa: self = .ecdsa(digest)
        case .ed25519 where digest == .sha512: self = .ed25519  // RFC 8419 §3.1
        case .ed25519: throw .unsupportedAlgorithm("Ed25519 + \(digest.name)")
        case .ed448, .other: throw .unsupportedAlgorithm(key.name)
        }
    }

    /// AlgorithmIdentifier of a signature this library makes.
    var encodedIdentifier: [UInt8] {
        switch self {
        case .rsaPKCS1(let digest): DER.sequence(DER.identifier(Self.rsaIdentifier(digest)), DER.null)
        case .ecdsa(let digest): DER.sequence(DER.identifier(Self.ecdsaIdentifier(digest)))
        case .ed25519: DER.sequence(DER.identifier(.ed25519))
        case .rsaPSS(let digest, let mask, let salt): Self.encodedPSS(digest, mask, salt)
        case .unsupported: []
        }
    }

    /// RSASSA-PSS-params written in full but for the trailer, which has one value only (RFC 4055 §3.1).
    private static func encodedPSS(_ digest: DigestAlgorithm, _ mask: DigestAlgorithm, _ salt: Int) -> [UInt8] {
        // RFC 4055 §2.1: the digest identifiers inside carry NULL parameters.
        func plain(_ digest: DigestAlgorithm) -> [UInt8] { DER.sequence(DER.identifier(digest.identifier), DER.null) }
        return DER.sequence(
            DER.identifier(.rsaPSS),
            DER.sequence(
                DER.element(DERTag.context(0), plain(digest)),
                DER.element(DERTag.context(1), DER.sequence(DER.identifier(.mgf1), plain(mask))),
                DER.element(DERTag.context(2), DER.integer(salt))))
    }

    private static func rsaIdentifier(_ digest: DigestAlgorithm?) -> ObjectIdentifier {
        switch digest {
        case nil: .rsaEncryption
        case .sha1: .sha1WithRSA
        case .sha256: .sha256WithRSA
        case .sha384: .sha384WithRSA
        case .sha512: .sha512WithRSA
        }
    }

    private static func ecdsaIdentifier(_ digest: DigestAlgorithm) -> ObjectIdentifier {
        switch digest {
        case .sha1: .ecdsaWithSHA1
        case .sha256: .ecdsaWithSHA256
        case .sha384: .ecdsaWithSHA384
        case .sha512: .ecdsaWithSHA512
        }
    }
}
