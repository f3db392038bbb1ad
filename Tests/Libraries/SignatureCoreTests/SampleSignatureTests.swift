import Digests
import Foundation
import Testing

@testable import SignatureCore

private let samples = URL(filePath: FileManager.default.currentDirectoryPath).appending(path: "../shared/data/pdf")
private let samplesArePresent = FileManager.default.fileExists(atPath: samples.path)

/// Chữ ký trong các tệp mẫu của phần mềm khác: đọc được, hoặc bị từ chối có lý do.
struct SampleSignatureTests {
    @Test(.enabled(if: samplesArePresent, "mẫu ../shared/data/pdf không có ở đây; bỏ qua"))
    func `every signature of the sample files is read or refused, never a crash`() throws {
        let files = try FileManager.default.contentsOfDirectory(at: samples, includingPropertiesForKeys: nil)
        var readCount = 0
        for file in files where file.pathExtension == "pdf" {
            for contents in try Self.signatures(in: Data(contentsOf: file)) {
                guard let facts = try? CMSFacts(der: contents) else { continue }
                readCount += 1
                _ = facts.verify(documentDigest: { $0.digest(Data()) }, trust: TrustStore(), at: now)
            }
        }
        #expect(readCount > 0)
    }

    /// The hexadecimal strings after `/Contents`, found without reading the PDF.
    private static func signatures(in pdf: Data) -> [Data] {
        String(decoding: pdf, as: Unicode.ASCII.self).matches(of: /\/Contents\s*<([0-9A-Fa-f]{200,})>/).compactMap {
            Data(hex: $0.1)
        }
    }
}
