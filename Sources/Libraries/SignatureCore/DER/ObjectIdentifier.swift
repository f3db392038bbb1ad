/// An object identifier, kept as the content octets of its encoding so that comparing costs no decoding.
struct ObjectIdentifier: Hashable, Sendable, CustomStringConvertible {
    let content: [UInt8]

    init(content: some Collection<UInt8>) { self.content = Array(content) }

    /// From dotted numbers written in this source; arcs that do not parse are left out.
    init(_ dotted: String) {
        let arcs = dotted.split(separator: ".").compactMap { UInt64($0) }
        guard arcs.count >= 2 else {
            content = []
            return
        }
        content = ([arcs[0] * 40 + arcs[1]] + arcs.dropFirst(2)).flatMap(Self.encoded)
    }

    private static func encoded(_ arc: UInt64) -> [UInt8] {
        var octets: [UInt8] = [UInt8(arc & 0x7F)]
        var rest = arc >> 7
        while rest > 0 {
            octets.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        return octets.reversed()
    }

    /// Dotted numbers; an arc beyond 63 bits is shown as `?`.
    var description: String {
        var arcs: [String] = []
        var arc: UInt64 = 0
        var isTooBig = false
        for octet in content {
            isTooBig = isTooBig || arc >> 56 != 0
            arc = arc << 7 | UInt64(octet & 0x7F)
            guard octet & 0x80 == 0 else { continue }
            if arcs.isEmpty {
                let first = min(arc / 40, 2)
                arcs = ["\(first)", isTooBig ? "?" : "\(arc - first * 40)"]
            } else {
                arcs.append(isTooBig ? "?" : "\(arc)")
            }
            (arc, isTooBig) = (0, false)
        }
        return arcs.joined(separator: ".")
    }
}

extension ObjectIdentifier {
    // RFC 5652 and RFC 5035
    static let data = Self("1.2.840.113549.1.7.1")
    static let signedData = Self("1.2.840.113549.1.7.2")
    static let contentType = Self("1.2.840.113549.1.9.3")
    static let messageDigest = Self("1.2.840.113549.1.9.4")
    static let signingTime = Self("1.2.840.113549.1.9.5")
    static let signingCertificate = Self("1.2.840.113549.1.9.16.2.12")
    static let signingCertificateV2 = Self("1.2.840.113549.1.9.16.2.47")
    static let signatureTimeStamp = Self("1.2.840.113549.1.9.16.2.14")
    static let timestampInfo = Self("1.2.840.113549.1.9.16.1.4")

    static let contentTimeStamp = Self("1.2.840.113549.1.9.16.2.20")
    /// RFC 6211
    static let algorithmProtection = Self("1.2.840.113549.1.9.52")
    static let commitmentType = Self("1.2.840.113549.1.9.16.2.16")
    static let signaturePolicy = Self("1.2.840.113549.1.9.16.2.15")
    /// Archive timestamps of CAdES (ETSI EN 319 122-1 §5.5.3 and its two forerunners).
    static let archiveTimeStamps = [
        Self("0.4.0.1733.2.4"), Self("1.2.840.113549.1.9.16.2.27"), Self("1.2.840.113549.1.9.16.2.48"),
    ]
    /// Certificates' status inside the signed attributes of Adobe's signatures (ISO 32000-2 §12.8.3.3.2).
    static let revocationInfoArchival = Self("1.2.840.113583.1.1.8")
    /// CRLs and OCSP responses of CAdES-LT (ETSI EN 319 122-1 annex A.1).
    static let revocationValues = Self("1.2.840.113549.1.9.16.2.24")
    static let certificateValues = Self("1.2.840.113549.1.9.16.2.23")
    /// OtherRevocationInfoFormat holding an OCSP response (RFC 5940).
    static let ocspInCMS = Self("1.3.6.1.5.5.7.16.2")

