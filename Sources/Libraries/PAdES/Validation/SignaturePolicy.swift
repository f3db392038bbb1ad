import Foundation
import SignatureCore

/// One check of a signature with its outcome; names of sub-indications as in ETSI EN 319 102-1.
package struct SignatureCheckLine: Sendable, Hashable, Codable {
    package enum Result: String, Sendable, Hashable, Codable { case passed, failed, undecided, note }

    package var name: String
    package var result: Result
    package var subIndication: String?
    package var sentence: String
}

/// Judges the facts of one signature. Pure: the same facts always give the same lines.
struct SignaturePolicy {
    let facts: SignatureFacts
    let judgesTrust: Bool
    private(set) var lines: [SignatureCheckLine] = []
    private(set) var verdict = Verdict.valid

    /// `judgesTrust` is false when only the file is to be judged, not who signed it.
    init(_ facts: SignatureFacts, judgesTrust: Bool = true) {
        self.facts = facts
        self.judgesTrust = judgesTrust
        judgeForm()
        judgeCoverage()
        if let token = facts.documentTimestamp {
            judge(documentTimestamp: token)
        } else if let cms = facts.cms {
            judge(cms)
        }
        judgeChanges()
        judgeCode()
        for warning in facts.warnings { note("warning", warning) }
    }

    // MARK: lines

    mutating func pass(_ name: String, _ sentence: String) {
        lines.append(.init(name: name, result: .passed, subIndication: nil, sentence: sentence))
    }

    mutating func note(_ name: String, _ sentence: String, _ indication: String? = nil) {
        lines.append(.init(name: name, result: .note, subIndication: indication, sentence: sentence))
    }

    mutating func fail(_ name: String, _ indication: String, _ verdict: Verdict, _ sentence: String) {
        lines.append(
            .init(
                name: name, result: verdict == .indeterminate ? .undecided : .failed, subIndication: indication,
                sentence: sentence))
        self.verdict = self.verdict.worse(verdict)
    }

    // MARK: changes

    private mutating func judgeChanges() {
        guard facts.revisionIndex != nil else { return }
        let level = facts.modificationLevel
        let allowed: ModificationLevel = [2: .formFilling, 3: .annotations][facts.permission] ?? .ltaUpdates
        let summary = facts.changes.map(\.sentence).joined(separator: " ")
        if level == .none {
            pass("changes", "Không có thay đổi nào sau khi ký.")
        } else if level > allowed {
            fail("changes", "DOCUMENT_MODIFIED", .modifiedAfterSigning, "Tệp bị thay đổi sau khi ký. \(summary)")
        } else if facts.isDrawnOver {
            fail(
                "changes", "DOCUMENT_MODIFIED", .indeterminate,
                "Thay đổi sau khi ký tuy được phép nhưng có thể che hoặc làm khác nội dung đã ký: hãy xem bản đã ký. \(summary)"
            )
        } else {
            pass("changes", "Chỉ có thay đổi được phép sau khi ký. \(summary)")
        }
    }

    // MARK: authentication code

    /// ISO/TS 32004: whoever can open the file makes a code with every revision, and readers refuse a file whose newest
    /// revision has no right one. What was appended after signing may then come from somebody who cannot; where nothing
    /// was, the signed bytes are what they were, but other programs refuse the file all the same.
    private mutating func judgeCode() {
        switch facts.code {
        case nil: return
        case .right: pass("code", "Mã bảo vệ toàn vẹn của tệp mã hóa đúng với toàn bộ tệp.")
        case .absent: failCode("Phần ghi sau cùng của tệp mã hóa không có mã bảo vệ toàn vẹn (ISO/TS 32004).")
        case .wrong: failCode("Mã bảo vệ toàn vẹn của tệp mã hóa (ISO/TS 32004) không đúng với tệp.")
        case .unsupported:
            fail(
                "code", "CRYPTO_CONSTRAINTS_FAILURE", .indeterminate,
                "Mã bảo vệ toàn vẹn của tệp mã hóa dùng thuật toán chưa được hỗ trợ.")
        }
    }

    private mutating func failCode(_ sentence: String) {
        if facts.coverage == .wholeFile {
            fail("code", "FORMAT_FAILURE", .indeterminate, "\(sentence) Phần mềm khác có thể từ chối mở tệp.")
        } else {
            fail("code", "DOCUMENT_MODIFIED", .modifiedAfterSigning, "\(sentence) Tệp bị thay đổi sau khi ký.")
        }
    }
}
