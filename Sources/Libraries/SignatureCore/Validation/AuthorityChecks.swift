import Digests
import Foundation
import Synchronization

/// What all questions about one file share.
struct CommonGround: Sendable {
    let material: ValidationMaterial
    let archive: RevocationArchive
    let checks: AuthorityChecks

    init(_ material: ValidationMaterial = ValidationMaterial(), checks: AuthorityChecks = AuthorityChecks()) {
        self.material = material
        self.checks = checks
        archive = RevocationArchive(material)
    }
}

/// Signatures of authorities on certificates, lists and answers, each checked once, and how many more may be.
///
/// A file chooses how many it brings and how long their keys are. A class, because everything that judges one file
/// counts together.
final class AuthorityChecks: Sendable {
    /// A check under RSA of 1024 bits is one; all together take about a second. A hundred signatures with everything
    /// that vouches for them need half of it.
    static let maximumWork = 120_000

    fileprivate struct Question: Hashable {
        var object: Data
        var key: Data
    }

    private struct State {
        var answers: [Question: Bool] = [:]
        var work = 0
    }

    private let state = Mutex(State())
    private let maximumWork: Int

    init(maximumWork: Int = AuthorityChecks.maximumWork) { self.maximumWork = maximumWork }

    var work: Int { state.withLock { $0.work } }
    /// Something was left unchecked, so that nothing found since says all there is to say.
    var isExhausted: Bool { work > maximumWork }

    func isSigned(_ certificate: Certificate, by authority: Certificate) -> Bool {
        isSigned(certificate.der, by: authority) { question in
            KnownLinks.shared.holds(question) { certificate.isSigned(by: authority) }
        }
    }

    func isSigned(_ list: CertificateRevocationList, by authority: Certificate) -> Bool {
        isSigned(list.der, by: authority) { _ in list.isSigned(by: authority) }
    }

    func isSigned(_ answer: OCSPResponse, by authority: Certificate) -> Bool {
        isSigned(answer.der, by: authority) { _ in answer.isSigned(by: authority) }
    }

    /// Counts certificates, lists or answers about to be looked through; false when that is no longer to be had.
    func mayLook(through count: Int) -> Bool { spend(count / 16) }

    private func spend(_ cost: Int) -> Bool {
        state.withLock { state in
            state.work += cost
            return state.work <= maximumWork
        }
    }

    /// What cannot be paid for counts as unsigned.
    private func isSigned(_ object: Data, by authority: Certificate, check: (Question) -> Bool) -> Bool {
        let digest = DigestAlgorithm.sha256
        let question = Question(object: digest.digest(object), key: digest.digest(authority.publicKeyInfo))
        if let known = state.withLock({ $0.answers[question] }) { return known }
        guard spend(authority.publicKey.checkWork + object.count / 8192) else { return false }
        let answer = check(question)
        state.withLock { $0.answers[question] = answer }
        return answer
    }
}

/// Certificates found signed lately, whichever file brought them: the same few authorities stand above all signers. What
/// a file may cost is counted all the same, so that no verdict depends on those before it.
private final class KnownLinks: Sendable {
    static let shared = KnownLinks()
    private static let maximumCount = 512
    private let links = Mutex<Set<AuthorityChecks.Question>>([])

    func holds(_ link: AuthorityChecks.Question, check: () -> Bool) -> Bool {
        if links.withLock({ $0.contains(link) }) { return true }
        guard check() else { return false }
        links.withLock { links in
            if links.count >= Self.maximumCount { links.removeAll(keepingCapacity: true) }
            links.insert(link)
        }
        return true
    }
}

extension PublicKeyAlgorithm {
    /// About how long a check takes, in checks under RSA of 1024 bits.
    fileprivate var checkWork: Int {
        switch self {
        case .rsa(let bits): max(1, bits / 1024 * (bits / 1024))
        case .ecdsa(.p256), .ed25519: 16
        case .ecdsa, .ed448: 64
        case .other: 1
        }
    }
}
