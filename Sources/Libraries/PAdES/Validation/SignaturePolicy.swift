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
    private let facts: SignatureFacts
    private let judgesTrust: Bool
    private(set) var lines: [SignatureCheckLine] = []
    private(set) var verdict = Verdict.valid

    /// `judgesTrust` is false when only the file is to be judged, not who signed it.
    init(_ facts: SignatureFacts, judgesTrust: Bool = true) {
        self.facts = facts
        self.judgesTrust = judgesTrust
        judgeForm()
        if let token = facts.documentTimestamp {
            judge(documentTimestamp: token)
        } else if let cms = facts.cms {
            judge(cms)
        }
        judgeChanges()
        note("revocation", "Tình trạng thu hồi của chứng thư số chưa được kiểm tra.")
        for warning in facts.warnings { note("warning", warning) }
    }

    // MARK: lines

    private mutating func pass(_ name: String, _ sentence: String) {
        lines.append(.init(name: name, result: .passed, subIndication: nil, sentence: sentence))
    }

    private mutating func note(_ name: String, _ sentence: String) {
        lines.append(.init(name: name, result: .note, subIndication: nil, sentence: sentence))
    }

    private mutating func fail(_ name: String, _ indication: String, _ verdict: Verdict, _ sentence: String) {
        lines.append(
            .init(
                name: name, result: verdict == .indeterminate ? .undecided : .failed, subIndication: indication,
                sentence: sentence))
        self.verdict = self.verdict.worse(verdict)
    }

    // MARK: form and coverage

    private static let formSentences: [SignatureFacts.FormProblem: (Verdict, String)] = [
        .noDictionary: (.invalid, "Trường chữ ký không có từ điển chữ ký."),
        .noByteRange: (.invalid, "Chữ ký không cho biết phần tệp được ký."),
        .badByteRange: (.invalid, "Phần tệp được ký khai báo sai."),
        .holeIsNotContents: (.invalid, "Chỗ chừa trong phần được ký không đúng là giá trị chữ ký."),
        .holeNotHexadecimal: (.invalid, "Chỗ chừa cho chữ ký chứa dữ liệu lạ."),
        .unreadableCMS: (.invalid, "Giá trị chữ ký bị hỏng, không đọc được."),
        .sharedBetweenFields: (.invalid, "Một chữ ký được dùng cho nhiều trường."),
        .notInSignedRevision: (.modifiedAfterSigning, "Từ điển chữ ký khác với bản đã ký."),
        .collidingByteRange: (.invalid, "Phần tệp được ký của các chữ ký chồng lấn nhau."),
        .hybridConflict: (.indeterminate, "Tệp dạng lai có đối tượng khác nhau giữa hai bảng tham chiếu."),
        .wrongFieldType: (.invalid, "Chữ ký nằm trong trường không phải trường chữ ký."),
        .reconstructed: (.indeterminate, "Tệp có lỗi cấu trúc mà mỗi phần mềm có thể hiểu một cách khác nhau."),
        .removedLater: (.modifiedAfterSigning, "Chữ ký bị gỡ khỏi tệp sau khi ký."),
        .certificationNotFirst: (.modifiedAfterSigning, "Chữ ký chứng thực không phải là chữ ký đầu tiên của tệp."),
    ]

    private static let formNotes: [SignatureFacts.FormProblem: String] = [
        .nonZeroPadding: "Sau giá trị chữ ký có dữ liệu đệm khác 0.",
        .hybridReference: "Tệp dạng lai: có hai bảng tham chiếu, hai bảng khớp nhau.",
    ]

    private mutating func judgeForm() {
        for problem in SignatureFacts.FormProblem.allCases where facts.formProblems.contains(problem) {
            if let (verdict, sentence) = Self.formSentences[problem] {
                fail("format", "FORMAT_FAILURE", verdict, sentence)
            } else if let sentence = Self.formNotes[problem] {
                note("format", sentence)
            }
        }
        let known: Set = ["ETSI.CAdES.detached", "adbe.pkcs7.detached", "ETSI.RFC3161"]
        if !known.contains(facts.subFilter ?? "") {
            fail(
                "format", "FORMAT_FAILURE", .indeterminate,
                "Kiểu chữ ký \(facts.subFilter ?? "không rõ") chưa được hỗ trợ.")
        }
        switch facts.coverage {
        case .wholeFile: pass("coverage", "Chữ ký bao trùm toàn bộ tệp.")
        case .wholeRevision: pass("coverage", "Chữ ký bao trùm trọn vẹn phiên bản được ký của tệp.")
        case .partial:
            fail("coverage", "FORMAT_FAILURE", .modifiedAfterSigning, "Có phần của tệp không được chữ ký bao trùm.")
        }
    }

    // MARK: cryptography and trust

    private static let fatalForm: Set<CMSFacts.FormProblem> = [
        .encapsulatedContent, .wrongContentType, .noSigner, .severalSigners, .missingMessageDigest,
        .wrongContentTypeAttribute, .repeatedAttribute, .attributesNotDER, .digestAlgorithmNotListed,
        .attributeWithSeveralValues,
    ]

    private mutating func judge(_ cms: CMSReport) {
        let fatal = cms.formProblems.intersection(Self.fatalForm).map(\.rawValue).sorted()
        if !fatal.isEmpty {
            fail("cms", "FORMAT_FAILURE", .invalid, "Cấu trúc chữ ký sai quy cách (\(fatal.joined(separator: ", "))).")
        }
        if facts.isCAdES, cms.formProblems.contains(.missingSignedAttributes) {
            fail("cms", "FORMAT_FAILURE", .invalid, "Chữ ký thiếu các thuộc tính bắt buộc.")
        }
        judgeValue(cms)
        if let path = cms.path { judge(path) }
        judgeAlgorithms(cms)
        judgeTimestamp(cms)
        if facts.isCAdES, cms.signingTimeClaimed != nil {
            note("baseline", "Chữ ký mang thời gian tự khai, không đúng mức cơ sở PAdES.")
        }
    }

    private mutating func judgeValue(_ cms: CMSReport) {
        if cms.digestAlgorithm == nil {
            fail("digest", "CRYPTO_CONSTRAINTS_FAILURE", .indeterminate, "Thuật toán băm chưa được hỗ trợ.")
        } else if cms.messageDigestMatches {
            pass("digest", "Nội dung được ký còn nguyên vẹn.")
        } else {
            fail("digest", "HASH_FAILURE", .invalid, "Nội dung được ký đã bị thay đổi.")
        }
        guard cms.signer != nil else {
            fail(
                "signingCertificate", "NO_SIGNING_CERTIFICATE_FOUND", .indeterminate,
                "Không tìm thấy chứng thư số của người ký.")
            return
        }
        switch cms.signature {
        case .valid: pass("signatureValue", "Giá trị chữ ký khớp với chứng thư số.")
        case .invalid:
            fail("signatureValue", "SIG_CRYPTO_FAILURE", .invalid, "Giá trị chữ ký không khớp với chứng thư số.")
        case .unsupported:
            fail(
                "signatureValue", "CRYPTO_CONSTRAINTS_FAILURE", .indeterminate,
                "Thuật toán chữ ký \(cms.signatureAlgorithm.name) chưa được hỗ trợ.")
        }
        switch cms.essMatches {
        case .present: pass("signingCertificate", "Chứng thư số được ghi trong phần được ký.")
        case .mismatch:
            fail(
                "signingCertificate", "SIG_CONSTRAINTS_FAILURE", .invalid,
                "Chứng thư số không phải là chứng thư ghi trong phần được ký.")
        case .absent where facts.isCAdES:
            fail(
                "signingCertificate", "SIG_CONSTRAINTS_FAILURE", .indeterminate,
                "Chữ ký PAdES không ghi chứng thư số trong phần được ký.")
        case .absent: note("signingCertificate", "Chữ ký kiểu cũ, không ghi chứng thư số trong phần được ký.")
        }
    }

    private mutating func judge(_ path: PathReport) {
        guard judgesTrust else {
            return note("path", "Không xét độ tin cậy của người ký, chỉ xét tính toàn vẹn.")
        }
        switch path.status {
        case .trusted: pass("path", "Chứng thư số do tổ chức được tin cậy cấp và còn hiệu lực khi ký.")
        case .untrusted:
            fail(
                "path", "NO_CERTIFICATE_CHAIN_FOUND", .indeterminate,
                "Không xác định được tổ chức cấp chứng thư số có được tin cậy hay không.")
        case .expired: fail("path", "OUT_OF_BOUNDS_NO_POE", .indeterminate, "Chứng thư số đã hết hạn.")
        case .notYetValid: fail("path", "NOT_YET_VALID", .indeterminate, "Chứng thư số chưa đến ngày có hiệu lực.")
        case .badUsage:
            fail("path", "CHAIN_CONSTRAINTS_FAILURE", .indeterminate, "Chứng thư số không được cấp cho mục đích này.")
        }
    }

    /// SHA-1 and short keys of signatures proven to be older than 2020 are only noted: the algorithms still held.
    private mutating func judgeAlgorithms(_ cms: CMSReport) {
        let isOld = cms.provenTime.map { $0 < Date(timeIntervalSince1970: 1_577_836_800) } ?? false
        for weakness in cms.weaknesses.map(\.message).sorted() {
            if isOld {
                note("algorithm", weakness)
            } else {
                fail("algorithm", "CRYPTO_CONSTRAINTS_FAILURE_NO_POE", .indeterminate, weakness)
            }
        }
    }

    private mutating func judgeTimestamp(_ cms: CMSReport) {
        guard let timestamp = cms.timestamp else {
            note("timestamp", cms.timestampUnreadable ? "Dấu thời gian bị hỏng." : "Chữ ký không có dấu thời gian.")
            return
        }
        if timestamp.isTrusted {
            pass("timestamp", "Dấu thời gian: \(officeTime(timestamp.time)).")
        } else if timestamp.isIntact {
            note("timestamp", "Dấu thời gian không thuộc tổ chức được tin cậy nên không được tính.")
        } else {
            note("timestamp", "Dấu thời gian không hợp lệ nên không được tính.")
        }
    }

    private mutating func judge(documentTimestamp token: TimestampReport) {
        if !token.imprintMatches {
            fail("digest", "HASH_FAILURE", .invalid, "Nội dung được đóng dấu thời gian đã bị thay đổi.")
        } else if !token.isIntact {
            fail("signatureValue", "SIG_CRYPTO_FAILURE", .invalid, "Dấu thời gian không hợp lệ.")
        } else {
            pass("digest", "Nội dung được đóng dấu thời gian còn nguyên vẹn.")
        }
        if let path = token.path { judge(path) }
    }

    // MARK: changes

    private mutating func judgeChanges() {
        guard facts.revisionIndex != nil else { return }
        let level = facts.modificationLevel
        let allowed: ModificationLevel = [1: .ltaUpdates, 3: .annotations][facts.permission] ?? .formFilling
        let summary = facts.changes.map(\.sentence).joined(separator: " ")
        if level == .none {
            pass("changes", "Không có thay đổi nào sau khi ký.")
        } else if level <= allowed, facts.isDrawnOver {
            fail(
                "changes", "DOCUMENT_MODIFIED", .indeterminate,
                "Ghi chú thêm sau khi ký tuy được phép nhưng có thể che nội dung đã ký: hãy xem bản đã ký. \(summary)")
        } else if level <= allowed {
            pass("changes", "Chỉ có thay đổi được phép sau khi ký. \(summary)")
        } else {
            fail("changes", "DOCUMENT_MODIFIED", .modifiedAfterSigning, "Tệp bị thay đổi sau khi ký. \(summary)")
        }
    }
}
