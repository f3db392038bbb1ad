// Drafting: what is to be issued, to whom, signed by whom; files come in and become a PDF.
internal import Directory
internal import Foundation
internal import Logging
package import Platform
package import Records
package import Signing

/// A file that came with a form.
package struct NewFile: Sendable, Hashable {
    package let name: String
    package let blob: BlobRef

    package init(name: String, blob: BlobRef) {
        self.name = name
        self.blob = blob
    }

    var ending: String { name.split(separator: ".").count > 1 ? (name.split(separator: ".").last ?? "").lowercased() : "" }
    var mediaType: String { Self.mediaTypes[ending] ?? "application/octet-stream" }

    private static let mediaTypes = [
        "pdf": "application/pdf", "doc": "application/msword", "rtf": "application/rtf", "xml": "text/xml",
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "odt": "application/vnd.oasis.opendocument.text", "xls": "application/vnd.ms-excel",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "ods": "application/vnd.oasis.opendocument.spreadsheet", "ppt": "application/vnd.ms-powerpoint",
        "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation", "txt": "text/plain",
        "csv": "text/csv", "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "tif": "image/tiff",
        "tiff": "image/tiff", "zip": "application/zip", "rar": "application/vnd.rar", "7z": "application/x-7z-compressed",
    ]
    static let attachmentEndings = mediaTypes.keys.sorted()
    static let mainEndings = ["pdf", "docx", "doc", "odt", "rtf"]
}

/// The drafter's form.
package struct Draft: Sendable {
    package var content: DraftContent
    package var recipients: [NewRecipient]
    package var mainFile: NewFile?
    package var attachments: [NewFile]
    /// Ordinals of attachments to take off.
    package var removals: [Int]

    package init(
        content: DraftContent, recipients: [NewRecipient], mainFile: NewFile? = nil, attachments: [NewFile] = [],
        removals: [Int] = []
    ) {
        self.content = content
        self.recipients = recipients
        self.mainFile = mainFile
        self.attachments = attachments
        self.removals = removals
    }
}

extension OutgoingDesk {
    package func create(_ draft: Draft, by actor: Actor) async throws -> OutgoingID {
        let now = ground.clock.now()
        try checkFiles(draft)
        return try await ground.database.write { tx in
            let filled = try DraftCheck(tx).filled(draft, unit: actor.unit)
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
            let changed = current.document.content.signer != filled.content.signer
            current.document.content = filled.content
            current.document = try Self.write(filled, on: current.document, signerChanged: changed, tx, now)
            return filled.mainFile.map { "Sửa dự thảo, tệp mới: \($0.name)." } ?? "Sửa dự thảo."
        }
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
            try files.add(.source, to: document.ref, name: main.name, mediaType: main.mediaType, blob: main.blob, at: now)
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
            let places = try await signing.proposePlaces(
                pdf, document.content.signerPosition, document.content.signerName)
            try await settle(id, job, .ready, pdf: pdf, places: try places.json)
        } catch let refusal as any Refusal {
            try await settle(id, job, .failed(refusal.message))
        }
    }

    func preparationFailed(_ job: PrepareDraftJob) async throws {
        try await settle(
            OutgoingID(job.document), job,
            .failed("Máy chủ không chuyển được tệp sang PDF sau nhiều lần thử. Hãy lưu thành PDF trên máy của bạn rồi tải lên."))
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
        _ id: OutgoingID, _ job: PrepareDraftJob, _ outcome: Preparation, pdf: BlobRef? = nil, places: String? = nil
    ) async throws {
        let now = ground.clock.now()
        try await ground.database.write { tx in
            guard var document = try OutgoingStore(tx).lockedForOffice(id), document.preparation == .running else { return }
            let current = try Self.contents(document, tx)
            guard let source = current.source, source.blob.sha256 == job.sourceSHA256 else { return }
            document.preparation = outcome
            document.places = places
            if let pdf {
                document.basis = pdf
                let stem = source.name.split(separator: ".").dropLast().joined(separator: ".")
                try RecordFileStore(tx).add(
                    .main, to: document.ref, name: "\(stem.isEmpty ? source.name : stem).pdf", mediaType: "application/pdf",
                    blob: pdf, at: now)
            }
            try OutgoingStore(tx).save(document, recipients: current.recipients)
        }
    }
}

/// Checks a draft against the directory and fills in the names that are kept with it.
struct DraftCheck {
    private let directory: DirectoryStore
    init(_ tx: Transaction) { directory = DirectoryStore(tx) }

    func filled(_ draft: Draft, unit: UnitID) throws -> Draft {
        var draft = draft
        draft.content.subject = draft.content.subject.trimmingSpaces
        guard !draft.content.subject.isEmpty else { throw CommonRefusal.invalid("Chưa nhập trích yếu.") }
        guard draft.content.subject.count <= 1000 else { throw CommonRefusal.invalid("Trích yếu dài quá 1.000 ký tự.") }
        try fillSigner(&draft.content)
        try fillNotation(&draft.content, unit: unit)
        draft.recipients = try draft.recipients.map(known)
        return draft
    }

    private func fillSigner(_ content: inout DraftContent) throws {
        guard let id = content.signer else {
            (content.signerName, content.signerPosition) = ("", "")
            return
        }
        guard let person = try directory.person(id), person.isActive,
            SignerRule.maySign(person.roles, as: content.capacity)
        else { throw CommonRefusal.invalid(SignerRule.sentence) }
        (content.signerName, content.signerPosition) = (person.name, person.position)
    }

    private func fillNotation(_ content: inout DraftContent, unit: UnitID) throws {
        content.notation = content.notation.trimmingSpaces
        if content.notation.isEmpty { content.notation = try proposedNotation(content.type, unit: unit) }
        guard NotationRule.isWellFormed(content.notation) else {
            throw CommonRefusal.invalid("Ký hiệu chỉ gồm chữ, số, dấu “-” và “/”, không có khoảng trắng, ví dụ QĐ-VHL.")
        }
    }

    func proposedNotation(_ type: DocumentType, unit: UnitID) throws -> String {
        NotationRule.propose(
            type, agency: try agencyAbbreviation(), unit: try directory.unit(unit)?.shortName ?? "")
    }

    private func agencyAbbreviation() throws -> String {
        let own = try directory.ownAgency()
        return own.abbreviation.isEmpty ? own.shortCode?.rawValue ?? "" : own.abbreviation
    }

    private func known(_ recipient: NewRecipient) throws -> NewRecipient {
        switch recipient.target {
        case .agency(let code):
            guard let agency = try directory.agency(code), agency.isActive, !agency.isOwn else {
                throw CommonRefusal.invalid("Cơ quan mã \(code) không có trong danh bạ liên thông. Hãy chọn lại nơi nhận.")
            }
            return NewRecipient(.agency(agency.code), name: agency.name)
        case .unit(let id):
            guard let unit = try directory.unit(id), unit.isActive else {
                throw CommonRefusal.invalid("Đơn vị nhận không có trong danh bạ. Hãy chọn lại nơi nhận.")
            }
            return NewRecipient(.unit(id), name: unit.name, role: recipient.role == .lead ? .lead : .information)
        }
    }
}
