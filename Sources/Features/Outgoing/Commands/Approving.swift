// From the drafter's desk to the signature: submit, initial, sign, and the ways back.
internal import Directory
internal import Foundation
internal import Platform
package import Records
internal import Signing

extension OutgoingDesk {
    /// Lays out the form fields and hands the draft to the head of the drafting unit.
    package func submit(_ id: OutgoingID, by actor: Actor) async throws {
        let before = try await load(id, for: actor)
        _ = try before.document.applying(.submit, by: actor)
        let gaps = before.document.gaps(recipients: before.recipients)
        guard gaps.isEmpty, let basis = before.document.basis, let places = DocumentPlaces(json: before.document.places)
        else { throw OutgoingRefusal.incomplete(gaps) }
        let missing =
            places.missing.map { "chưa đặt vị trí “\($0.label)” trên trang" }
            + (try await unreadable(before.attachments))
        guard missing.isEmpty else { throw OutgoingRefusal.incomplete(missing) }
        let laidOut = try await signing.layOut(basis, places)
        try await decide(.submit, on: id, by: actor, basis: before.fingerprint) { current, tx, now in
            guard current.document.places == before.document.places, current.document.content == before.document.content
            else { throw OutgoingRefusal.changedMeanwhile }
            // The directory may have changed since the draft was written.
            try DraftCheck(tx).fillSigner(&current.document.content)
            let unit = try Self.responsibleUnit(current.document.unit, DirectoryStore(tx))
            current.document.initialUnit = unit.id
            current.document.reason = ""
            try Self.replaceMain(current.main, by: laidOut, current.document, tx, now)
            return "Trình Trưởng đơn vị \(unit.name) ký nháy."
        }
    }

    /// Attachments that could not be signed later, told while they can still be replaced.
    private func unreadable(_ attachments: [RecordFile]) async throws -> [String] {
        var problems: [String] = []
        for file in attachments where file.isPDF {
            do { _ = try await ground.pages.pages(of: file.blob) } catch is PageImageRefusal {
                problems.append("tệp kèm “\(file.name)” bị hỏng hoặc có mật khẩu, hãy thay tệp khác")
            }
        }
        return problems
    }

    /// The drafting unit, or the nearest above it that has a head (NĐ 30/2020 Art. 12: the head answers for the content).
    private static func responsibleUnit(_ id: UnitID, _ directory: DirectoryStore) throws -> Directory.Unit {
        var next: UnitID? = id
        var left = 20
        while let current = next, left > 0, let unit = try directory.unit(current) {
            if unit.head != nil { return unit }
            next = unit.parent
            left -= 1
        }
        throw OutgoingRefusal.notPossible(
            .submit, "Đơn vị soạn thảo chưa có trưởng đơn vị trong danh bạ; hãy liên hệ quản trị hệ thống.")
    }

    package func withdraw(_ id: OutgoingID, by actor: Actor) async throws {
        try await decide(.withdraw, on: id, by: actor) { current, tx, now in
            current.document.initialUnit = nil
            try Self.startAgain(&current, tx, now)
            return "Rút lại dự thảo."
        }
    }

    /// Gives the draft back to its drafter: by the unit head, the signer, or the clerk who refuses a number.
    package func returnDraft(_ id: OutgoingID, by actor: Actor, reason: String) async throws {
        let reason = try Self.checkReason(reason)
        try await decide(.returnDraft, on: id, by: actor) { current, tx, now in
            current.document.reason = reason
            try Self.startAgain(&current, tx, now)
            return "Trả lại người soạn: \(reason)"
        }
    }

    package func cancel(_ id: OutgoingID, by actor: Actor, reason: String) async throws {
        let reason = try Self.checkReason(reason)
        try await decide(.cancel, on: id, by: actor) { current, _, _ in
            current.document.reason = reason
            return "Hủy văn bản: \(reason)"
        }
    }

    /// What was signed stays as an earlier version; the draft goes on from the file without fields.
    private static func startAgain(_ current: inout Case, _ tx: Transaction, _ now: Date) throws {
        (current.document.signedAt, current.document.sendDueAt) = (nil, nil)
        guard let basis = current.document.basis, current.main?.blob != basis else { return }
        try replaceMain(current.main, by: basis, current.document, tx, now)
    }
}
