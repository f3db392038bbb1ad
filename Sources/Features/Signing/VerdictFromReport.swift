// From the validator's report to what the office shows.
internal import Foundation
internal import PAdES

extension SignatureVerdict {
    init(_ report: VerificationReport, judgedAt: Date) {
        let lines = report.signatures.map(SignatureLine.init)
        self.init(
            level: VerdictLevel(report.verdict), sentence: Self.sentence(report, lines), signatures: lines,
            warnings: report.warnings, judgedAt: judgedAt)
    }

    private static func sentence(_ report: VerificationReport, _ lines: [SignatureLine]) -> String {
        switch report.verdict {
        case .valid: "Còn nguyên vẹn, \(lines.count) chữ ký tin cậy."
        case .modifiedAfterSigning:
            "Đã bị sửa sau khi ký: " + (lines.flatMap(\.changes).first ?? "nội dung không còn như lúc ký.")
        case .indeterminate, .invalid:
            report.signatures.first { $0.verdict == report.verdict }?.sentence ?? report.sentence
        case .unsigned, .malformed: report.sentence
        }
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
        self.init(
            field: signature.field, signer: signature.signer?.name ?? "Không rõ người ký",
            organisation: signature.signer?.organisation, issuer: signature.issuer ?? "không rõ",
            isTimestamp: signature.kind == .timestamp, signedAt: signature.time?.date,
            timeSource: signature.time?.source == .timestamp ? "dấu thời gian" : "giờ máy ký",
            level: VerdictLevel(signature.verdict), pades: signature.level ?? "—", sentence: signature.sentence,
            changes: signature.changes.map(\.sentence),
            checks: signature.checks.map {
                Check(
                    name: $0.name, passed: $0.result == .undecided ? nil : $0.result != .failed, sentence: $0.sentence)
            })
    }
}
