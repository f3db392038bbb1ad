import CPKCS11
package import Foundation
import Synchronization

/// Names a token: its label, and its serial number where the same label stands on several.
package struct TokenName: Hashable, Sendable, Codable {
    package let label: String
    /// Empty: any token of that label.
    package let serial: String

    package init(label: String, serial: String = "") {
        self.label = label
        self.serial = serial
    }
}

/// A certificate on a token, with the identifier it shares with its private key.
package struct TokenCertificate: Sendable, Hashable {
    package let id: Data
    package let label: String
    package let certificate: Certificate
}

/// What a token says of itself before anybody has logged in.
package struct TokenFacts: Sendable, Hashable {
    package let name: TokenName
    package let manufacturer: String
    package let model: String
    package let isPINLocked: Bool
    package let isFinalTry: Bool
    package let isPINCountLow: Bool
    /// Certificates that may be read without the PIN.
    package let certificates: [TokenCertificate]

    init(_ info: CK_TOKEN_INFO, certificates: [TokenCertificate]) {
        name = TokenName(info)
        manufacturer = padded(info.manufacturerID)
        model = padded(info.model)
        isPINLocked = info.flags & CKF_USER_PIN_LOCKED != 0
        isFinalTry = info.flags & CKF_USER_PIN_FINAL_TRY != 0
        isPINCountLow = info.flags & CKF_USER_PIN_COUNT_LOW != 0
        self.certificates = certificates
    }
}

extension TokenName {
    init(_ info: CK_TOKEN_INFO) { self.init(label: padded(info.label), serial: padded(info.serialNumber)) }

    func names(_ info: CK_TOKEN_INFO) -> Bool {
        let found = TokenName(info)
        return label == found.label && (serial.isEmpty || serial == found.serial)
    }
}

/// Text of a fixed-width field: UTF-8, padded with blanks (PKCS#11 v2.40 §3.1).
private func padded<Tuple>(_ field: Tuple) -> String {
    let text = withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    return String(text.reversed().drop { $0 == " " }.reversed())
}

/// A PKCS#11 module loaded into this process: the driver of a token or the client of a security module.
///
/// A class because a module is initialised once a process, and each of its tokens has one queue.
package final class PKCS11Module: Sendable {
    package let path: String
    private let gate: PKCS11Gate
    private let tokens = Mutex<[TokenName: PKCS11Token]>([:])
    private let listing = DispatchQueue(label: "pkcs11.slots")

    private static let loaded = Mutex<[String: PKCS11Module]>([:])

    /// The module at `path`, loaded when it is not yet.
    package static func at(_ path: String) throws(KeyHolderError) -> PKCS11Module {
        try loaded.withLock { (known) throws(KeyHolderError) in
            if let module = known[path] { return module }
            let module = try PKCS11Module(path)
            known[path] = module
            return module
        }
    }

    private init(_ path: String) throws(KeyHolderError) {
        guard let library = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
            throw .unusableModule(dlerror().map { String(cString: $0) } ?? path)
        }
        guard let symbol = dlsym(library, "C_GetFunctionList") else { throw .unusableModule("\(path): not PKCS#11") }
        typealias GetFunctionList =
            @convention(c) (
                UnsafeMutablePointer<UnsafeMutablePointer<CK_FUNCTION_LIST>?>?
            ) -> CK_RV
        var list: UnsafeMutablePointer<CK_FUNCTION_LIST>?
        guard unsafeBitCast(symbol, to: GetFunctionList.self)(&list) == CKR_OK, let list else {
            throw .unusableModule("\(path): no function list")
        }
        self.path = path
        gate = try PKCS11Gate(PKCS11Calls(list))
    }

    /// Every token that is there now.
    package func present() async throws -> [TokenFacts] {
        let gate = gate
        return try await listing.answering { try gate.pass { calls, _ in try calls.present() } }
    }

    func token(_ name: TokenName) -> PKCS11Token {
        tokens.withLock { known in
            if let token = known[name] { return token }
            let token = PKCS11Token(name, gate)
            known[name] = token
            return token
        }
    }
}

extension PKCS11Calls {
    func present() throws(KeyHolderError) -> [TokenFacts] {
        try slots().compactMap { slot in
            // One token that does not answer hides none of the others.
            guard let info = try? tokenInfo(slot), info.flags & CKF_TOKEN_INITIALIZED != 0,
                let session = try? openSession(slot)
            else { return nil }
            defer { closeSession(session) }
            return TokenFacts(info, certificates: (try? certificates(session)) ?? [])
        }
    }

    /// X.509 certificates; what is none is passed over.
    func certificates(_ session: CK_SESSION_HANDLE) throws(KeyHolderError) -> [TokenCertificate] {
        var found: [TokenCertificate] = []
        for object in try objects(session, CKO_CERTIFICATE) {
            guard let der = try attribute(session, object, CKA_VALUE), let certificate = try? Certificate(der: der)
            else { continue }
            let label = try attribute(session, object, CKA_LABEL).map { String(decoding: $0, as: UTF8.self) }
            found.append(
                TokenCertificate(
                    id: try attribute(session, object, CKA_ID) ?? Data(), label: label ?? "", certificate: certificate))
        }
        return found
    }
}

extension DispatchQueue {
    /// Runs blocking work here and gives its answer to whoever awaits it: no thread of the others waits meanwhile.
    func answering<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            self.async { continuation.resume(with: Result { try work() }) }
        }
    }
}