    // Authentication codes of encrypted PDF files: RFC 5652 §9, RFC 3565, RFC 8018, ISO/TS 32004
    static let authenticatedData = Self("1.2.840.113549.1.9.16.1.2")
    static let hmacWithSHA256 = Self("1.2.840.113549.2.9")
    static let aes256Wrap = Self("2.16.840.1.101.3.4.1.45")
    static let pdfMACIntegrityInfo = Self("1.0.32004.1.0")
    static let pdfMACWrapKDF = Self("1.0.32004.1.1")
    static let pdfMACData = Self("1.0.32004.1.2")

    // Digests and signatures: RFC 5754, RFC 4055, RFC 8410
    static let md5 = Self("1.2.840.113549.2.5")
    static let sha224 = Self("2.16.840.1.101.3.4.2.4")
    static let sha3With256 = Self("2.16.840.1.101.3.4.2.8")
    static let sha3With384 = Self("2.16.840.1.101.3.4.2.9")
    static let sha3With512 = Self("2.16.840.1.101.3.4.2.10")
    static let shake256 = Self("2.16.840.1.101.3.4.2.12")
    static let shake256WithLength = Self("2.16.840.1.101.3.4.2.18")
    static let sha1 = Self("1.3.14.3.2.26")
    static let sha256 = Self("2.16.840.1.101.3.4.2.1")
    static let sha384 = Self("2.16.840.1.101.3.4.2.2")
    static let sha512 = Self("2.16.840.1.101.3.4.2.3")
    static let rsaEncryption = Self("1.2.840.113549.1.1.1")
    static let sha1WithRSA = Self("1.2.840.113549.1.1.5")
    static let mgf1 = Self("1.2.840.113549.1.1.8")
    static let rsaPSS = Self("1.2.840.113549.1.1.10")
    static let sha256WithRSA = Self("1.2.840.113549.1.1.11")
    static let sha384WithRSA = Self("1.2.840.113549.1.1.12")
    static let sha512WithRSA = Self("1.2.840.113549.1.1.13")
    static let md5WithRSA = Self("1.2.840.113549.1.1.4")
    static let sha224WithRSA = Self("1.2.840.113549.1.1.14")
    static let sha3With256WithRSA = Self("2.16.840.1.101.3.4.3.14")
    static let sha3With384WithRSA = Self("2.16.840.1.101.3.4.3.15")
    static let sha3With512WithRSA = Self("2.16.840.1.101.3.4.3.16")
    static let ecPublicKey = Self("1.2.840.10045.2.1")
    static let ecdsaWithSHA1 = Self("1.2.840.10045.4.1")
    static let ecdsaWithSHA256 = Self("1.2.840.10045.4.3.2")
    static let ecdsaWithSHA384 = Self("1.2.840.10045.4.3.3")
    static let ecdsaWithSHA512 = Self("1.2.840.10045.4.3.4")
    static let ecdsaWithSHA224 = Self("1.2.840.10045.4.3.1")
    static let ecdsaWithSHA3With256 = Self("2.16.840.1.101.3.4.3.10")
    static let ecdsaWithSHA3With384 = Self("2.16.840.1.101.3.4.3.11")
    static let ecdsaWithSHA3With512 = Self("2.16.840.1.101.3.4.3.12")
    static let ed25519 = Self("1.3.101.112")
    static let ed448 = Self("1.3.101.113")
    static let p256 = Self("1.2.840.10045.3.1.7")
    static let p384 = Self("1.3.132.0.34")
    static let p521 = Self("1.3.132.0.35")

    // Names: RFC 4519, RFC 2985
    static let commonName = Self("2.5.4.3")
    static let surname = Self("2.5.4.4")
    static let serialNumber = Self("2.5.4.5")
    static let country = Self("2.5.4.6")
    static let locality = Self("2.5.4.7")
    static let stateOrProvince = Self("2.5.4.8")
    static let organisation = Self("2.5.4.10")
    static let organisationalUnit = Self("2.5.4.11")
    static let title = Self("2.5.4.12")
    static let emailAddress = Self("1.2.840.113549.1.9.1")
    static let userID = Self("0.9.2342.19200300.100.1.1")

