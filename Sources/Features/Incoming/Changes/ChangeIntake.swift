// What the exchange hands in when a sender changes what it sent, and what travels back; inside its own transactions.
internal import Directory
package import Foundation
package import Platform
package import Records

package struct ChangeIntake {
    private let tx: Transaction
    private let now: Date

    package init(_ tx: Transaction, now: Date) {
        self.tx = tx
        self.now = now
    }

    /// The newest document of this sender that answers to the identity, or to number, notation and day; nil when there
    /// is none, or it was destroyed before.
    /// - Parameter other: a document that is not meant, whatever it is called.
    package func document(
        of sender: AgencyCode, identity: String, code: DocumentCode? = nil, day: Day? = nil, except other: Int64? = nil
    ) throws -> Int64? {
        let identity = TextLimit.identity.fitting(identity)
        return try IncomingStore(tx).sent(by: sender, identity: identity, code: code, day: day).lazy.map(\.id.rawValue)
            .first { $0 != other }
    }

    /// What a packet said of a document that is here, for whoever has it on his desk.
    package func tell(_ sentence: String, of document: Int64) throws {
        try EventHistory(tx).append(
            "spokenOf", on: IncomingDocument.ref(IncomingID(document)), by: nil, at: now, sentence.cut(to: 1000))
    }

    /// Lays the request before the clerk. The same packet a second time, or a second recall while one waits, changes
    /// nothing.
    package func ask(_ new: NewChange, of document: Int64) throws {
        let id = IncomingID(document)
        var new = new
        (new.senderName, new.reason) = (TextLimit.agency.fitting(new.senderName), TextLimit.reason.fitting(new.reason))
        new.proposal = new.proposal.map { Proposal(content: $0.content.fitted().content, files: $0.files) }
        try tx.lock(IncomingDocument.kind, document)
        guard let found = try IncomingStore(tx).forOffice(id), found.ending != .recalled,
            try ChangeStore(tx).insert(new, on: id, at: now) != nil
        else { return }
        try EventHistory(tx).append(
            "changeAsked", on: found.ref, by: nil, at: now,
            "\(new.senderName) \(Self.asks(new)).\(new.reason.isEmpty ? "" : " Lý do: \(new.reason)")")
    }

    private static func asks(_ new: NewChange) -> String {
        switch (new.change, new.isFormal) {
        case (.recall, false): "đề nghị lấy lại văn bản"
        case (.recall, true): "gửi gói tin thu hồi văn bản"
        case (.amend, _): "gửi bản cập nhật của văn bản"
        case (.replace, _): "gửi văn bản thay thế"
        }
    }

    /// What an update of the list of receivers makes of a document: all else stays as it is.
    package func proposal(receivers: [String], for document: Int64) throws -> Proposal? {
        guard var content = try IncomingStore(tx).forOffice(IncomingID(document))?.content else { return nil }
        content.toPlaces = receivers
        return Proposal(content: content, files: [])
    }

    /// Whether the record's content was destroyed: what is left of it elsewhere must not be shown either.
    package func isDestroyed(_ document: Int64) throws -> Bool {
        try !destroyed(among: [document]).isEmpty
    }

    package func destroyed(among documents: [Int64]) throws -> Set<Int64> {
        guard !documents.isEmpty else { return [] }
        return Set(
            try tx.rows("SELECT id FROM incoming_document WHERE ended = 'recalled' AND id IN \(list: documents)").map {
                try $0.get("id")
            })
    }

    /// Hashes of the files of a document that was destroyed by this request.
    package func destroyed(by change: Int64) throws -> (document: Int64, sha256: [String])? {
        guard let request = try ChangeStore(tx).find(ChangeID(change)), let stub = request.stub else { return nil }
        return (request.document.rawValue, stub.files.map(\.sha256))
    }

    /// Whether a file of this content still belongs to something.
    package func isNeeded(sha256: String) throws -> Bool {
        if try RecordFileStore(tx).isKept(sha256: sha256) { return true }
        return try ChangeStore(tx).isProposed(sha256: sha256)
    }
}

/// Tells the sender whether its request was agreed to (15) or refused (16); handled by the exchange.
package struct AnswerChangeJob: JobPayload {
    package static let kind = "exchange.change.answer"
    package let change: Int64

    package init(change: Int64) { self.change = change }
}

/// Removes the bytes of a destroyed document that nothing else needs; handled by the exchange.
package struct EraseFilesJob: JobPayload {
    package static let kind = "exchange.erase"
    package let change: Int64
}

extension IncomingStatusSource {
    /// nil while the request waits, or when there is nobody to be told.
    package func answer(for job: AnswerChangeJob) throws -> IncomingStatus? {
        guard let request = try ChangeStore(tx).find(ChangeID(job.change)), request.state != .open,
            let document = try IncomingStore(tx).forOffice(request.document), document.origin == .exchange,
            let receiver = document.content.senderCode
        else { return nil }
        let status: ExchangeStatus = request.state == .agreed ? .changeAccepted : .changeRefused
        return IncomingStatus(
            status: status, receiver: receiver, receiverName: document.content.senderName,
            documentID: document.content.documentID, code: document.content.code, day: document.content.day,
            description: Self.sentence(request), staffName: request.answeredBy,
            staffUnit: try DirectoryStore(tx).ownAgency().name)
    }

    private static func sentence(_ request: ChangeRequest) -> String {
        switch (request.state, request.change) {
        case (.refused, .recall): "Văn thư từ chối yêu cầu lấy lại: \(request.answer)"
        case (.refused, .amend): "Văn thư từ chối yêu cầu cập nhật: \(request.answer)"
        case (.refused, .replace): "Văn thư từ chối thay thế: \(request.answer)"
        case (_, .recall): "Văn thư đồng ý yêu cầu lấy lại; văn bản điện tử đã được hủy trên hệ thống"
        case (_, .amend): "Văn thư đồng ý yêu cầu cập nhật; thông tin đã được cập nhật"
        case (_, .replace): "Văn thư đồng ý thay thế; văn bản cũ đã ngừng xử lý"
        }
    }
}
