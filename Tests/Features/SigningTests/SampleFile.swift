import Digests
import Foundation
import PAdES
import SignatureCore

/// A one-page file, and signatures on it.
enum SampleFile {
    static let plain: Data = {
        let content = "BT /F1 14 Tf 72 720 Td (Noi dung van ban) Tj ET"
        let objects = [
            "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            """
            << /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
            /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>
            """,
            "<< /Length \(content.utf8.count) >>\nstream\n\(content)\nendstream",
        ]
        var file = Data("%PDF-1.7\n".utf8)
        var offsets: [Int] = []
        for (index, object) in objects.enumerated() {
            offsets.append(file.count)
            file += Data("\(index + 1) 0 obj\n\(object)\nendobj\n".utf8)
        }
        let table = file.count
        let lines = offsets.map { String(repeating: "0", count: 10 - "\($0)".count) + "\($0) 00000 n \n" }
        file += Data(
            """
            xref
            0 \(objects.count + 1)
            0000000000 65535 f 
            \(lines.joined())trailer
            << /Size \(objects.count + 1) /Root 1 0 R >>
            startxref
            \(table)
            %%EOF

            """.utf8)
        return file
    }()

    static func key(
        _ pki: PracticePKI, _ name: String = "Nguyễn Văn Đức", at now: Date, days: Int = 365
    ) throws -> PKCS12Key {
        let archive = try pki.issue(
            to: .person(name: name, agency: "Viện Hàn lâm"), keys: .p256,
            validity: ValidityPeriod(from: now.addingTimeInterval(-86_400), days: days), passphrase: "1")
        return try PKCS12Key(data: archive, passphrase: "1")
    }

    static func signed(
        by pki: PracticePKI, _ name: String = "Nguyễn Văn Đức", on file: Data = plain, field: String = "ChuKy",
        at now: Date
    ) async throws -> Data {
        let key = try key(pki, name, at: now)
        let intent = SignatureIntent(
            target: .newField(name: field, rect: nil), appearance: nil, signerName: name, reason: "Ký duyệt",
            signedAt: now, digestAlgorithm: .sha256)
        return try await PDFSigner.sign(file, intent, with: key, timestampedBy: nil)
    }
}

extension Data {
    func replacingFirst(_ text: String, with other: String) -> Data {
        guard let range = range(of: Data(text.utf8)) else { return self }
        return replacingSubrange(range, with: Data(other.utf8))
    }

    private func replacingSubrange(_ range: Range<Int>, with other: Data) -> Data {
        var copy = self
        copy.replaceSubrange(range, with: other)
        return copy
    }
}

extension String {
    func between(_ start: String, _ end: String) -> String? {
        guard let from = range(of: start), let to = self[from.upperBound...].range(of: end) else { return nil }
        return String(self[from.upperBound..<to.lowerBound])
    }
}
