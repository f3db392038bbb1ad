package import Foundation

extension Certificate {
    /// All certificates of a PEM text, of a DER file, or of a PKCS#7 collection (P7B) in either form.
    ///
    /// Limits: one mebibyte a file, 256 certificates.
    package static func all(in file: Data) throws(DERError) -> [Certificate] {
        guard file.count <= 1 << 20 else { throw DERError(reason: .tooLarge, offset: 0) }
        if file.first == DERTag.sequence { return try all(inDER: file) }
        let text = String(decoding: file, as: UTF8.self)
        let blocks = labels.flatMap { pemBlocks($0, in: text) }
        guard !blocks.isEmpty else { throw DERError(reason: .expected("certificate"), offset: 0) }
        guard blocks.count <= DERLimit.members else { throw DERError(reason: .tooMany, offset: 0) }
        var certificates: [Certificate] = []
        for block in blocks { certificates += try all(inDER: block) }
        return certificates
    }

    private static func all(inDER file: Data) throws(DERError) -> [Certificate] {
        let (encoded, _) = try BERNormaliser.normalise([UInt8](file))
        var outer = try DERReader(encoded)
        let value = try outer.next(DERTag.sequence, "certificate")
        var fields = try value.reader()
        guard try fields.next().tag == DERTag.objectIdentifier else { return [try Certificate(der: file)] }
        return try collection(value)
    }

    /// The certificates of a SignedData that signs nothing (RFC 5652 §5.1, "degenerate case" of §5.2).
    private static func collection(_ value: DERValue) throws(DERError) -> [Certificate] {
        var content = try value.reader()
        guard try content.next().objectIdentifier() == .signedData else {
            throw DERError(reason: .expected("signedData"), offset: value.start)
        }
        var explicit = try content.next(DERTag.context(0), "content").reader()
        var signed = try explicit.next(DERTag.sequence, "SignedData").reader()
        _ = try signed.next(DERTag.integer, "version")
        _ = try signed.next(DERTag.set, "digestAlgorithms")
        _ = try signed.next(DERTag.sequence, "encapContentInfo")
        var certificates: [Certificate] = []
        for member in try signed.nextIf(DERTag.context(0))?.members() ?? [] where member.tag == DERTag.sequence {
            certificates.append(try Certificate(member))
        }
        guard !certificates.isEmpty else { throw DERError(reason: .expected("certificate"), offset: value.start) }
        return certificates
    }

    private static func pemBlocks(_ label: String, in text: String) -> [Data] {
        text.components(separatedBy: "-----BEGIN \(label)-----").dropFirst().compactMap { rest in
            guard let body = rest.components(separatedBy: "-----END \(label)-----").first else { return nil }
            return Data(base64Encoded: body, options: .ignoreUnknownCharacters)
        }
    }

    private static let labels = ["CERTIFICATE", "X509 CERTIFICATE", "PKCS7", "CMS"]

    /// PEM text (RFC 7468) ending in a line feed.
    package var pem: String {
        let lines = der.base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
        return "-----BEGIN CERTIFICATE-----\n\(lines)\n-----END CERTIFICATE-----\n"
    }
}
