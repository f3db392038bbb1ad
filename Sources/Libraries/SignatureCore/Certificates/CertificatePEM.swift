package import Foundation

extension Certificate {
    /// All certificates of a PEM text, or the one of a DER file.
    ///
    /// Limits: one mebibyte a file, 256 certificates.
    package static func all(in file: Data) throws(DERError) -> [Certificate] {
        guard file.count <= 1 << 20 else { throw DERError(reason: .tooLarge, offset: 0) }
        if file.first == DERTag.sequence { return [try Certificate(der: file)] }
        let blocks = pemBlocks(String(decoding: file, as: UTF8.self))
        guard !blocks.isEmpty else { throw DERError(reason: .expected("certificate"), offset: 0) }
        guard blocks.count <= DERLimit.members else { throw DERError(reason: .tooMany, offset: 0) }
        var certificates: [Certificate] = []
        for block in blocks { certificates.append(try Certificate(der: block)) }
        return certificates
    }

    private static func pemBlocks(_ text: String) -> [Data] {
        text.components(separatedBy: beginLine).dropFirst().compactMap { rest in
            guard let body = rest.components(separatedBy: endLine).first else { return nil }
            return Data(base64Encoded: body, options: .ignoreUnknownCharacters)
        }
    }

    /// PEM text (RFC 7468) ending in a line feed.
    package var pem: String {
        let lines = der.base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
        return "\(Self.beginLine)\n\(lines)\n\(Self.endLine)\n"
    }

    private static let beginLine = "-----BEGIN CERTIFICATE-----"
    private static let endLine = "-----END CERTIFICATE-----"
}
