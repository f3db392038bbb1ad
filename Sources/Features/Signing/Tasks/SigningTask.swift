// One signing of one document by one key, from the question to the answer.
package import Foundation
internal import Platform
package import Records
internal import PAdES
internal import SignatureCore

package struct SigningTask: Sendable, Hashable, Identifiable {
    package let id: Int64
    package let errand: String
    package let person: PersonID
    package let personName: String
    package let credential: Int64
    package let batch: Int64?
    package let state: TaskState
    package let order: SigningOrder
    package let details: String
    /// Where the key holder has got to; nil before he was asked.
    let progress: TaskProgress?
    /// What the program on the person's computer shows to fetch and bring the file; once.
    let ticket: String?
    package let failure: SigningFailure?
    package let createdAt: Date
    package let movedAt: Date
    package let expiresAt: Date?
}

/// What is needed to go on with a task that waits.
enum TaskProgress: Codable, Sendable, Hashable {
    /// The signing service is at it.
    case remote(CSCProgress)
    /// The signature values are here; they still have to be timestamped and written.
    case answered([Data])
    /// The program on the person's computer was asked to sign files, which it fetches and brings back.
    case agent
    /// The same, to sign values that the page brings.
    case agentHashes
}

/// A part that waits for its signature value: everything but the original file, which never changes.
struct PreparedPart: Codable, Sendable {
    let request: CMSSignatureRequest
    /// nil for a detached signature.
    let prepared: PreparedSignature?
    /// What is appended to the original, with its hole.
    let tail: Data
}

/// What is kept of one part while its signature is waited for.
struct PartLine: Sendable {
    /// nil for a file that somebody else prepares, and for one that cannot be signed.
    let prepared: PreparedPart?
    /// The signature value, until those of the other parts are there.
    let value: Data?
    let result: BlobRef?
    /// Could not be prepared, so nothing is waited for.
    let isLeftOut: Bool

    var isOpen: Bool { value == nil && result == nil && !isLeftOut }
}

/// What became of a question to a key holder.
package enum SigningOutcome: Sendable, Hashable {
    case signed
    /// He is still to answer: on his phone, or through the program on his computer.
    case pending(task: Int64)
}
