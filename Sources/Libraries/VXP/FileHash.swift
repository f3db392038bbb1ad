import Digests
package import Foundation

/// The `hash-file` parameter: SHA-256 of the packet. The kit prints each byte without zero padding, so that its text
/// is often shorter than 64; a server accepts that form and the padded one, and nothing else.
package enum FileHash {
    package static func padded(_ file: Data) -> String { DigestAlgorithm.sha256.digest(file).hex }

    package static func unpadded(_ file: Data) -> String {
        DigestAlgorithm.sha256.digest(file).map { String($0, radix: 16) }.joined()
    }

    package static func matches(_ text: String, _ file: Data) -> Bool {
        matches(text, sha256: DigestAlgorithm.sha256.digest(file))
    }

    /// The same for a file that was hashed as it came in.
    package static func matches(_ text: String, sha256: Data) -> Bool {
        text == sha256.hex || text == sha256.map { String($0, radix: 16) }.joined()
    }
}
