import CPKCS11
import Foundation
import Synchronization

/// Who logs in to a token: several keys, of several people, may lie on one.
struct TokenLogin: Sendable {
    let identity: String
    let pin: String
}

/// One token with one session and one queue: a token does one thing at a time, and a login holds for the whole program
/// (PKCS#11 v2.40 §2.4), so that whose PIN it was must be remembered here.
final class PKCS11Token: Sendable {
    private struct Conversation {
        var session: CK_SESSION_HANDLE?
        var loggedIn: String?
    }

    let name: TokenName
    private let calls: PKCS11Calls
    private let queue: DispatchQueue
    private let conversation = Mutex(Conversation())

    init(_ name: TokenName, _ calls: PKCS11Calls) {
        self.name = name
        self.calls = calls
        queue = DispatchQueue(label: "pkcs11.token.\(name.label)")
    }

    /// Runs `work` in a session in which `login` alone is logged in; a session that was lost is opened once more.
    func run<Value: Sendable>(
        as login: TokenLogin, _ work: @escaping @Sendable (PKCS11Calls, CK_SESSION_HANDLE) throws -> Value
    ) async throws -> Value {
        try await queue.answering {
            try self.conversation.withLock { conversation in
                do { return try work(self.calls, try self.session(for: login, &conversation)) } catch let error
                    as KeyHolderError where error.isLostSession
                {
                    self.forget(&conversation)
                    return try work(self.calls, try self.session(for: login, &conversation))
                }
            }
        }
    }

    /// Logs `identity` out when it is the one that is logged in.
    func release(_ identity: String) {
        queue.async {
            self.conversation.withLock { conversation in
                guard conversation.loggedIn == identity, let session = conversation.session else { return }
                self.calls.logout(session)
                conversation.loggedIn = nil
            }
        }
    }

    private func session(
        for login: TokenLogin, _ conversation: inout Conversation
    ) throws(KeyHolderError) -> CK_SESSION_HANDLE {
        let session = try open(&conversation)
        guard conversation.loggedIn != login.identity else { return session }
        // Somebody else's login would let this one in without his PIN.
        calls.logout(session)
        conversation.loggedIn = nil
        try logIn(login.pin, session)
        conversation.loggedIn = login.identity
        return session
    }

    private func open(_ conversation: inout Conversation) throws(KeyHolderError) -> CK_SESSION_HANDLE {
        if let session = conversation.session { return session }
        let session = try calls.openSession(try slot())
        conversation.session = session
        return session
    }

    private func forget(_ conversation: inout Conversation) {
        if let session = conversation.session { calls.closeSession(session) }
        conversation = Conversation()
    }

    /// The slot is looked for anew each time: a token that was pulled out may come back in another.
    private func slot() throws(KeyHolderError) -> CK_SLOT_ID {
        for slot in try calls.slots() {
            if let info = try? calls.tokenInfo(slot), name.names(info) { return slot }
        }
        throw .noSuchToken(name.label)
    }

    /// A token that is locked is not tried; after a wrong PIN its flags tell how near it is to that.
    private func logIn(_ pin: String, _ session: CK_SESSION_HANDLE) throws(KeyHolderError) {
        if let info = try? calls.tokenInfo(try slot()), info.flags & CKF_USER_PIN_LOCKED != 0 { throw .pinLocked }
        do { try calls.login(session, pin: pin) } catch .wrongPIN {
            let flags = try calls.tokenInfo(try slot()).flags
            throw KeyHolderError(PKCS11Failure(CKR_PIN_INCORRECT, flags: flags))
        }
    }
}
