package import Digests
import Foundation

extension DigestAlgorithm {
    init?(_ identifier: ObjectIdentifier) {
        guard let known = Self.identifiers[identifier] else { return nil }
        self = known
    }

    private static let identifiers: [ObjectIdentifier: DigestAlgorithm] = [
        .md5: .md5, .sha1: .sha1, .sha224: .sha224, .sha256: .sha256, .sha384: .sha384, .sha512: .sha512,
        .sha3With256: .sha3With256, .sha3With384: .sha3With384, .sha3With512: .sha3With512, .shake256: .shake256,
        .shake256WithLength: .shake256,
    ]

    var identifier: ObjectIdentifier {
        switch self {
        case .md5: .md5
        case .sha1: .sha1
        case .sha224: .sha224
        case .sha256: .sha256
        case .sha384: .sha384
        case .sha512: .sha512
        case .sha3With256: .sha3With256
        case .sha3With384: .sha3With384
        case .sha3With512: .sha3With512
        case .shake256: .shake256
        }
    }

    /// AlgorithmIdentifier without parameters, the form RFC 5754 §2 asks for.
    var encodedIdentifier: [UInt8] { DER.sequence(DER.identifier(identifier)) }

    /// `SHA-256`, `SHA3-256` …
    package var name: String {
        switch self {
        case .md5: "MD5"
        case .shake256: "SHAKE256"
        case .sha3With256, .sha3With384, .sha3With512: rawValue.uppercased()
        default: "SHA-" + rawValue.dropFirst(3)
        }
    }

    /// Digests new signatures may use (TT 15/2025/TT-BKHCN: SHA-2; SHA-3 is read, few readers know it).
    package var isForSigning: Bool { [.sha256, .sha384, .sha512].contains(self) }
}

/// How a signature value was made, as its AlgorithmIdentifier says.
package enum SignatureAlgorithm: Sendable, Hashable {
    /// RSASSA-PKCS1-v1_5; the digest is nil when the identifier leaves it to the digest algorithm beside it.
    case rsaPKCS1(DigestAlgorithm?)
    case rsaPSS(digest: DigestAlgorithm, mask: DigestAlgorithm, saltByteCount: Int)
    /// As for RSA, some signers leave the digest to the identifier beside it.
    case ecdsa(DigestAlgorithm?)
    case ed25519
    case ed448
    case unsupported(String)

    init(_ value: DERValue) throws(DERError) {
        var fields = try value.reader()
        let identifier = try fields.next().objectIdentifier()
        if identifier == .rsaPSS {
            self = try Self.pss(fields.isAtEnd ? nil : fields.next())
        } else {
            self = Self.plain[identifier] ?? .unsupported(identifier.description)
        }
    }

    private static let plain: [ObjectIdentifier: SignatureAlgorithm] = [
        .rsaEncryption: .rsaPKCS1(nil), .md5WithRSA: .rsaPKCS1(.md5), .sha1WithRSA: .rsaPKCS1(.sha1),
        .sha224WithRSA: .rsaPKCS1(.sha224), .sha256WithRSA: .rsaPKCS1(.sha256), .sha384WithRSA: .rsaPKCS1(.sha384),
        .sha512WithRSA: .rsaPKCS1(.sha512), .sha3With256WithRSA: .rsaPKCS1(.sha3With256),
        .sha3With384WithRSA: .rsaPKCS1(.sha3With384), .sha3With512WithRSA: .rsaPKCS1(.sha3With512),
        .ecPublicKey: .ecdsa(nil), .ecdsaWithSHA1: .ecdsa(.sha1), .ecdsaWithSHA224: .ecdsa(.sha224),
        .ecdsaWithSHA256: .ecdsa(.sha256), .ecdsaWithSHA384: .ecdsa(.sha384), .ecdsaWithSHA512: .ecdsa(.sha512),
        .ecdsaWithSHA3With256: .ecdsa(.sha3With256), .ecdsaWithSHA3With384: .ecdsa(.sha3With384),
        .ecdsaWithSHA3With512: .ecdsa(.sha3With512), .ed25519: .ed25519, .ed448: .ed448,
    ]

    /// RSASSA-PSS-params with their defaults (RFC 4055 §3.1).
    private static func pss(_ parameters: DERValue?) throws(DERError) -> Self {
        var (digest, mask): (DigestAlgorithm?, DigestAlgorithm?) = (.sha1, .sha1)
        var salt = 20
        if let parameters {
            var fields = try parameters.reader()
            if let value = try fields.nextExplicit(0) { digest = try digestAlgorithm(value) }
            if let value = try fields.nextExplicit(1) {
                var members = try value.reader()
                guard try members.next().objectIdentifier() == .mgf1 else { return .unsupported("RSASSA-PSS (MGF)") }
                mask = try digestAlgorithm(try members.next())
            }
            if let value = try fields.nextExplicit(2) { salt = try value.smallInteger() }
            // trailerFieldBC is the only trailer there is (RFC 8017 appendix A.2.3).
            if let value = try fields.nextExplicit(3), try value.smallInteger() != 1 {
                return .unsupported("RSASSA-PSS (trailer)")
            }
            try fields.finish()
        }
        guard let digest, let mask, salt <= 512 else { return .unsupported("RSASSA-PSS") }
        // RFC 4055 §3.1 recommends one digest for both. Many writers leave SHA-1 for the mask, which RFC 8017 §8.1 allows:
        // nobody gains anything by collisions there. What else is beside another digest is of nobody.
        guard digest == mask || mask == .sha1 else { return .unsupported("RSASSA-PSS (MGF1 \(mask.name))") }
        return .rsaPSS(digest: digest, mask: mask, saltByteCount: salt)
    }

    static func digestAlgorithm(_ value: DERValue) throws(DERError) -> DigestAlgorithm? {
        var fields = try value.reader()
        let identifier = try fields.next().objectIdentifier()
        // RFC 8419 §2.3 knows no other output length than 512 bits.
        if identifier == .shake256WithLength, !fields.isAtEnd, try fields.next().smallInteger() != 512 { return nil }
        return DigestAlgorithm(identifier)
    }

    package var name: String {
        switch self {
        case .rsaPKCS1: "RSA PKCS#1 v1.5"
        case .rsaPSS: "RSA-PSS"
        case .ecdsa: "ECDSA"
        case .ed25519: "Ed25519"
        case .ed448: "Ed448"
        case .unsupported(let identifier): identifier
        }
    }

    /// The mask of RSASSA-PSS is made by an older digest than the signature's.
    package var hasOldMask: Bool {
        if case .rsaPSS(let digest, let mask, _) = self { digest != mask } else { false }
    }

    /// The digest the algorithm itself prescribes, if any.
    var ownDigest: DigestAlgorithm? {
        switch self {
        case .rsaPKCS1(let digest), .ecdsa(let digest): digest
        case .rsaPSS(let digest, _, _): digest
        case .ed25519, .ed448, .unsupported: nil
        }
    }
}

