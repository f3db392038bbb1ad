// From the validator's report to what the office shows.
internal import Foundation
internal import PAdES

extension SignatureVerdict {
    init(_ record: CheckRecord) {
        let report = record.report
        self.init(
            level: VerdictLevel(report.verdict), sentence: Self.sentence(report),
            signatures: report.signatures.map(SignatureLine.init), warnings: report.warnings,
            judgedAt: record.checkedAt, record: record)
    }

    private static func sentence(_ report: VerificationReport) -> String {
        switch report.verdict {
        case .valid: "Còn nguyên vẹn, \(count(report)) tin cậy."
        case .modifiedAfterSigning:
            "Đã bị sửa sau khi ký: " + worstChange(report)
        case .indeterminate, .invalid:
            report.signatures.first { $0.verdict == report.verdict }?.sentence ?? report.sentence
        case .unsigned, .malformed: report.sentence
        }
    }

    private static func worstChange(_ report: VerificationReport) -> String {
        let touched = report.signatures.filter { $0.verdict == .modifiedAfterSigning }
        let change = touched.flatMap(\.changes).max { $0.level < $1.level }
        let sentence = change?.sentence ?? touched.first?.sentence ?? "nội dung không còn như lúc ký."
        return sentence.prefix(1).lowercased() + sentence.dropFirst()
    }

    /// "2 chữ ký", "2 chữ ký và 1 dấu thời gian"
    private static func count(_ report: VerificationReport) -> String {
        let stamps = report.signatures.count { $0.kind == .timestamp }
        let signed = report.signatures.count - stamps
        let words = [signed > 0 ? "\(signed) chữ ký" : nil, stamps > 0 ? "\(stamps) dấu thời gian" : nil]
        return words.compactMap(\.self).joined(separator: " và ")
    }
}

extension VerdictLevel {
    init(_ verdict: Verdict) {
        switch verdict {
        case .valid: self = .trusted
        case .indeterminate: self = .caution
        case .unsigned: self = .unsigned
        case .modifiedAfterSigning, .invalid, .malformed: self = .broken
        }
    }
}

extension SignatureLine {
    init(_ signature: VerificationReport.Signature) {
        let details = SignatureDetails(signature: signature)
        self.init(
            field: signature.field, signer: details.title, organisation: signature.signer?.organisation,
            issuer: signature.issuer ?? "không rõ", isTimestamp: details.isTimestamp, signedAt: signature.time?.date,
            timeSource: signature.time?.source == .timestamp ? "dấu thời gian" : "giờ máy ký", level: details.level,
            pades: signature.level ?? "—", sentence: signature.sentence, changes: signature.changes.map(\.sentence))
    }
}
