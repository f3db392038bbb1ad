// One check of one file: what was judged, when, and what came of it. Shown, printed, answered and kept as it is.
package import Foundation
internal import PAdES
internal import SignatureCore

/// The verification of a file by its bytes; names no document.
package struct CheckRecord: Sendable, Hashable, Codable {
    package var fileName: String
    package let byteCount: Int
    package let sha256: String
    package let checkedAt: Date
    /// Names what was trusted at that moment.
    let trustVersion: String
    let report: VerificationReport
    /// Authorities are being asked; their answers will complete the report.
    var isAwaitingStatus = false

    package var verdict: SignatureVerdict { SignatureVerdict(self) }

    /// Indented JSON with sorted keys and ISO 8601 dates.
    package func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return try encoder.encode(self)
    }

    init(json: Data) throws {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        self = try decoder.decode(CheckRecord.self, from: json)
    }

    init(
        fileName: String, byteCount: Int, sha256: String, checkedAt: Date, trustVersion: String,
        report: VerificationReport, isAwaitingStatus: Bool = false
    ) {
        self.fileName = fileName
        self.byteCount = byteCount
        self.sha256 = sha256
        self.checkedAt = checkedAt
        self.trustVersion = trustVersion
        self.report = report
        self.isAwaitingStatus = isAwaitingStatus
    }
}
