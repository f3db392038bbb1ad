// Initials, signature and seal: what is put before the key holder, and how the document goes on when he has signed.
internal import Directory
internal import Foundation
internal import Platform
package import Records
package import Signing

extension OutgoingDesk {
    /// Everything of outgoing documents that is signed.
    package var errands: [SigningErrand] {
        [errand(.sign, "Đã ký số."), errand(.initial, "Đã ký nháy."), errand(.seal, "Đã đóng dấu.")]
    }

    /// - Parameter seen: SHA-256 of the main file that was on the screen.
    @discardableResult
    package func initial(
        _ id: OutgoingID, by actor: Actor, with answer: KeyAnswer, seen: String?
    ) async throws -> SigningOutcome {
        try await signing.begin(errand(.initial, ""), id.rawValue, actor, answer, seen)
    }

    @discardableResult
    package func sign(
        _ id: OutgoingID, by actor: Actor, with answer: KeyAnswer, seen: String?
    ) async throws -> SigningOutcome {
        try await signing.begin(errand(.sign, ""), id.rawValue, actor, answer, seen)
    }

    /// The organisation's signature on the document, and its mark on every separate PDF attachment (Annex I).
    @discardableResult
    package func seal(
        _ id: OutgoingID, by actor: Actor, with answer: KeyAnswer, seen: String? = nil
    ) async throws -> SigningOutcome {
        try await signing.begin(errand(.seal, ""), id.rawValue, actor, answer, seen)
    }

    private func errand(_ action: OutgoingDocument.Action, _ done: String) -> SigningErrand {
        SigningErrand(
            kind: "outgoing.\(action.rawValue)", label: action.label, done: done, isSeal: action == .seal,
            agentFunction: action == .seal ? .issue : .approve,
            order: { try await order(action, OutgoingID($0), by: $1, seen: $3) },
            accept: { try await accept(action, $0, along: $1) }, waiting: { Self.waiting(action, for: $0) })
    }

    /// The box of the action, as a query.
    private static func waiting(_ action: OutgoingDocument.Action, for actor: Actor) -> [SQL] {
        let box: OutgoingBox = action == .seal ? .toSeal : action == .sign ? .toSign : .toInitial
        return box.ways(for: actor).compactMap { way -> SQL? in
            guard case .own(let condition) = way else { return nil }
            return "SELECT d.id AS subject_id, d.moved_at AS at FROM outgoing_document d WHERE \(condition)"
        }
    }

    // MARK: What is signed

    private func order(
        _ action: OutgoingDocument.Action, _ id: OutgoingID, by actor: Actor, seen: String?
    ) async throws -> SigningOrder {
        var found = try await load(id, for: actor, seen: seen)
        _ = try found.document.applying(action, by: actor)
        if action == .seal {
            try await stampIfNeeded(id, by: actor)
            found = try await load(id, for: actor)
        }
        guard let main = found.main else { throw OutgoingRefusal.changedMeanwhile }
        let document = found.document
        return SigningOrder(
            subject: document.ref, title: "\(document.title): \(document.content.subject)", href: "/van-ban-di/\(id)",
            parts: [Self.part(main, action, document, actor)] + (action == .seal ? marks(found) : []),
            basis: found.fingerprint, number: document.numbering.map { DocumentCode.printed($0.number) },
            issuedOn: document.numbering?.day)
    }

    private static func part(
        _ main: RecordFile, _ action: OutgoingDocument.Action, _ document: OutgoingDocument, _ actor: Actor
    ) -> SigningPart {
        let content = document.content
        return switch action {
        case .seal:
            // NĐ 30/2020 Art. 17: by the clerk in person, after the authorised signature.
            SigningPart(
                main.blob, name: main.name, .field(.seal),
                reason: "Phát hành văn bản \(document.code?.description ?? "")", showsImage: true)
        case .sign:
            SigningPart(
                main.blob, name: main.name, .field(.signature),
                reason: content.signatureLine, signerName: actor.name, showsImage: true)
        default:
            SigningPart(main.blob, name: main.name, .field(.initials), reason: "Ký nháy", signerName: actor.name)
        }
    }

    /// No image, one line at the top right of page 1. A damaged attachment does not cost the document its number: it
    /// stays unsigned, and the history says so.
    private func marks(_ found: Case) -> [SigningPart] {
        guard let code = found.document.code else { return [] }
        let local = LocalTime(ground.clock.now())
        return found.attachments.filter(\.isPDF).map { file in
            SigningPart(
                file.blob, name: file.name, .mark(line: "\(code); \(local.day.printed) \(local.clock)+07:00"),
                reason: "Kèm theo văn bản \(code)", isOptional: true)
        }
    }

    // MARK: What becomes of it

    private func accept(
        _ action: OutgoingDocument.Action, _ signed: SignedOrder,
        along: @escaping @Sendable (Transaction) throws -> Void
    ) async throws {
        let actor = try await ground.database.read { try DirectoryStore($0).actor(for: signed.person) }
        guard let actor, let main = signed.results.first ?? nil else { throw OutgoingRefusal.changedMeanwhile }
        let (id, timer) = (OutgoingID(signed.order.subject.id), ground.timer)
        try await decide(action, on: id, by: actor, basis: signed.order.basis) { current, tx, now in
            try Self.replaceMain(current.main, by: main, current.document, tx, now)
            let sentence: String
            switch action {
            case .seal: sentence = try Self.keepMarks(signed, &current, tx, now)
            case .sign:
                current.document.signedAt = now
                current.document.sendDueAt = timer.due(.send, current.document.content.urgency, since: now)
                let capacity = current.document.content.capacity.abbreviation
                sentence = "Ký số \(capacity) văn bản, chuyển văn thư cấp số.".replacing("  ", with: " ")
            default: sentence = "Ký nháy, trình \(current.document.content.signerName) ký."
            }
            try along(tx)
            return sentence
        }
    }

    private static func keepMarks(
        _ signed: SignedOrder, _ current: inout Case, _ tx: Transaction, _ now: Date
    ) throws -> String {
        let marked = zip(current.attachments.filter(\.isPDF), signed.results.dropFirst())
            .compactMap { file, blob in blob.map { (file: file, blob: $0) } }
        for (file, blob) in marked {
            try RecordFileStore(tx).add(
                .attachment, ordinal: file.ordinal, to: current.document.ref, name: file.name,
                mediaType: file.mediaType, blob: blob, at: now)
        }
        return sealSentence(current.attachments, marked.map(\.file))
    }

    private static func sealSentence(_ attachments: [RecordFile], _ marked: [RecordFile]) -> String {
        let left = attachments.filter { file in !marked.contains { $0.id == file.id } }.map { "“\($0.name)”" }
        let sealed = "Ký số của cơ quan (đóng dấu)"
        if attachments.isEmpty { return "\(sealed)." }
        if left.isEmpty { return "\(sealed), ký \(marked.count) tệp kèm." }
        return
            "\(sealed), ký \(marked.count)/\(attachments.count) tệp kèm; không ký được \(left.joined(separator: ", "))."
    }
}
