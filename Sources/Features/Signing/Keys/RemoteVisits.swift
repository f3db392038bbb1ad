// A person's way to the page of a remote signing service and back: to connect his account, or to agree to a signature.
internal import Foundation
internal import Digests
internal import Platform
internal import Records
internal import SignatureCore

/// Why somebody was sent to a service's page.
struct RemoteVisit: Sendable, Hashable {
    enum Purpose: Codable, Sendable, Hashable {
        /// - Parameter isSeal: to link keys of the organisation, by whoever operates them.
        case connect(isSeal: Bool)
        case sign(task: Int64)
        case signBatch(Int64)
    }
    let person: PersonID
    let service: String
    let purpose: Purpose
}

/// What the person brings back from there (RFC 6749 §4.1.2).
package struct VisitAnswer: Sendable {
    package var state: String
    package var code: String
    package var error: String

    package init(state: String, code: String, error: String) {
        self.state = state
        self.code = code
        self.error = error
    }
}

/// Where he goes on from here.
package enum VisitResult: Sendable, Hashable {
    case connected(account: Int64, isSeal: Bool)
    case signing(task: Int64)
    case signingBatch(Int64)
}

struct RemoteVisits: Sendable {
    let ground: Groundwork
    let remote: RemoteServices

    /// To sign in there, to look for the telephone.
    static let seconds: Double = 600

    /// What the service is asked to bring the person back with. Its verifier is made from the state and the office's key:
    /// who reads the database cannot use a code that he comes by.
    func begin(_ purpose: RemoteVisit.Purpose, service: String, person: PersonID) async throws -> CSCVisit {
        guard let home = try ground.settings.url("url") else { throw SigningFailure.noAddress }
        let (state, now) = (randomBytes(24).hex, ground.clock.now())
        let visit = RemoteVisit(person: person, service: service, purpose: purpose)
        try await ground.database.write {
            try RemoteAccountStore(tx: $0).add(
                visit, stateHash: sha256Hex(Data(state.utf8)), expiresAt: now.addingTimeInterval(Self.seconds))
        }
        return CSCVisit(redirect: Self.redirect(home), state: state, verifier: try verifier(state))
    }

    /// The page on which the person lets the office use his account.
    func connectionPage(_ service: String, isSeal: Bool, person: PersonID) async throws -> URL {
        guard remote.names.contains(service), RemoteAccounts.areUsed(service, ground.settings) else {
            throw CommonRefusal.notFound
        }
        let visit = try await begin(.connect(isSeal: isSeal), service: service, person: person)
        do { return try await remote.connectionPage(service, visit) } catch let error as KeyHolderError {
            throw error.asFailure
        }
    }

    /// The visit that this answer belongs to: this person's, once, in its time.
    func take(_ answer: VisitAnswer, of actor: Actor) async throws -> RemoteVisit {
        let now = ground.clock.now()
        let hash = sha256Hex(Data(answer.state.prefix(200).utf8))
        let visit = try await ground.database.write {
            try RemoteAccountStore(tx: $0).takeVisit(stateHash: hash, of: actor.person, at: now)
        }
        guard let visit else {
            throw CommonRefusal.conflict(
                "Phiên làm việc với dịch vụ ký số đã hết hạn hoặc đã dùng. Chưa có gì thay đổi; hãy bấm lại từ đầu.")
        }
        return visit
    }

    /// The code that came back, for exchanging it.
    func code(_ answer: VisitAnswer) throws -> CSCService.Grant {
        guard answer.error.isEmpty, !answer.code.isEmpty, let home = try ground.settings.url("url") else {
            throw answer.error == "access_denied" ? SigningFailure.refusedThere : .notLetIn(answer.error)
        }
        return .code(
            String(answer.code.prefix(4000)), redirect: Self.redirect(home), verifier: try verifier(answer.state))
    }

    /// Must be the same on the way there and with the code that came back (RFC 6749 §4.1.3).
    private static func redirect(_ home: URL) -> String {
        home.appending(path: RemoteAccounts.redirectPath).absoluteString
    }

    private func verifier(_ state: String) throws -> String {
        hmacSHA256(key: try KeyFile(ground.settings).key(), message: Data("remote.visit:\(state)".utf8)).hex
    }
}

extension SigningFailure {
    static let noAddress = SigningFailure(
        .other,
        "Hệ thống chưa biết địa chỉ của chính mình nên dịch vụ ký số không thể đưa bạn quay lại. Hãy báo quản trị đặt cài đặt “url”."
    )
    static let refusedThere = SigningFailure(
        .refusedOnPhone, "Bạn đã không đồng ý ở trang của dịch vụ ký số. Chưa có gì được ký; bấm lại khi cần.")

    static func notLetIn(_ error: String) -> SigningFailure {
        let said = error.isEmpty ? "" : " (\(error.prefix(60)))"
        return SigningFailure(
            .notAuthorised,
            "Dịch vụ ký số không hoàn tất yêu cầu\(said). Chưa có gì được ký; hãy thử lại, nếu vẫn lỗi hãy báo quản trị."
        )
    }
}
