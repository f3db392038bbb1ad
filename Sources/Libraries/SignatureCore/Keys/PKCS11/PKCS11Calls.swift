import CPKCS11
import Foundation

/// The calls of a loaded module (PKCS#11 v2.40 §5) with Swift's values; each is made on the queue of its token.
struct PKCS11Calls: Sendable {
    /// Address of the function list: a number, because a pointer is not for passing between threads.
    private let address: UInt
    private static let mostObjects: CK_ULONG = 256
    private static let mostAttributeBytes: CK_ULONG = 1 << 20

    init(_ list: UnsafeMutablePointer<CK_FUNCTION_LIST>) { address = UInt(bitPattern: list) }

    private func function<Function>(_ path: KeyPath<CK_FUNCTION_LIST, Function?>) throws(KeyHolderError) -> Function {
        guard let list = UnsafeMutablePointer<CK_FUNCTION_LIST>(bitPattern: address),
            let function = list.pointee[keyPath: path]
        else { throw .unusableModule("function missing") }
        return function
    }

    private func check(_ value: CK_RV) throws(KeyHolderError) {
        guard value == CKR_OK else { throw KeyHolderError(PKCS11Failure(value)) }
    }

    /// May be called by several threads from here on (§5.4).
    func initialize() throws(KeyHolderError) {
        var arguments = CK_C_INITIALIZE_ARGS()
        arguments.flags = CKF_OS_LOCKING_OK
        let value = try function(\.C_Initialize)(&arguments)
        if value != CKR_CRYPTOKI_ALREADY_INITIALIZED { try check(value) }
    }

    /// Ends every session; afterwards the module may be initialised anew (§5.4).
    func finalize() {
        guard let finalize = try? function(\.C_Finalize) else { return }
        _ = finalize(nil)
    }

    /// Slots with a token in them. The first call, without a list, has the module look again (§5.5).
    func slots() throws(KeyHolderError) -> [CK_SLOT_ID] {
        let list = try function(\.C_GetSlotList)
        var count: CK_ULONG = 0
        try check(list(CK_BBOOL(CK_TRUE), nil, &count))
        guard count > 0 else { return [] }
        var slots = [CK_SLOT_ID](repeating: 0, count: Int(min(count, Self.mostObjects)))
        count = CK_ULONG(slots.count)
        try check(list(CK_BBOOL(CK_TRUE), &slots, &count))
        return Array(slots.prefix(Int(count)))
    }

    func tokenInfo(_ slot: CK_SLOT_ID) throws(KeyHolderError) -> CK_TOKEN_INFO {
        var info = CK_TOKEN_INFO()
        try check(try function(\.C_GetTokenInfo)(slot, &info))
        return info
    }

    func openSession(_ slot: CK_SLOT_ID) throws(KeyHolderError) -> CK_SESSION_HANDLE {
        var session: CK_SESSION_HANDLE = 0
        try check(try function(\.C_OpenSession)(slot, CKF_SERIAL_SESSION, nil, nil, &session))
        return session
    }

    /// What is closed twice is closed.
    func closeSession(_ session: CK_SESSION_HANDLE) {
        guard let close = try? function(\.C_CloseSession) else { return }
        _ = close(session)
    }

    func login(_ session: CK_SESSION_HANDLE, pin: String, as user: CK_USER_TYPE = CKU_USER) throws(KeyHolderError) {
        var pin = Array(pin.utf8)
        let value = try function(\.C_Login)(session, user, &pin, CK_ULONG(pin.count))
        for index in pin.indices { pin[index] = 0 }
        try check(value)
    }

    func logout(_ session: CK_SESSION_HANDLE) {
        guard let logout = try? function(\.C_Logout) else { return }
        _ = logout(session)
    }

    /// Objects of a class, with an identifier when one is given.
    func objects(
        _ session: CK_SESSION_HANDLE, _ kind: CK_OBJECT_CLASS, id: Data? = nil
    ) throws(KeyHolderError) -> [CK_OBJECT_HANDLE] {
        var kind = kind
        var identifier = [UInt8](id ?? Data())
        let begin = try function(\.C_FindObjectsInit)
        let value = withUnsafeMutableBytes(of: &kind) { kindBytes in
            identifier.withUnsafeMutableBytes { idBytes in
                var template = [
                    CK_ATTRIBUTE(
                        type: CKA_CLASS, pValue: kindBytes.baseAddress, ulValueLen: CK_ULONG(kindBytes.count))
                ]
                if id != nil {
                    template.append(
                        CK_ATTRIBUTE(type: CKA_ID, pValue: idBytes.baseAddress, ulValueLen: CK_ULONG(idBytes.count)))
                }
                return begin(session, &template, CK_ULONG(template.count))
            }
        }
        try check(value)
        defer { if let end = try? function(\.C_FindObjectsFinal) { _ = end(session) } }
        var found = [CK_OBJECT_HANDLE](repeating: 0, count: Int(Self.mostObjects))
        var count: CK_ULONG = 0
        try check(try function(\.C_FindObjects)(session, &found, Self.mostObjects, &count))
        return Array(found.prefix(Int(count)))
    }

    /// nil where the object has no such attribute or does not give it away.
    func attribute(
        _ session: CK_SESSION_HANDLE, _ object: CK_OBJECT_HANDLE, _ type: CK_ATTRIBUTE_TYPE
    ) throws(KeyHolderError) -> Data? {
        let get = try function(\.C_GetAttributeValue)
        var wanted = CK_ATTRIBUTE(type: type, pValue: nil, ulValueLen: 0)
        guard get(session, object, &wanted, 1) == CKR_OK, wanted.ulValueLen <= Self.mostAttributeBytes else {
            return nil
        }
        var bytes = [UInt8](repeating: 0, count: Int(wanted.ulValueLen))
        let value = bytes.withUnsafeMutableBytes { buffer in
            wanted.pValue = buffer.baseAddress
            return get(session, object, &wanted, 1)
        }
        try check(value)
        return Data(bytes.prefix(Int(min(wanted.ulValueLen, CK_ULONG(bytes.count)))))
    }

    /// The raw value of one signature (§5.11).
    /// - Parameter pin: for keys that want it at every signature (CKA_ALWAYS_AUTHENTICATE).
    func sign(
        _ session: CK_SESSION_HANDLE, key: CK_OBJECT_HANDLE, _ operation: PKCS11Operation, pin: String?
    ) throws(KeyHolderError) -> Data {
        try begin(session, key, operation)
        if let pin { try login(session, pin: pin, as: CKU_CONTEXT_SPECIFIC) }
        let sign = try function(\.C_Sign)
        var input = [UInt8](operation.input)
        var output = [UInt8](repeating: 0, count: 2048)
        var count = CK_ULONG(output.count)
        try check(sign(session, &input, CK_ULONG(input.count), &output, &count))
        return Data(output.prefix(Int(count)))
    }

    private func begin(
        _ session: CK_SESSION_HANDLE, _ key: CK_OBJECT_HANDLE, _ operation: PKCS11Operation
    ) throws(KeyHolderError) {
        let begin = try function(\.C_SignInit)
        var mechanism = CK_MECHANISM(mechanism: operation.mechanism, pParameter: nil, ulParameterLen: 0)
        guard var parameters = operation.pss else { return try check(begin(session, &mechanism, key)) }
        let value = withUnsafeMutableBytes(of: &parameters) { bytes in
            mechanism.pParameter = bytes.baseAddress
            mechanism.ulParameterLen = CK_ULONG(bytes.count)
            return begin(session, &mechanism, key)
        }
        try check(value)
    }
}
