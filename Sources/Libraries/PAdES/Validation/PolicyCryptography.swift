import Foundation
import SignatureCore

/// The CMS and its value, its algorithms and its timestamps (ETSI EN 319 102-1 §5.2.2, §5.2.7, §5.2.8).
extension SignaturePolicy {
    /// RFC 6211 §3: algorithms other than those under the signature mean that somebody exchanged them.
    private static let fatalForm: Set<CMSFacts.FormProblem> = [
        .encapsulatedContent, .wrongContentType, .noSigner, .severalSigners, .missingMessageDigest,
        .wrongContentTypeAttribute, .repeatedAttribute, .attributesNotDER, .digestAlgorithmNotListed,
        .attributeWithSeveralValues, .algorithmProtectionMismatch,
    ]

    private static let severalSigners =
        "Một trường chữ ký chứa chữ ký của nhiều người, trong khi chuẩn PAdES chỉ cho phép một. Hãy đề nghị mỗi người ký ở một trường riêng."

    mutating func judge(_ cms: CMSReport) {
        judgeStructure(cms)
        judgeDigest(cms)
        judgeSigner(cms)
        if let path = cms.path { judge(path) }
        judgeAlgorithms(cms)
        judgeTimestamps(cms)
        if facts.isCAdES, cms.signingTimeClaimed != nil {
            note("baseline", "Chữ ký mang thời gian tự khai, không đúng mức cơ sở PAdES.")
        }
    }

    private mutating func judgeStructure(_ cms: CMSReport) {
        var fatal = Self.fatalForm
        if facts.isCAdES { fatal.insert(.missingSignedAttributes) }
        if cms.formProblems.contains(.severalSigners) {
            // ETSI EN 319 142-1 §5.3, ISO 32000-2 §12.8.3.3.1: exactly one SignerInfo. The first of several is never taken
            // for the signature, since another program may show another one's name.
            fail("cms", "FORMAT_FAILURE", .invalid, Self.severalSigners)
            if cms.formProblems == [.severalSigners] { return }
        }
        let found = cms.formProblems.intersection(fatal).subtracting([.severalSigners]).map(\.rawValue).sorted()
        if found.isEmpty {
            pass("cms", "Cấu trúc chữ ký đúng quy cách.")
        } else {
            fail("cms", "FORMAT_FAILURE", .invalid, "Cấu trúc chữ ký sai quy cách (\(found.joined(separator: ", "))).")
        }
    }

    private mutating func judgeDigest(_ cms: CMSReport) {
        if cms.digestAlgorithm == nil {
            fail("digest", "CRYPTO_CONSTRAINTS_FAILURE", .indeterminate, "Thuật toán băm chưa được hỗ trợ.")
        } else if cms.messageDigestMatches {
            pass("digest", "Nội dung được ký còn nguyên vẹn.")
        } else {
            fail("digest", "HASH_FAILURE", .invalid, "Nội dung được ký đã bị thay đổi.")
        }
    }

    private mutating func judgeSigner(_ cms: CMSReport) {
        guard cms.signer != nil else {
            return fail(
                "signingCertificate", "NO_SIGNING_CERTIFICATE_FOUND", .indeterminate,
                "Không tìm thấy chứng thư số của người ký.")
        }
        switch cms.signature {
        case .valid: pass("signatureValue", "Giá trị chữ ký khớp với chứng thư số.")
        case .invalid: fail("signatureValue", "SIG_CRYPTO_FAILURE", .invalid, "Giá trị chữ ký không đúng.")
        case .unsupported:
            fail(
                "signatureValue", "CRYPTO_CONSTRAINTS_FAILURE", .indeterminate,
                cms.signatureObstacle ?? "Thuật toán ký \(cms.signatureAlgorithm.name) chưa được hỗ trợ.")
        }
        judgeReference(cms)
    }

