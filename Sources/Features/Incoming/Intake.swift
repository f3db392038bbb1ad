// What the exchange hands in, and what it asks back; inside its own transactions.
internal import Directory
package import Foundation
package import Platform
package import Records

/// A file that came in a packet.
package struct ReceivedFile: Sendable, Hashable, Codable {
    package var name: String
    package var mediaType: String
    /// nil where the packet promised a file and did not bring it.
    package var blob: BlobRef?
    /// What is wrong with it, in Vietnamese; nil when nothing is.
    package var problem: String?

    package init(name: String, mediaType: String, blob: BlobRef?, problem: String? = nil) {
        self.name = name
        self.mediaType = mediaType
        self.blob = blob
        self.problem = problem
    }
}

/// A document as it came over the exchange.
package struct ReceivedDocument: Sendable, Hashable {
    package var content: IncomingDocument.Content
    /// In the order of the packet: the document itself first.
    package var files: [ReceivedFile]
    /// The packet exactly as received.
    package var packet: BlobRef
    package var exchangeID: String
    package var receivedAt: Date
    /// What was tolerated in the packet, in Vietnamese.
    package var notes: [String]

    package init(
        content: IncomingDocument.Content, files: [ReceivedFile], packet: BlobRef, exchangeID: String, receivedAt: Date,
        notes: [String] = []
    ) {
        self.content = content
        self.files = files
        self.packet = packet
        self.exchangeID = exchangeID
        self.receivedAt = receivedAt
        self.notes = notes
    }
}

package struct IncomingIntake {
    private let tx: Transaction
    private let now: Date
    private let timer: LegalTimer

    package init(_ tx: Transaction, now: Date, timer: LegalTimer = LegalTimer(WorkCalendar())) {
        self.tx = tx
        self.now = now
        self.timer = timer
    }

    /// Files a received document with its packet, and lets the sender know that it arrived (status 01). The same packet
    /// a second time changes nothing.
    package func file(_ received: ReceivedDocument) throws -> (id: Int64, isNew: Bool) {
        let store = IncomingStore(tx)
        var received = received
        let (content, cut) = received.content.fitted()
        received.content = content
        if let same = try store.same(as: received) {
            try tellAgain(received, of: same, store)
            return (same.rawValue, false)
        }
        let new = NewIncoming(
            content: received.content, origin: .exchange, exchangeID: received.exchangeID,
            arrivedAt: received.receivedAt,
            receiptDueAt: timer.due(.receive, received.content.urgency, since: received.receivedAt),
            notes: (received.notes + cut + Self.problems(received.files)).map { $0.cut(to: 1000) })
        guard let id = try store.insert(new) else {
            return (try store.known(new), false)
        }
        guard let document = try store.forOffice(id) else { throw IncomingRefusal.notFound }
        try add(received, to: document.ref)
        try EventHistory(tx).append(
            "arrived", on: document.ref, by: nil, at: now, "Đến qua liên thông từ \(document.content.senderName).")
        try StatusReports(tx: tx, now: now).report(.arrived, of: document)
        return (id.rawValue, true)
    }

    /// The second packet brings no document on which its notes could stand: what the first did not say joins its notes.
    /// The history tells that it came, not what it says: history outlives a document that is destroyed later.
    private func tellAgain(_ received: ReceivedDocument, of id: IncomingID, _ store: IncomingStore) throws {
        guard let document = try store.forOffice(id) else { return }
        let new = received.notes.filter { !document.notes.contains($0) }
        let told = new.map { "Gói tin gửi lại: \($0)".cut(to: 1000) }.filter { !document.notes.contains($0) }
        if !told.isEmpty { try store.set(notes: Array((document.notes + told).prefix(Self.mostNotes)), of: id) }
        let also = new.isEmpty ? "" : " Gói tin này có \(new.count) điểm cần lưu ý, ghi trong phần lưu ý của văn bản."
        try EventHistory(tx).append(
            "arrivedAgain", on: document.ref, by: nil, at: now,
            "Bên gửi gửi lại văn bản này trong một gói tin khác.\(also)")
    }

    private static let mostNotes = 300

    private func add(_ received: ReceivedDocument, to ref: RecordRef) throws {
        let files = RecordFileStore(tx)
        try files.add(
            .packet, to: ref, name: "goi-tin.edxml", mediaType: "application/xml", blob: received.packet, at: now)
        try IncomingFiles(files: received.files).add(to: ref, files, at: now)
    }

    private static func problems(_ files: [ReceivedFile]) -> [String] {
        files.compactMap { file in file.problem.map { "Tệp “\(file.name)”: \($0)" } }
    }
}

