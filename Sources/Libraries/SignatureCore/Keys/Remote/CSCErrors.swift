import Foundation

extension KeyHolderError {
    /// An error answer of the service (CSC API v2 §10.1 and the error cases of each method; RFC 6749 §5.2).
    init(status: Int, error: String, description: String) {
        let words = "\(error) \(description)".lowercased()
        func says(_ phrases: String...) -> Bool { phrases.contains { words.contains($0) } }
        switch status {
        case 408, 504: self = .timedOut
        case 429, 500...: self = .unreachable("HTTP \(status) \(error)")
        case _ where says("access_denied", "authorization_denied", "rejected", "declined", "refused", "cancel"):
            self = .refusedByHolder
        case _ where says("locked"): self = .pinLocked
        case _ where says("invalid_otp"): self = .wrongOTP
        case _ where says("invalid_pin", "invalid_authentication_data", "authentication data"):
            self = .wrongPIN(.unknown)
        case _ where says("disabled", "suspended", "revoked", "certificate is expired"):
            self = .credentialUnusable(description)
        case _ where says("expired", "timeout", "timed out"): self = .timedOut
        case 401, 403: self = .notAuthorised("HTTP \(status) \(error)")
        case _ where says("invalid_client", "invalid_grant", "unauthorized_client", "invalid_token"):
            self = .notAuthorised(error)
        default: self = .badAnswer("HTTP \(status) \(error): \(description)")
        }
    }
}
