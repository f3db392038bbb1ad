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
        var age = 0
    }

    let name: TokenName
    private let gate: PKCS11Gate
    private let queue: DispatchQueue
    private let conversation = Mutex(Conversation())

    init(_ name: TokenName, _ gate: PKCS11Gate) {
        self.name = name
        self.gate = gate
        queue = DispatchQueue(label: "pkcs11.token.\(name.label)")
    }

    typealias Work<Value> = @Sendable (PKCS11Calls, CK_SESSION_HANDLE) throws -> Value

    /// Runs `work` in a session in which `login` alone is logged in. A session that was lost is opened once more; where the
    /// module itself has lost the device, it begins anew once.
    func run<Value: Sendable>(as login: TokenLogin, _ work: @escaping Work<Value>) async throws -> Value {
        try await queue.answering {
            try self.conversation.withLock { conversation in
                do { return try self.twice(login, &conversation, work) } catch let error as KeyHolderError
                    where error.isLostModule
                {
                    try self.gate.restart(seen: conversation.age)
                    do { return try self.once(login, &conversation, work) } catch let error as KeyHolderError
                        where error.isLostModule
                    { throw error.ofLostModule }
                }
            }
        }
    }

    private func twice<Value>(
        _ login: TokenLogin, _ conversation: inout Conversation, _ work: Work<Value>
    ) throws -> Value {
        do { return try once(login, &conversation, work) } catch let error as KeyHolderError where error.isLostSession {
            try gate.pass { calls, _ in forget(&conversation, calls) }
            return try once(login, &conversation, work)
        }
    }

    private func once<Value>(
        _ login: TokenLogin, _ conversation: inout Conversation, _ work: Work<Value>
    ) throws -> Value {
        try gate.pass { calls, age in
            if conversation.age != age { conversation = Conversation(age: age) }
            return try work(calls, try session(for: login, &conversation, calls))
        }
    }

    /// Logs `identity` out when it is the one that is logged in.
    func release(_ identity: String) {
        queue.async {
            self.conversation.withLock { conversation in
                guard conversation.loggedIn == identity, let session = conversation.session else { return }
                try? self.gate.pass { calls, age in if age == conversation.age { calls.logout(session) } }
                conversation.loggedIn = nil
            }
        }
    }

    private func session(
        for login: TokenLogin, _ conversation: inout Conversation, _ calls: PKCS11Calls
    ) throws(KeyHolderError) -> CK_SESSION_HANDLE {
        let session = try open(&conversation, calls)
        guard conversation.loggedIn != login.identity else { return session }
        // Somebody else's login would let this one in without his PIN.
        calls.logout(session)
        conversation.loggedIn = nil
        try logIn(login.pin, session, calls)
        conversation.loggedIn = login.identity
        return session
    }

    private func open(
        _ conversation: inout Conversation, _ calls: PKCS11Calls
    ) throws(KeyHolderError) -> CK_SESSION_HANDLE {
        if let session = conversation.session { return session }
        let session = try calls.openSession(try slot(calls))
        conversation.session = session
        return session
    }

    private func forget(_ conversation: inout Conversation, _ calls: PKCS11Calls) {
        if let session = conversation.session { calls.closeSession(session) }
        conversation = Conversation(age: conversation.age)
    }

    /// The slot is looked for anew each time: a token that was pulled out may come back in another.
    private func slot(_ calls: PKCS11Calls) throws(KeyHolderError) -> CK_SLOT_ID {
        for slot in try calls.slots() {
            if let info = try? calls.tokenInfo(slot), name.names(info) { return slot }
        }
        throw .noSuchToken(name.label)
    }

    /// A token that is locked is not tried; after a wrong PIN its flags tell how near it is to that.
    private func logIn(
        _ pin: String, _ session: CK_SESSION_HANDLE, _ calls: PKCS11Calls
    ) throws(KeyHolderError) {
        if let info = try? calls.tokenInfo(try slot(calls)), info.flags & CKF_USER_PIN_LOCKED != 0 { throw .pinLocked }
        do { try calls.login(session, pin: pin) } catch .wrongPIN {
            let flags = try calls.tokenInfo(try slot(calls)).flags
            throw KeyHolderError(PKCS11Failure(CKR_PIN_INCORRECT, flags: flags))
        }
    }
}
