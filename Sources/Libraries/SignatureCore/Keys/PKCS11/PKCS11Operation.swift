import CPKCS11
import Digests
import Foundation

/// One signature as a token is asked for it: mechanism, its parameters, and the bytes that are handed over.
struct PKCS11Operation: Sendable {
    let mechanism: CK_MECHANISM_TYPE
    let pss: CK_RSA_PKCS_PSS_PARAMS?
    let input: Data
    private let isECDSA: Bool

    /// The message is hashed here: tokens are slow at it, and not all know every hash.
    init(_ message: Data, digest: DigestAlgorithm, key: PublicKeyAlgorithm, usesPSS: Bool) throws(KeyHolderError) {
        let hash = digest.digest(message)
        isECDSA = if case .ecdsa = key { true } else { false }
        switch key {
        case .rsa where usesPSS:
            let (hashMechanism, mask) = try Self.pssAlgorithms(digest)
            mechanism = CKM_RSA_PKCS_PSS
            pss = CK_RSA_PKCS_PSS_PARAMS(hashAlg: hashMechanism, mgf: mask, sLen: CK_ULONG(digest.byteCount))
            input = hash
        case .rsa:
            // EMSA-PKCS1-v1_5 without the padding, which the token adds (RFC 8017 §9.2).
            mechanism = CKM_RSA_PKCS
            pss = nil
            input = Data(
                DER.sequence(DER.sequence(DER.identifier(digest.identifier), DER.null), DER.octets(hash)))
        case .ecdsa: (mechanism, pss, input) = (CKM_ECDSA, nil, hash)
        case .ed25519: (mechanism, pss, input) = (CKM_EDDSA, nil, message)
        case .ed448, .other: throw .unsupported(key.name)
        }
    }

    private static func pssAlgorithms(
        _ digest: DigestAlgorithm
    ) throws(KeyHolderError) -> (CK_MECHANISM_TYPE, CK_RSA_PKCS_MGF_TYPE) {
        switch digest {
        case .sha256: (CKM_SHA256, CK_RSA_PKCS_MGF_TYPE(CKG_MGF1_SHA256))
        case .sha384: (CKM_SHA384, CK_RSA_PKCS_MGF_TYPE(CKG_MGF1_SHA384))
        case .sha512: (CKM_SHA512, CK_RSA_PKCS_MGF_TYPE(CKG_MGF1_SHA512))
        default: throw .unsupported(digest.name)
        }
    }

    /// Tokens answer ECDSA as r and s side by side; in CMS it is DER (RFC 5753 §7.2).
    func encoded(_ answer: Data) throws(KeyHolderError) -> Data {
        isECDSA ? try ecdsaSignature(fromPair: answer) : answer
    }
}

/// `SEQUENCE { r, s }` from the two numbers side by side.
func ecdsaSignature(fromPair pair: Data) throws(KeyHolderError) -> Data {
    guard !pair.isEmpty, pair.count.isMultiple(of: 2) else { throw .badAnswer("ECDSA") }
    let half = pair.count / 2
    return Data(DER.sequence(DER.integer(magnitude: pair.prefix(half)), DER.integer(magnitude: pair.suffix(half))))
}
