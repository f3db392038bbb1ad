// Sao y: the scan of a paper document becomes a copy with the force of the paper when the organisation signs it
// (NĐ 30/2020 Art. 25, 26; Annex I, part II). What came signed over the exchange is itself the original.
internal import Directory
internal import Foundation
internal import Platform
package import Records
package import Signing

extension IncomingDesk {
    /// The seal on a copy of the scan and of each PDF beside it; the scan stays as it was entered.
    @discardableResult
    package func copy(_ id: IncomingID, by actor: Actor, with answer: KeyAnswer) async throws -> SigningOutcome {
        try await signing.begin(copying, id.rawValue, actor, answer, "")
    }

    /// Why there is nothing to be copied for this person; nil when there is.
    package static func obstacleToCopy(
        _ document: IncomingDocument, _ files: [RecordFile], for actor: Actor
    ) -> String? {
        if let ended = document.endingSentence { return ended }
        if !actor.has(.recordsClerk) { return "Việc này của văn thư: văn thư giữ con dấu." }
        if document.origin != .entered {
            return "Văn bản đến qua liên thông đã là bản gốc có chữ ký số; hãy dùng chính tệp đó."
        }
        if document.entry == nil { return "Văn bản chưa vào sổ; hãy vào sổ trước khi sao y." }
        if !files.contains(where: { $0.role == .main && $0.isPDF }) { return "Văn bản không có bản quét PDF." }
        return files.contains { $0.role == .copy } ? "Đã có bản sao y." : nil
    }

    var copying: SigningErrand {
        SigningErrand(
            kind: "incoming.copy", label: "Sao y", done: "Đã ký sao y.", isSeal: true, agentFunction: .copy,
            order: { id, clerk, _, _ in try await orderCopy(IncomingID(id), by: clerk) },
            accept: { try await acceptCopy($0, along: $1) })
    }

    /// The document first.
    private static func scans(_ files: [RecordFile]) -> [RecordFile] {
        [FileRole.main, .attachment].flatMap { role in files.filter { $0.role == role && $0.isPDF } }
    }

    private static func basis(_ files: [RecordFile]) -> String {
        scans(files).map(\.blob.sha256).joined(separator: " ")
    }

    private func orderCopy(_ id: IncomingID, by actor: Actor) async throws -> SigningOrder {
        let (document, files, agency) = try await ground.database.read { tx in
            let document = try IncomingStore(tx).find(id, for: actor)
            return (
                document, try RecordFileStore(tx).current(of: document.ref), try DirectoryStore(tx).ownAgency().name
            )
        }
        if let obstacle = Self.obstacleToCopy(document, files, for: actor) { throw IncomingRefusal.noCopy(obstacle) }
        for file in Self.scans(files) { try await refuseOriginal(file) }
        let time = LocalTime(ground.clock.now())
        let line = "Sao y; \(agency); \(time.day.printed) \(time.clock)+07:00"
        return SigningOrder(
            subject: document.ref, title: "Sao y \(document.title)", href: "/van-ban-den/\(id)",
            parts: Self.scans(files).map {
                SigningPart(
                    $0.blob, name: $0.name, .mark(line: line), reason: "Sao y", isOptional: $0.role != .main)
            }, basis: Self.basis(files), number: document.content.code.number, issuedOn: document.content.day)
    }

    /// There is no copy from electronic to electronic: whoever has the signed file passes on that file.
    private func refuseOriginal(_ file: RecordFile) async throws {
        guard let verdict = try await known(file), verdict.level != .unsigned else { return }
        throw IncomingRefusal.noCopy(
            "Tệp “\(file.name)” đã có chữ ký số: đó là bản gốc điện tử, hãy dùng chính tệp đó.")
    }

    /// nil for a file that cannot be judged: signing it will say why.
    private func known(_ file: RecordFile) async throws -> SignatureVerdict? {
        do { return try await signing.verification(file.blob) } catch is any Refusal { return nil }
    }

    private func acceptCopy(
        _ signed: SignedOrder, along: @escaping @Sendable (Transaction) throws -> Void
    ) async throws {
        let (id, now) = (IncomingID(signed.order.subject.id), ground.clock.now())
        try await ground.database.write { tx in
            try tx.lock(IncomingDocument.kind, id.rawValue)
            guard let actor = try DirectoryStore(tx).actor(for: signed.person) else {
                throw IncomingRefusal.changedMeanwhile
            }
            let document = try IncomingStore(tx).find(id, for: actor)
            let store = RecordFileStore(tx)
            let files = try store.current(of: document.ref)
            guard Self.obstacleToCopy(document, files, for: actor) == nil, Self.basis(files) == signed.order.basis
            else { throw IncomingRefusal.changedMeanwhile }
            var left: [String] = []
            for (index, (scan, result)) in zip(Self.scans(files), signed.results).enumerated() {
                guard let result else {
                    left.append("“\(scan.name)”")
                    continue
                }
                try store.add(
                    .copy, ordinal: index + 1, to: document.ref, name: "Sao y \(scan.name)", mediaType: scan.mediaType,
                    blob: result, at: now)
            }
            let unsigned = left.isEmpty ? "" : " Không ký được \(left.joined(separator: ", "))."
            try EventHistory(tx).append(
                "copied", on: document.ref, by: actor, at: now,
                "Ký sao y bản số hóa bằng chữ ký số của cơ quan.\(unsigned)")
            try along(tx)
        }
    }
}
