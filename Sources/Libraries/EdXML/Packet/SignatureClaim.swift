/// What a packet's own XML signature says of itself (XMLDSIG). It proves nothing by being there: platforms rewrite
/// packets on the way, so that it rarely survives; legal value lies in the signatures of the files.
package struct SignatureClaim: Sendable, Hashable {
    /// Whether the element is XMLDSIG's; one kit writes it in the packet's namespace, which no tool can verify.
    package var hasProperNamespace = false
    package var canonicalization = ""
    package var method = ""
    package var references: [Reference] = []
    /// Base64 of the first certificate, without white space; nil where there is none.
    package var certificate: String?
    /// The key stands there without a certificate.
    package var hasBareKey = false

    package struct Reference: Sendable, Hashable {
        package var uri: String?
        package var transforms: [String] = []
        package var digest = ""
    }

    package static let namespace = "http://www.w3.org/2000/09/xmldsig#"
    package static let exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#"
    package static let enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
    package static let rsaSHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
    package static let sha256 = "http://www.w3.org/2001/04/xmlenc#sha256"

    /// Why the signature may not be given to a verifier; nil when it may. The signed element must be the one that is
    /// read, which is the whole packet; nothing may be fetched, transformed or trusted beyond that.
    package var objection: Objection? {
        guard hasProperNamespace else { return .namespace }
        guard Self.canonicalizations.contains(canonicalization) else { return .algorithm(canonicalization) }
        guard Self.methods.contains(method) else { return .algorithm(method) }
        guard references.count == 1, let reference = references.first else { return .references(references.count) }
        guard reference.uri == "" else { return .notWhole }
        for transform in reference.transforms where !Self.transforms.contains(transform) {
            return .algorithm(transform)
        }
        guard reference.transforms.contains(Self.enveloped) else { return .notWhole }
        guard Self.digests.contains(reference.digest) else { return .algorithm(reference.digest) }
        guard certificate != nil, !hasBareKey else { return .noCertificate }
        return nil
    }

    package enum Objection: Sendable, Hashable {
        case namespace, notWhole, noCertificate
        case references(Int)
        case algorithm(String)

        package var sentence: String {
            switch self {
            case .namespace: "phần tử Signature sai không gian tên, không công cụ nào kiểm tra được"
            case .notWhole: "chữ ký không bao trùm toàn bộ gói tin"
            case .noCertificate: "chữ ký không kèm chứng thư số"
            case .references(let count): "chữ ký có \(count) tham chiếu, chỉ chấp nhận đúng một"
            case .algorithm(let name): "thuật toán “\(name.shortened)” không được chấp nhận"
            }
        }
    }

    private static let inclusive = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
    private static let canonicalizations: Set<String> = [exclusive, inclusive, "http://www.w3.org/2006/12/xml-c14n11"]
    private static let transforms: Set<String> = canonicalizations.union([enveloped])
    /// SHA-2 only (TT 15/2025/TT-BKHCN), no HMAC: a shared key proves no sender.
    private static let methods: Set<String> = [
        rsaSHA256, "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512", "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384",
    ]
    private static let digests: Set<String> = [
        sha256, "http://www.w3.org/2001/04/xmldsig-more#sha384", "http://www.w3.org/2001/04/xmlenc#sha512",
    ]
}

extension SignatureClaim {
    /// Reads the element as it stands; whatever is missing stays empty.
    init(_ node: XMLNode) {
        hasProperNamespace = node.attributes.contains { $0.value == Self.namespace }
        for child in node.children {
            switch child.name {
            case "SignedInfo": readSignedInfo(child)
            case "KeyInfo": readKeyInfo(child)
            default: continue
            }
        }
    }

    private mutating func readSignedInfo(_ node: XMLNode) {
        for child in node.children {
            switch child.name {
            case "CanonicalizationMethod": canonicalization = Self.algorithm(child)
            case "SignatureMethod": method = Self.algorithm(child)
            case "Reference":
                references.append(
                    Reference(
                        uri: child.attributes.first { $0.name == "URI" }?.value,
                        transforms: child.first("Transforms")?.children.map(Self.algorithm) ?? [],
                        digest: child.first("DigestMethod").map(Self.algorithm) ?? ""))
            default: continue
            }
        }
    }

    private mutating func readKeyInfo(_ node: XMLNode) {
        for child in node.children where child.name != "X509Data" && child.name != "KeyName" { hasBareKey = true }
        let text = node.first("X509Data")?.first("X509Certificate")?.text ?? []
        let base64 = String(decoding: text.filter { !Byte.isSpace($0) }, as: UTF8.self)
        certificate = base64.isEmpty ? nil : base64
    }

    private static func algorithm(_ node: XMLNode) -> String {
        node.attributes.first { $0.name == "Algorithm" }?.value ?? ""
    }
}
