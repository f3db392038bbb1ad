internal import Directory
// Every use case on outgoing documents: one method, one use case, one transaction; signing happens before it.
internal import Foundation
package import Platform
package import Records
internal import Signing

package struct OutgoingDesk: Sendable {
    let ground: Groundwork
    let signing: SigningSteps
    private let sees: SeesRecord

    /// Whether a person may see a record of another feature. Nobody sees any where it is not said.
    package typealias SeesRecord = @Sendable (Transaction, RecordRef, Actor) throws -> Bool

    package init(ground: Groundwork, signing: SigningSteps, sees: @escaping SeesRecord = { _, _, _ in false }) {
        self.ground = ground
        self.signing = signing
        self.sees = sees
    }

    /// A reply tells its receiver what it answers, so its drafter must be one who may know.
    func checkAnswered(_ record: RecordRef?, by actor: Actor, _ tx: Transaction) throws {
        guard let record, try !sees(tx, record, actor) else { return }
        throw CommonRefusal.invalid("Không tìm thấy văn bản đến cần trả lời, hoặc bạn không có quyền xem văn bản đó.")
    }

    /// A document with what decisions about it need.
    struct Case: Sendable {
        var document: OutgoingDocument
        let recipients: [Recipient]
        let files: [RecordFile]

        var main: RecordFile? { files.first { $0.role == .main } }
        var source: RecordFile? { files.first { $0.role == .source } }
        var attachments: [RecordFile] { files.filter { $0.role == .attachment } }
        /// Names all files: whoever signed some of them must find them unchanged.
        var fingerprint: String { files.map(\.blob.sha256).joined(separator: " ") }
    }

    /// - Parameter mainSHA256: the file the person looked at when deciding; nil where none was shown.
    func load(_ id: OutgoingID, for actor: Actor, seen mainSHA256: String? = nil) async throws -> Case {
        let found = try await ground.database.read { tx in
            try Self.contents(try OutgoingStore(tx).find(id, for: actor), tx)
        }
        guard mainSHA256 == nil || mainSHA256 == found.main?.blob.sha256 else { throw OutgoingRefusal.changedMeanwhile }
        return found
    }

    static func contents(_ document: OutgoingDocument, _ tx: Transaction) throws -> Case {
        Case(
            document: document, recipients: try RecipientStore(tx).of(document.id),
            files: try RecordFileStore(tx).current(of: document.ref))
    }

    /// One decision: lock, load, decide, save, event; the closure may do more in the same transaction.
    /// - Parameters:
    ///   - basis: fingerprint of the files that were signed or shown; if they changed meanwhile nothing is written.
    ///   - change: sets what the action brings, adds files and jobs, and gives the sentence of the event.
    @discardableResult
    func decide(
        _ action: OutgoingDocument.Action, on id: OutgoingID, by actor: Actor, basis: String? = nil,
        _ change: @escaping @Sendable (inout Case, Transaction, Date) throws -> String
    ) async throws -> OutgoingDocument {
        let now = ground.clock.now()
        return try await ground.database.write { tx in
            var current = try Self.contents(try OutgoingStore(tx).locked(id, for: actor), tx)
            if let basis, basis != current.fingerprint {
                throw OutgoingRefusal.changedMeanwhile
            }
            current.document = try current.document.applying(action, by: actor)
            current.document.movedAt = now
            let sentence = try change(&current, tx, now)
            try OutgoingStore(tx).save(current.document, recipients: try RecipientStore(tx).of(id))
            try SigningTasks.recordMoved(
                current.document.ref, by: action.rawValue, action.label, in: tx, at: now)
            try EventHistory(tx).append(action.rawValue, on: current.document.ref, by: actor, at: now, sentence)
            return current.document
        }
    }

    /// A new version of the main file under its own name.
    static func replaceMain(
        _ old: RecordFile?, by blob: BlobRef, _ document: OutgoingDocument, _ tx: Transaction, _ now: Date
    )
        throws
    {
        try RecordFileStore(tx).add(
            .main, to: document.ref, name: old?.name ?? "van-ban.pdf", mediaType: "application/pdf", blob: blob, at: now
        )
    }

    static func checkReason(_ reason: String) throws -> String {
        let reason = try TextLimit.reason.checked(reason, "Lý do")
        guard reason.count >= 10 else { throw OutgoingRefusal.reasonMissing }
        return reason
    }
}

extension DocumentPlaces {
    package var json: String {
        get throws { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) }
    }

    package init?(json: String?) {
        guard let json, let places = try? JSONDecoder().decode(DocumentPlaces.self, from: Data(json.utf8)) else {
            return nil
        }
        self = places
    }
}