    // OCSP: RFC 6960
    static let ocspBasic = Self("1.3.6.1.5.5.7.48.1.1")
    static let ocspNonce = Self("1.3.6.1.5.5.7.48.1.2")
    static let ocspNoCheck = Self("1.3.6.1.5.5.7.48.1.5")
    static let ocspArchiveCutoff = Self("1.3.6.1.5.5.7.48.1.6")
    static let ocspSigning = Self("1.3.6.1.5.5.7.3.9")
    static let ocspAccess = Self("1.3.6.1.5.5.7.48.1")
    static let issuerAccess = Self("1.3.6.1.5.5.7.48.2")
    static let serverAuthentication = Self("1.3.6.1.5.5.7.3.1")

    // Extensions: RFC 5280
    static let crlNumber = Self("2.5.29.20")
    static let reasonCode = Self("2.5.29.21")
    static let holdInstruction = Self("2.5.29.23")
    static let invalidityDate = Self("2.5.29.24")
    static let deltaCRLIndicator = Self("2.5.29.27")
    static let issuingDistributionPoint = Self("2.5.29.28")
    static let certificateIssuer = Self("2.5.29.29")
    static let nameConstraints = Self("2.5.29.30")
    static let crlDistributionPoints = Self("2.5.29.31")
    static let certificatePolicies = Self("2.5.29.32")
    static let policyMappings = Self("2.5.29.33")
    static let policyConstraints = Self("2.5.29.36")
    static let inhibitAnyPolicy = Self("2.5.29.54")
    static let freshestCRL = Self("2.5.29.46")
    static let issuerAlternativeName = Self("2.5.29.18")
    static let subjectDirectoryAttributes = Self("2.5.29.9")
    static let authorityInformationAccess = Self("1.3.6.1.5.5.7.1.1")
    static let qualifiedStatements = Self("1.3.6.1.5.5.7.1.3")
    static let expiredCertificatesOnCRL = Self("2.5.29.60")
    static let subjectKeyIdentifier = Self("2.5.29.14")
    static let keyUsage = Self("2.5.29.15")
    static let subjectAlternativeName = Self("2.5.29.17")
    static let basicConstraints = Self("2.5.29.19")
    static let authorityKeyIdentifier = Self("2.5.29.35")
    static let extendedKeyUsage = Self("2.5.29.37")
    static let timeStamping = Self("1.3.6.1.5.5.7.3.8")
    static let emailProtection = Self("1.3.6.1.5.5.7.3.4")
    static let serverAuth = Self("1.3.6.1.5.5.7.3.1")
    static let codeSigning = Self("1.3.6.1.5.5.7.3.3")
    /// Adobe's authentic documents trust, asked for by Acrobat.
    static let pdfSigning = Self("1.2.840.113583.1.1.5")
}

extension DERValue {
    func objectIdentifier() throws(DERError) -> ObjectIdentifier {
        try expectObjectIdentifier()
        return ObjectIdentifier(content: content)
    }

    /// Refuses anything else. To make an identifier only to drop it is no substitute: Swift 6.3 optimises such code into
    /// one that frees the copied bytes before it writes them, as the fuzzers' address sanitizer found.
    func expectObjectIdentifier() throws(DERError) {
        guard tag == DERTag.objectIdentifier, !content.isEmpty else {
            throw DERError(reason: .expected("OBJECT IDENTIFIER"), offset: start)
        }
    }

    /// A small non-negative INTEGER.
    func smallInteger() throws(DERError) -> Int {
        guard tag & 0x1F == DERTag.integer || tag & 0xC0 == 0x80, (1...7).contains(content.count) else {
            throw DERError(reason: .expected("small INTEGER"), offset: start)
        }
        let value = content.reduce(0) { $0 << 8 | Int($1) }
        guard content[contentStart] < 0x80 else { throw DERError(reason: .outOfRange("INTEGER"), offset: start) }
        return value
    }

    /// The octets of a BIT STRING that is a whole number of octets.
    func bitStringOctets() throws(DERError) -> ArraySlice<UInt8> {
        guard tag == DERTag.bitString, content.first == 0 else {
            throw DERError(reason: .expected("BIT STRING of whole octets"), offset: start)
        }
        return content.dropFirst()
    }
}
