package import Foundation

/// What is looked at before a certificate signs (TT 15/2025/TT-BKHCN: validity and status are checked before signing),
/// and what came of it: kept with the signed document.
package struct SigningReadiness: Sendable, Hashable, Codable {
    package enum Problem: String, Sendable, Hashable, Codable, CaseIterable {
        case expired, notYetValid, wrongUsage, untrusted, revoked, onHold, statusUnknown, weakAlgorithm, otherHolder

        /// Signing is refused; the others are told and left to the office's own rules.
        package var isFatal: Bool { self != .statusUnknown }

        /// For the user: what is wrong and what to do.
        package var message: String {
            switch self {
            case .expired: "Chứng thư số đã hết hạn. Hãy đề nghị cấp lại chứng thư số."
            case .notYetValid: "Chứng thư số chưa đến ngày có hiệu lực. Hãy ký sau ngày đó hoặc dùng chứng thư khác."
            case .wrongUsage: "Chứng thư số không được cấp để ký văn bản. Hãy chọn chứng thư số ký."
            case .untrusted:
                "Chứng thư số không do tổ chức được cơ quan tin cậy cấp. Hãy chọn chứng thư khác hoặc báo quản trị viên."
            case .revoked: "Chứng thư số đã bị thu hồi. Hãy đề nghị cấp chứng thư số mới."
            case .onHold: "Chứng thư số đang bị tạm dừng. Hãy liên hệ nơi cấp chứng thư số."
            case .statusUnknown:
                "Chưa kiểm tra được chứng thư số có bị thu hồi hay không. Hãy thử lại khi liên lạc được với nơi cấp."
            case .weakAlgorithm: "Khóa hoặc thuật toán của chứng thư số đã cũ. Hãy đề nghị cấp chứng thư số mới."
            case .otherHolder: "Chứng thư số không phải của người ký. Hãy chọn chứng thư số của chính mình."
            }
        }
    }

    package var certificate: Certificate
    package var checkedAt: Date
    package var problems: [Problem]
    package var revocation: PathReport.Revocation
    /// One for each certificate below the anchor.
    package var statuses: [RevocationFacts]
    /// Certificates, lists and answers the result rests on.
    package var material: ValidationMaterial

    package var maySign: Bool { !problems.contains(where: \.isFatal) }
}

extension SigningReadiness {
    /// Judges `certificate` for signing at `date` by what is at hand.
    ///
    /// `isHolders` tells whether the certificate is the acting person's own; who that is, the office knows.
    package static func check(
        _ certificate: Certificate, beside chain: [Certificate] = [], trust: TrustStore, at date: Date,
        material: ValidationMaterial = ValidationMaterial(), isHolders: (Certificate) -> Bool = { _ in true }
    ) -> SigningReadiness {
        let path = trust.path(of: certificate, beside: chain, at: date, material: material)
        var problems = certificate.fitness(at: date).map(Problem.init)
        if !isHolders(certificate) { problems.append(.otherHolder) }
        let isBroken = path.status == .untrusted || (path.status != .trusted && problems.isEmpty)
        if isBroken { problems.append(.untrusted) }
        if !isBroken { problems += status(path) }
        let weak = path.status == .untrusted ? [certificate] : path.chain
        if !AlgorithmPolicy.standard.problems(along: weak).isEmpty { problems.append(.weakAlgorithm) }
        return SigningReadiness(
            certificate: certificate, checkedAt: date, problems: problems, revocation: path.revocation,
            statuses: path.revocations, material: path.usedMaterial)
    }

    private static func status(_ path: PathReport) -> [Problem] {
        switch path.revocation {
        case .good: []
        case .revoked: [.revoked]
        case .tryLater, .notChecked: path.revocations.contains(where: \.isOnHold) ? [.onHold] : [.statusUnknown]
        }
    }
}

extension SigningReadiness.Problem {
    fileprivate init(_ problem: FitnessProblem) {
        switch problem {
        case .expired: self = .expired
        case .notYetValid: self = .notYetValid
        case .wrongKeyUsage: self = .wrongUsage
        }
    }
}

extension RevocationFacts {
    /// Suspended at the time judged; it may come back.
    package var isOnHold: Bool {
        if case .revoked(_, .certificateHold) = status { !isFresh } else { false }
    }
}