/// Which of several files is the document: the first PDF; without one, the first file.
struct IncomingFiles {
    let files: [ReceivedFile]

    /// The files that are there, each at its place in the record.
    var placed: [PlacedFile] {
        let there = files.compactMap { file in file.blob.map { (file, $0) } }
        let main = there.firstIndex { $0.0.mediaType == "application/pdf" } ?? there.indices.first
        var ordinal = 0
        return there.enumerated().map { index, pair in
            if index != main { ordinal += 1 }
            return PlacedFile(
                role: index == main ? .main : .attachment, ordinal: index == main ? 1 : ordinal, file: pair.0,
                blob: pair.1)
        }
    }

    func add(to ref: RecordRef, _ store: RecordFileStore, at now: Date) throws {
        for one in placed { try one.add(to: ref, store, at: now) }
    }
}

/// A received file and its place in the record.
struct PlacedFile: Sendable, Hashable {
    let role: FileRole
    let ordinal: Int
    let file: ReceivedFile
    let blob: BlobRef

    /// Adds it, or a new version of what stands there.
    func add(to ref: RecordRef, _ store: RecordFileStore, at now: Date) throws {
        try store.add(
            role, ordinal: ordinal, to: ref, name: FileName.shortened(file.name), mediaType: file.mediaType, blob: blob,
            at: now)
    }
}

/// What a status packet needs (QCVN 102; standards of the exchange: From is ourselves, the destination is the sender).
package struct IncomingStatus: Sendable, Hashable {
    package let status: ExchangeStatus
    /// Who sent the document and now hears of it.
    package let receiver: AgencyCode
    package let receiverName: String
    package let documentID: String
    package let code: DocumentCode
    package let day: Day?
    package let description: String
    /// Who acted last, as "StaffInfo": name and unit; empty while nobody but the office itself has.
    package let staffName: String
    package let staffUnit: String
}

package struct IncomingStatusSource {
    let tx: Transaction
    package init(_ tx: Transaction) { self.tx = tx }

    /// nil when there is nobody to be told.
    package func status(for job: ReportStatusJob) throws -> IncomingStatus? {
        guard let status = job.status, let document = try IncomingStore(tx).forOffice(IncomingID(job.incoming)),
            document.origin == .exchange, let receiver = document.content.senderCode
        else { return nil }
        let person = try EventHistory(tx).of(document.ref).compactMap(\.person).last.flatMap {
            try DirectoryStore(tx).person($0)
        }
        return IncomingStatus(
            status: status, receiver: receiver, receiverName: document.content.senderName,
            documentID: document.content.documentID, code: document.content.code, day: document.content.day,
            description: Self.description(status, document, job.note), staffName: person?.name ?? "",
            staffUnit: person?.unitName ?? "")
    }

    private static func description(_ status: ExchangeStatus, _ document: IncomingDocument, _ note: String) -> String {
        let base =
            switch status {
            case .arrived: "Đã đến – phần mềm quản lý văn bản đã nhận, văn thư chưa xử lý"
            case .refused: "Từ chối tiếp nhận"
            case .accepted:
                "Đã tiếp nhận, vào sổ văn bản đến\(document.entry.map { " số \(DocumentCode.printed($0.number))" } ?? "")"
            case .assigned: "Lãnh đạo đã phân công xử lý"
            case .inProgress: "Đang xử lý"
            case .completed: "Đã hoàn thành xử lý"
            default: status.label
            }
        return note.isEmpty ? base : "\(base): \(note)"
    }
}
