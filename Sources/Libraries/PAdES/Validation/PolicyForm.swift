import SignatureCore

/// Form and coverage (ISO 32000-2 §12.8.1, §12.8.3.3; ETSI EN 319 142-1 §5.3).
extension SignaturePolicy {
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
        .repeatedKeys: (
            .indeterminate, "Chữ ký hoặc biểu mẫu ghi một mục hai lần, mỗi phần mềm có thể đọc một giá trị khác nhau."
        ),
        .removedLater: (.modifiedAfterSigning, "Chữ ký bị gỡ khỏi tệp sau khi ký."),
        .certificationNotFirst: (.modifiedAfterSigning, "Chữ ký chứng thực không phải là chữ ký đầu tiên của tệp."),
    ]

    private static let formNotes: [SignatureFacts.FormProblem: String] = [
        .nonZeroPadding: "Sau giá trị chữ ký có dữ liệu đệm khác 0.",
        .hybridReference: "Tệp dạng lai: có hai bảng tham chiếu, hai bảng khớp nhau.",
    ]

    private static let knownFormats: Set = ["ETSI.CAdES.detached", "adbe.pkcs7.detached", "ETSI.RFC3161"]
    /// Those of PDF 1.3 to 1.7 that ISO 32000-2 §12.8.3.3 deprecates.
    private static let oldFormats: Set = ["adbe.pkcs7.sha1", "adbe.x509.rsa_sha1"]

    mutating func judgeForm() {
        for problem in SignatureFacts.FormProblem.allCases where facts.formProblems.contains(problem) {
            if let (verdict, sentence) = Self.formSentences[problem] {
                fail("format", "FORMAT_FAILURE", verdict, sentence)
            } else if let sentence = Self.formNotes[problem] {
                note("format", sentence)
            }
        }
        if facts.cmsProblems.contains(.missingContent) {
            fail(
                "format", "FORMAT_FAILURE", .indeterminate,
                "Chữ ký không chứa giá trị băm của tệp như kiểu chữ ký của nó đòi hỏi.")
        }
        if let format = facts.subFilter, Self.oldFormats.contains(format) {
            note("format", "Kiểu chữ ký \(format) đã cũ, không còn dùng cho chữ ký mới.")
        } else if !Self.knownFormats.contains(facts.subFilter ?? "") {
            fail(
                "format", "FORMAT_FAILURE", .indeterminate,
                "Kiểu chữ ký \(facts.subFilter ?? "không rõ") chưa được hỗ trợ.")
        }
        if facts.formProblems.isDisjoint(with: SignatureFacts.fatal) { pass("format", "Chữ ký đúng khuôn dạng PDF.") }
    }

    mutating func judgeCoverage() {
        switch facts.coverage {
        case .wholeFile: pass("coverage", "Chữ ký bao trùm toàn bộ tệp.")
        case .wholeRevision: pass("coverage", "Chữ ký bao trùm trọn vẹn phiên bản được ký của tệp.")
        case .partial:
            fail("coverage", "FORMAT_FAILURE", .modifiedAfterSigning, "Có phần của tệp không được chữ ký bao trùm.")
        }
    }
}

extension SignatureFacts {
    /// Problems that leave nothing a level or a proof could rest on.
    static let fatal = Set(FormProblem.allCases).subtracting([.nonZeroPadding, .hybridReference])
}
