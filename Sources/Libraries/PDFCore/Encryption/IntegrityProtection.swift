import Digests
package import Foundation

/// Files encrypted so that every revision must carry an authentication code, which only those who can open the file can
/// make or check (ISO/TS 32004).
extension PDFDocument {
    package var isIntegrityProtected: Bool {
        guard let encryption = try? resolve(trailer["Encrypt"]).dictionary else { return false }
        return encryption.asksForCodes
    }

    /// The key under which those of the authentication codes are wrapped; nil where the file has none, or none opened it.
    package var codeWrappingKey: Data? {
        guard isIntegrityProtected, case .unlocked(let handler) = security else { return nil }
        return handler.codeWrappingKey
    }
}

extension PDFDictionary {
    fileprivate var asksForCodes: Bool { self["V"]?.integer == 5 && self["KDFSalt"] != nil }

    /// The salt an encryption dictionary without references names for authentication codes.
    var integritySalt: Data? { asksForCodes ? self["KDFSalt"]?.string : nil }
}
