import Foundation
import SignatureCore

/// The path to a trusted authority and what is known of revocation (ETSI EN 319 102-1 §5.2.6, §5.6).
extension SignaturePolicy {
    private static let revocationKinds: Set<PathProblem.Kind> = [
        .revoked, .revokedWithoutProof, .authorityRevokedWithoutProof, .statusUnknown, .statusWithoutProof,
        .certificateWithoutProof,
    ]

    mutating func judge(_ path: PathReport) {
        guard judgesTrust else {
            return note("path", "Không xét độ tin cậy của người ký, chỉ xét tính toàn vẹn.")
        }
        if let problem = path.problems.first(where: { !Self.revocationKinds.contains($0.kind) }) {
            fail(
                "path", problem.subIndication, problem.kind == .expiredBeforeSigning ? .invalid : .indeterminate,
                problem.sentence)
        } else {
            pass("path", "Chứng thư số do tổ chức được tin cậy cấp và còn hiệu lực khi ký.")
        }
        judgeRevocation(path)
    }

    /// Certificates nothing was at hand for are told, not held against the signature: offline, or of an authority that
    /// publishes no status, nothing more can be known.
    private mutating func judgeRevocation(_ path: PathReport) {
        let silent = Set(path.revocations.filter(\.hasNothing).map(\.certificate))
        var isSettled = silent.isEmpty && !path.revocations.isEmpty
        for problem in path.problems where Self.revocationKinds.contains(problem.kind) {
            guard !silent.contains(problem.certificate) || problem.kind != .statusUnknown else { continue }
            isSettled = false
            fail("revocation", problem.subIndication, verdict(on: problem, path), problem.sentence)
        }
        for certificate in path.revocations.map(\.certificate) where silent.contains(certificate) {
            note("revocation", Self.sentence(onSilence: certificate), certificate.publishesStatus ? "TRY_LATER" : nil)
        }
        if isSettled { pass("revocation", "Không chứng thư số nào bị thu hồi.") }
    }

    private static func sentence(onSilence certificate: Certificate) -> String {
        certificate.publishesStatus
            ? "Tình trạng thu hồi của chứng thư “\(certificate.commonName)” chưa được kiểm tra."
            : "Chứng thư “\(certificate.commonName)” không cho biết nơi hỏi tình trạng thu hồi."
    }

    /// Revoked before it was signed is certain by proof, or by the signer's own word.
    private func verdict(on problem: PathProblem, _ path: PathReport) -> Verdict {
        switch problem.kind {
        case .revoked: return .invalid
        case .revokedWithoutProof:
            let facts = path.revocations.first { $0.certificate == problem.certificate }
            guard case .revoked(let time, _) = facts?.status,
                let claimed = self.facts.claimedTime ?? self.facts.cms?.signingTimeClaimed
            else { return .indeterminate }
            return claimed >= time ? .invalid : .indeterminate
        default: return .indeterminate
        }
    }
}

extension Certificate {
    /// It names a place where its status may be asked for.
    var publishesStatus: Bool { !(crlURLs + ocspURLs).isEmpty }
}
