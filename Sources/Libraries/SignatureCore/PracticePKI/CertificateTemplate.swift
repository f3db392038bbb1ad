import Digests
import Foundation

/// A certificate about to be issued (RFC 5280 §4.1).
struct CertificateTemplate {
    enum Kind {
        case root
        case issuing
        case signer(emailAddress: String?)
        case timestamping
        /// Answers for its issuer (RFC 6960 §4.2.2.2), which vouches for it.
        case ocspResponder
        /// Nothing but what is added.
        case bare
    }

    var kind: Kind
    var subject: DistinguishedName
    var notBefore: Date
    var notAfter: Date
    /// Encoded extensions besides those of the kind.
    var additions: [[UInt8]] = []

    /// A certificate for `publicKeyInfo`, signed by `issuerKey`; without `issuer` it is its own issuer.
    func issued(
        to publicKeyInfo: Data, by issuer: Certificate?, with issuerKey: borrowing PrivateKeyHandle
    ) throws(SignatureError) -> Certificate {
        let ownKey = try Self.algorithm(of: publicKeyInfo)
        let (algorithm, digest) = try Self.signatureAlgorithm(for: issuer?.publicKey ?? ownKey)
        let identifier = try Self.keyIdentifier(of: publicKeyInfo)
        let body = DER.sequence(
            DER.element(DERTag.context(0), DER.integer(2)), DER.integer(magnitude: randomBytes(16)), algorithm,
            [UInt8](issuer?.subject.der ?? subject.der), DER.sequence(DER.time(notBefore), DER.time(notAfter)),
            [UInt8](subject.der), [UInt8](publicKeyInfo),
            DER.element(DERTag.context(3), extensions(identifier, issuer: issuer?.subjectKeyIdentifier ?? identifier)))
        let signature = try issuerKey.sign(Data(body), digest: digest)
        let encoded = DER.sequence(body, algorithm, DER.bits(signature))
        return try reading { () throws(DERError) in try Certificate(der: Data(encoded)) }
    }

    private static func signatureAlgorithm(
        for key: PublicKeyAlgorithm
    ) throws(SignatureError) -> (encoded: [UInt8], digest: DigestAlgorithm) {
        switch key {
        case .rsa: (SignatureAlgorithm.rsaPKCS1(.sha256).encodedIdentifier, .sha256)
        case .ecdsa(.p384): (SignatureAlgorithm.ecdsa(.sha384).encodedIdentifier, .sha384)
        case .ecdsa(.p521): (SignatureAlgorithm.ecdsa(.sha512).encodedIdentifier, .sha512)
        case .ecdsa: (SignatureAlgorithm.ecdsa(.sha256).encodedIdentifier, .sha256)
        case .ed25519: (SignatureAlgorithm.ed25519.encodedIdentifier, .sha512)
        case .ed448, .other: throw .unsupportedAlgorithm(key.name)
        }
    }

    private static func algorithm(of publicKeyInfo: Data) throws(SignatureError) -> PublicKeyAlgorithm {
        try reading { () throws(DERError) in
            var reader = try DERReader([UInt8](publicKeyInfo))
            return try PublicKeyAlgorithm(try reader.next())
        }
    }

    /// SHA-1 of the key's bits (RFC 5280 §4.2.1.2, method 1): a name, not a protection.
    private static func keyIdentifier(of publicKeyInfo: Data) throws(SignatureError) -> Data {
        let bits = try reading { () throws(DERError) in
            var reader = try DERReader([UInt8](publicKeyInfo))
            return Data(try reader.next().members().last?.bitStringOctets() ?? [])
        }
        return DigestAlgorithm.sha1.digest(bits)
    }

    private func extensions(_ identifier: Data, issuer: Data) -> [UInt8] {
        let common = [
            Self.extension(.subjectKeyIdentifier, DER.octets(identifier)),
            Self.extension(.authorityKeyIdentifier, DER.sequence(DER.element(DERTag.primitive(0), issuer))),
        ]
        return DER.sequence(of: common + ownExtensions + additions)
    }

    private var ownExtensions: [[UInt8]] {
        switch kind {
        case .root:
            [Self.basicConstraints(DER.boolean(true)), Self.usage([.keyCertSign, .crlSign])]
        case .issuing:
            [Self.basicConstraints(DER.boolean(true) + DER.integer(0)), Self.usage([.keyCertSign, .crlSign])]
        case .signer(let emailAddress):
            [Self.usage([.digitalSignature, .nonRepudiation]), emailAddress.map(Self.alternativeName) ?? []]
        case .timestamping:
            [
                Self.usage([.digitalSignature]),
                Self.extension(.extendedKeyUsage, isCritical: true, DER.sequence(DER.identifier(.timeStamping))),
            ]
        case .ocspResponder:
            [
                Self.usage([.digitalSignature]),
                Self.extension(.extendedKeyUsage, DER.sequence(DER.identifier(.ocspSigning))),
                Self.extension(.ocspNoCheck, DER.null),
            ]
        case .bare: []
        }
    }

    static func `extension`(
        _ type: ObjectIdentifier, isCritical: Bool = false, _ value: [UInt8]
    ) -> [UInt8] {
        DER.sequence(DER.identifier(type), isCritical ? DER.boolean(true) : [], DER.octets(value))
    }

    private static func basicConstraints(_ content: [UInt8]) -> [UInt8] {
        Self.extension(.basicConstraints, isCritical: true, DER.sequence(content))
    }

    private static func alternativeName(_ emailAddress: String) -> [UInt8] {
        let name = DER.element(DERTag.primitive(1), Array(emailAddress.utf8))
        return Self.extension(.subjectAlternativeName, DER.sequence(name))
    }

    /// Usage n is bit n from the left; trailing zero bits are not written (X.690 §11.2.2).
    static func usage(_ usage: KeyUsage) -> [UInt8] {
        let octet = (0..<8).reduce(UInt8(0)) { $0 | (usage.rawValue & 1 << UInt16($1) == 0 ? 0 : 0x80 >> $1) }
        return Self.extension(
            .keyUsage, isCritical: true, DER.element(DERTag.bitString, [UInt8(octet.trailingZeroBitCount), octet]))
    }
}

/// Runs a reader and reports its failure as a fault of the material at hand.
func reading<Value>(_ body: () throws(DERError) -> Value) throws(SignatureError) -> Value {
    do throws(DERError) {
        return try body()
    } catch {
        throw .malformed(error)
    }
}
