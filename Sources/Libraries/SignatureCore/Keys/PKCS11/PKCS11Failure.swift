import CPKCS11

/// A return value other than CKR_OK (PKCS#11 v2.40 §5.1), and the token's flags when it was about a PIN; pure.
struct PKCS11Failure: Hashable {
    let value: CK_RV
    var flags: CK_FLAGS = 0

    init(_ value: CK_RV, flags: CK_FLAGS = 0) {
        self.value = value
        self.flags = flags
    }

    /// The module has lost its way to the device, as some do for good when a token was pulled out.
    static let lostModules: Set<CK_RV> = [CKR_GENERAL_ERROR, CKR_DEVICE_ERROR, CKR_FUNCTION_FAILED]

    /// The session is lost while the token may be there still: opening it anew may help.
    static let lostSessions: Set<CK_RV> = [
        CKR_SESSION_HANDLE_INVALID, CKR_SESSION_CLOSED, CKR_USER_NOT_LOGGED_IN, CKR_OBJECT_HANDLE_INVALID,
        CKR_KEY_HANDLE_INVALID, CKR_DEVICE_REMOVED, CKR_TOKEN_NOT_PRESENT, CKR_CRYPTOKI_NOT_INITIALIZED,
    ]
}

extension KeyHolderError {
    init(_ failure: PKCS11Failure) {
        switch failure.value {
        case CKR_PIN_INCORRECT, CKR_PIN_INVALID, CKR_PIN_LEN_RANGE: self = Self.wrongPIN(flags: failure.flags)
        case CKR_PIN_LOCKED: self = .pinLocked
        case CKR_PIN_EXPIRED, CKR_USER_PIN_NOT_INITIALIZED: self = .pinExpired
        case CKR_TOKEN_NOT_PRESENT, CKR_DEVICE_REMOVED, CKR_SLOT_ID_INVALID, CKR_TOKEN_NOT_RECOGNIZED: self = .tokenGone
        case CKR_MECHANISM_INVALID, CKR_MECHANISM_PARAM_INVALID, CKR_KEY_FUNCTION_NOT_PERMITTED,
            CKR_KEY_TYPE_INCONSISTENT, CKR_FUNCTION_NOT_SUPPORTED:
            self = .unsupported("thuật toán ký này")
        default: self = .device(UInt(failure.value))
        }
    }

    /// What the flags of a token say after a wrong PIN (§3.2, CK_TOKEN_INFO).
    private static func wrongPIN(flags: CK_FLAGS) -> KeyHolderError {
        if flags & CKF_USER_PIN_LOCKED != 0 { return .pinLocked }
        if flags & CKF_USER_PIN_FINAL_TRY != 0 { return .wrongPIN(.last) }
        return .wrongPIN(flags & CKF_USER_PIN_COUNT_LOW != 0 ? .few : .unknown)
    }

    /// Whether beginning anew with the whole module may help: what it says of its device is not to be relied on.
    var isLostModule: Bool {
        switch self {
        case .tokenGone, .noSuchToken, .noSuchKey: true
        case .device(let code):
            PKCS11Failure.lostModules.contains(CK_RV(code)) || PKCS11Failure.lostSessions.contains(CK_RV(code))
        default: false
        }
    }

    /// What is told when that did not help.
    var ofLostModule: KeyHolderError { if case .device = self { .tokenGone } else { self } }

    /// Whether opening the session anew may help.
    var isLostSession: Bool {
        switch self {
        case .tokenGone: true
        case .device(let code): PKCS11Failure.lostSessions.contains(CK_RV(code))
        default: false
        }
    }
}