    private mutating func judgeReference(_ cms: CMSReport) {
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

    // MARK: algorithms

    /// A proven time excuses algorithms that still held then. Where trust is not judged nothing is proven: the time of
    /// an intact timestamp has to do.
    private mutating func judgeAlgorithms(_ cms: CMSReport) {
        let intact = judgesTrust ? nil : cms.timestamps.filter(\.isIntact).map(\.time).min()
        judge(cms.algorithmProblems, at: cms.provenTime ?? intact)
        if cms.signatureAlgorithm.hasOldMask {
            note("algorithm", "Chữ ký RSA-PSS còn dùng SHA-1 cho hàm sinh mặt nạ: kiểu cũ, nhưng không làm yếu chữ ký.")
        }
    }

    private mutating func judge(_ problems: [AlgorithmProblem], at proof: Date?) {
        for problem in problems {
            if problem.isTolerated(at: proof) {
                note("algorithm", "Thuật toán cũ, còn được chấp nhận khi ký. \(problem.weakness.message)")
            } else {
                fail("algorithm", "CRYPTO_CONSTRAINTS_FAILURE_NO_POE", .indeterminate, problem.weakness.message)
            }
        }
        if problems.isEmpty { pass("algorithm", "Thuật toán và độ dài khóa đạt yêu cầu.") }
    }

    // MARK: timestamps

    private mutating func judgeTimestamps(_ cms: CMSReport) {
        if cms.timestampUnreadable {
            note("timestamp", "Có dấu thời gian bị hỏng, không đọc được.", "SIG_CONSTRAINTS_FAILURE")
        }
        if cms.timestamps.isEmpty, !cms.timestampUnreadable { note("timestamp", "Chữ ký không có dấu thời gian.") }
        for token in cms.timestamps { judge(signatureTimestamp: token) }
        for token in cms.contentTimestamps where !token.isIntact {
            note("contentTimestamp", "Dấu thời gian trên nội dung không hợp lệ nên không được tính.")
        }
        if cms.hasTimestampOrderFailure {
            fail(
                "timestampOrder", "TIMESTAMP_ORDER_FAILURE", .indeterminate, "Thứ tự các dấu thời gian mâu thuẫn nhau.")
        }
        judgeClaimedTime(cms)
    }

    private mutating func judge(signatureTimestamp token: TimestampReport) {
        if token.isTrusted {
            pass("timestamp", "Dấu thời gian: \(officeTime(token.time)).")
        } else if token.isIntact {
            let reason = token.problems.first?.message ?? token.path?.problems.first?.sentence ?? ""
            note(
                "timestamp", "Dấu thời gian không thuộc tổ chức được tin cậy nên không được tính. \(reason)",
                token.path?.subIndication ?? "NO_CERTIFICATE_CHAIN_FOUND")
        } else {
            note("timestamp", "Dấu thời gian không hợp lệ nên không được tính.", "SIG_CONSTRAINTS_FAILURE")
        }
    }

    /// The signer's own clock may be slow or fast, but not by days.
    private mutating func judgeClaimedTime(_ cms: CMSReport) {
        guard let claimed = facts.claimedTime ?? cms.signingTimeClaimed, let proven = cms.provenTime,
            claimed.timeIntervalSince(proven) > 86_400
        else { return }
        note("signingTime", "Giờ người ký tự khai muộn hơn dấu thời gian.", "TIMESTAMP_ORDER_FAILURE")
    }

    mutating func judge(documentTimestamp token: TimestampReport) {
        if token.imprintMatches {
            pass("digest", "Nội dung được đóng dấu thời gian còn nguyên vẹn.")
        } else {
            fail("digest", "HASH_FAILURE", .invalid, "Nội dung được đóng dấu thời gian đã bị thay đổi.")
        }
        if token.isIntact {
            pass("signatureValue", "Giá trị dấu thời gian đúng.")
        } else if token.imprintMatches {
            fail("signatureValue", "SIG_CRYPTO_FAILURE", .invalid, "Dấu thời gian không hợp lệ.")
        }
        for problem in token.problems.sorted(by: { $0.rawValue < $1.rawValue }) {
            fail("timestamp", "SIG_CONSTRAINTS_FAILURE", .indeterminate, problem.message)
        }
        if let path = token.path { judge(path) }
        judge(token.algorithmProblems, at: token.time)
    }
}
