// Drafting: what is to be issued, to whom, signed by whom; files come in and become a PDF.
internal import Directory
internal import Foundation
internal import Platform
package import Records
package import Signing

extension OutgoingDesk {
    package func create(_ draft: Draft, by actor: Actor) async throws -> OutgoingID {
        let now = ground.clock.now()
        try checkFiles(draft)
        return try await ground.database.write { tx in
            let filled = try DraftCheck(tx).filled(draft, unit: actor.unit)
            try Self.checkReplaced(filled.content.replaces, by: actor, tx)
            try checkAnswered(filled.content.inReplyTo, by: actor, tx)
            let id = try OutgoingStore(tx).insert(filled.content, by: actor, at: now)
            let document = try OutgoingStore(tx).find(id, for: actor)
            try EventHistory(tx).append("drafted", on: document.ref, by: actor, at: now, "Tạo dự thảo.")
            try Self.write(filled, on: document, signerChanged: false, tx, now)
            return id
        }
    }

    package func edit(_ id: OutgoingID, _ draft: Draft, by actor: Actor) async throws {
        try checkFiles(draft)
        try await decide(.edit, on: id, by: actor) { current, tx, now in
            let filled = try DraftCheck(tx).filled(draft, unit: current.document.unit)
            try Self.checkReplaced(filled.content.replaces, by: actor, tx)
            if filled.content.inReplyTo != current.document.content.inReplyTo {
                try checkAnswered(filled.content.inReplyTo, by: actor, tx)
            }
            let changed = current.document.content.signer != filled.content.signer
            current.document.content = filled.content
            current.document = try Self.write(filled, on: current.document, signerChanged: changed, tx, now)
            return filled.mainFile.map { "Sửa dự thảo, tệp mới: \($0.name)." } ?? "Sửa dự thảo."
        }
    }

    /// What a draft is to replace must be there for its drafter, issued, and still in force.
    private static func checkReplaced(_ id: OutgoingID?, by actor: Actor, _ tx: Transaction) throws {
        guard let id else { return }
        let old = try OutgoingStore(tx).find(id, for: actor)
        if let obstacle = old.obstacleToReplacement { throw CommonRefusal.invalid(obstacle) }
    }

    /// Corrects by hand where number, date, signature and seal go.
    package func place(_ id: OutgoingID, _ rects: [PlaceKind: PlacedRect], by actor: Actor) async throws {
        try await decide(.edit, on: id, by: actor) { current, _, _ in
            guard current.document.preparation == .ready else {
                throw OutgoingRefusal.incomplete(["tệp văn bản chưa sẵn sàng"])
            }
            current.document.places = try DocumentPlaces(rects: rects).json
            return "Chỉnh vị trí số, ngày, chữ ký và dấu."
        }
    }

    private func checkFiles(_ draft: Draft) throws {
        if let main = draft.mainFile {
            guard NewFile.mainEndings.contains(main.ending) else {
                throw OutgoingRefusal.unsuitableFile("Tệp văn bản phải là PDF, DOCX, DOC, ODT hoặc RTF.")
            }
            let isPDF = try ground.blobs.get(main.blob).prefix(1024).range(of: Data("%PDF-".utf8)) != nil
            guard isPDF == (main.ending == "pdf") else {
                throw OutgoingRefusal.unsuitableFile(
                    "Nội dung tệp “\(main.name)” không đúng với đuôi tệp. Hãy xuất lại tệp rồi tải lên.")
            }
        }
        for file in draft.attachments where !NewFile.attachmentEndings.contains(file.ending) {
            throw OutgoingRefusal.unsuitableFile("Không nhận tệp kèm “\(file.name)”: loại tệp này không gửi được.")
        }
    }