extension SignatureAlgorithm {
    /// What a key of this kind writes beside its signatures.
    ///
    /// RSA takes the plain `rsaEncryption` that every reader of PDF signatures knows (RFC 3370 §3.2).
    init(key: PublicKeyAlgorithm, digest: DigestAlgorithm, usesPSS: Bool = false) throws(SignatureError) {
        let suits = key == .ed25519 ? digest == .sha512 : digest.isForSigning  // RFC 8419 §3.1
        guard suits else { throw .unsupportedAlgorithm("\(key.name) + \(digest.name)") }
        switch key {
        case .rsa where usesPSS: self = .rsaPSS(digest: digest, mask: digest, saltByteCount: digest.byteCount)
        case _ where usesPSS: throw .unsupportedAlgorithm("\(key.name) + RSASSA-PSS")
        case .rsa: self = .rsaPKCS1(nil)
        case .ecdsa(.other): throw .unsupportedAlgorithm(key.name)
        case .ecdsa: self = .ecdsa(digest)
        case .ed25519: self = .ed25519
        case .ed448, .other: throw .unsupportedAlgorithm(key.name)
        }
    }

    /// AlgorithmIdentifier of a signature this library makes.
    var encodedIdentifier: [UInt8] {
        switch self {
        case .rsaPKCS1: DER.sequence(DER.identifier(plainIdentifier), DER.null)
        case .ecdsa, .ed25519, .ed448: DER.sequence(DER.identifier(plainIdentifier))
        case .rsaPSS(let digest, let mask, let salt): Self.encodedPSS(digest, mask, salt)
        case .unsupported: []
        }
    }

    private var plainIdentifier: ObjectIdentifier { Self.plain.first { $0.value == self }?.key ?? .rsaEncryption }

    /// The digests' identifiers carry NULL here, as RFC 4055 §2.1 and most writers have it.
    private static func encodedPSS(_ digest: DigestAlgorithm, _ mask: DigestAlgorithm, _ salt: Int) -> [UInt8] {
        func identifier(_ digest: DigestAlgorithm) -> [UInt8] {
            DER.sequence(DER.identifier(digest.identifier), DER.null)
        }
        let parameters = DER.sequence(
            DER.element(DERTag.context(0), identifier(digest)),
            DER.element(DERTag.context(1), DER.sequence(DER.identifier(.mgf1), identifier(mask))),
            DER.element(DERTag.context(2), DER.integer(salt)))
        return DER.sequence(DER.identifier(.rsaPSS), parameters)
    }
}