    /// Files, recipients and the preparation job of a draft that has been checked.
    @discardableResult
    private static func write(
        _ draft: Draft, on document: OutgoingDocument, signerChanged: Bool, _ tx: Transaction, _ now: Date
    ) throws -> OutgoingDocument {
        var document = document
        let files = RecordFileStore(tx)
        try RecipientStore(tx).replace(of: document.id, by: draft.recipients)
        for ordinal in draft.removals { try files.remove(.attachment, ordinal: ordinal, of: document.ref) }
        let current = try files.current(of: document.ref)
        let last = current.filter { $0.role == .attachment }.map(\.ordinal).max() ?? 0
        for (index, file) in draft.attachments.enumerated() {
            try files.add(
                .attachment, ordinal: last + index + 1, to: document.ref, name: file.name, mediaType: file.mediaType,
                blob: file.blob, at: now)
        }
        var source = current.first { $0.role == .source }?.blob
        if let main = draft.mainFile {
            try files.add(
                .source, to: document.ref, name: main.name, mediaType: main.mediaType, blob: main.blob, at: now)
            source = main.blob
        }
        if let source, draft.mainFile != nil || signerChanged {
            document.preparation = .running
            document.places = nil
            try JobQueue(tx, now: now).enqueue(
                PrepareDraftJob(document: document.id.rawValue, sourceSHA256: source.sha256))
        }
        try OutgoingStore(tx).save(document, recipients: try RecipientStore(tx).of(document.id))
        return document
    }
}

// The job behind an upload.
extension OutgoingDesk {
    func prepare(_ job: PrepareDraftJob) async throws {
        let id = OutgoingID(job.document)
        guard let (document, source) = try await waiting(id, job.sourceSHA256) else { return }
        do {
            let pdf = source.isPDF ? source.blob : try await signing.convertToPDF(source.blob, source.name)
            _ = try await ground.pages.pages(of: pdf)
            let places = try await signing.proposePlaces(pdf, document.content.signerName)
            let words = try await ground.sandbox.run(
                "pdftotext", ["-layout", "-l", "1", ground.blobs.path(pdf).path, "-"])
            let notation = NotationRule.printed(in: String(decoding: words, as: UTF8.self))
            try await settle(id, job, .ready, made: (pdf, try places.json, notation))
        } catch let refusal as any Refusal {
            try await settle(id, job, .failed(refusal.message))
        } catch SandboxError.timedOut, SandboxError.tooMuchOutput {
            // It would ask for as much at every attempt.
            try await settle(id, job, .failed(Self.tooComplex))
        }
    }

    static let tooComplex =
        "Máy chủ không đọc được các trang của tệp trong thời gian cho phép. Hãy xuất lại PDF từ bản gốc rồi tải lên."

    func preparationFailed(_ job: PrepareDraftJob) async throws {
        try await settle(
            OutgoingID(job.document), job,
            .failed(
                "Máy chủ không chuyển được tệp sang PDF sau nhiều lần thử. Hãy lưu thành PDF trên máy của bạn rồi tải lên."
            ))
    }

    private func waiting(_ id: OutgoingID, _ sha256: String) async throws -> (OutgoingDocument, RecordFile)? {
        try await ground.database.read { tx in
            guard let document = try OutgoingStore(tx).forOffice(id), document.preparation == .running,
                let source = try Self.contents(document, tx).source, source.blob.sha256 == sha256
            else { return nil }
            return (document, source)
        }
    }

    private func settle(
        _ id: OutgoingID, _ job: PrepareDraftJob, _ outcome: Preparation,
        made: (pdf: BlobRef, places: String, notation: String?)? = nil
    ) async throws {
        let now = ground.clock.now()
        try await ground.database.write { tx in
            guard var document = try OutgoingStore(tx).lockedForOffice(id), document.preparation == .running else {
                return
            }
            let current = try Self.contents(document, tx)
            guard let source = current.source, source.blob.sha256 == job.sourceSHA256 else { return }
            document.preparation = outcome
            document.places = made?.places
            document.printedNotation = made?.notation
            if let pdf = made?.pdf {
                document.basis = pdf
                let stem = source.name.split(separator: ".").dropLast().joined(separator: ".")
                try RecordFileStore(tx).add(
                    .main, to: document.ref, name: "\(stem.isEmpty ? source.name : stem).pdf",
                    mediaType: "application/pdf",
                    blob: pdf, at: now)
            }
            try OutgoingStore(tx).save(document, recipients: current.recipients)
        }
    }
}
