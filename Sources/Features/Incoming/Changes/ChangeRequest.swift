// What the sender of a document asks of it later: to have it back, to correct it, to put another in its place.
package import Foundation
internal import Platform
package import Records

package enum ChangeSubject: Sendable {}
package typealias ChangeID = ID<ChangeSubject>

/// One request; the clerk agrees (status 15) or refuses with a reason (status 16).
package struct ChangeRequest: Sendable, Hashable, Identifiable {
    /// Subject of the answer that travels back.
    package static let kind = "incoming-change"

    package enum State: String, Sendable, CaseIterable, SQLBindable, SQLDecodable {
        case open, agreed, refused

        package var label: String {
            switch self {
            case .open: "Chờ trả lời"
            case .agreed: "Đã đồng ý"
            case .refused: "Đã từ chối"
            }
        }
    }

    package let id: ChangeID
    package let document: IncomingID
    package let change: DocumentChange
    /// Asked by a recall packet (QCVN 102, type 1) rather than by status 13.
    package let isFormal: Bool
    package let senderName: String
    package let reason: String
    package let askedAt: Date
    /// The document that replaces ours.
    package let carrier: IncomingID?
    /// What an update brings.
    package let proposal: Proposal?
    /// What it changed once it was applied.
    package let applied: [FieldChange]
    package let state: State
    /// Reason of a refusal.
    package let answer: String
    package let answeredBy: String
    package let answeredAt: Date?
    /// What is left of a document that was destroyed.
    package let stub: DestructionStub?
}

/// The document as an update would make it.
package struct Proposal: Sendable, Hashable, Codable {
    package let content: IncomingDocument.Content
    package let files: [ReceivedFile]

    package init(content: IncomingDocument.Content, files: [ReceivedFile]) {
        self.content = content
        self.files = files
    }
}

/// Kept of a destroyed document: enough to prove what was destroyed, nothing of what it said.
package struct DestructionStub: Sendable, Hashable, Codable {
    package struct File: Sendable, Hashable, Codable {
        package let role: FileRole
        package let ordinal: Int
        package let version: Int
        package let sha256: String
        package let byteCount: Int
    }

    /// Every version of every file that was destroyed.
    package let files: [File]
}

/// A request as it comes in.
package struct NewChange: Sendable {
    package var change: DocumentChange
    package var isFormal: Bool
    package var senderName: String
    package var reason: String
    /// The platform's id of the packet that asks: the same packet asks once.
    package var exchangeID: String
    package var carrier: Int64?
    package var proposal: Proposal?

    package init(
        _ change: DocumentChange, isFormal: Bool = true, senderName: String, reason: String, exchangeID: String,
        carrier: Int64? = nil, proposal: Proposal? = nil
    ) {
        self.change = change
        self.isFormal = isFormal
        self.senderName = senderName
        self.reason = reason
        self.exchangeID = exchangeID
        self.carrier = carrier
        self.proposal = proposal
    }
}

/// One line of what an update changes.
package struct FieldChange: Sendable, Hashable, Codable {
    package let label: String
    package let before: String
    package let after: String
}

extension Proposal {
    /// What would change, in the order of the packet's fields; a deadline of our own stays ours once registered.
    package func changes(of document: IncomingDocument, files current: [RecordFile]) -> [FieldChange] {
        let (old, new) = (document.content, content)
        var rows: [(String, String, String)] = [
            ("Số, ký hiệu", old.code.description, new.code.description),
            ("Ngày văn bản", old.day?.printed ?? "", new.day?.printed ?? ""),
            ("Loại văn bản", old.typeLabel, new.typeLabel), ("Trích yếu", old.subject, new.subject),
            ("Người ký", old.signerName, new.signerName), ("Chức vụ", old.signerPosition, new.signerPosition),
            ("Độ khẩn", old.urgency.label, new.urgency.label),
            ("Nơi nhận", old.toPlaces.joined(separator: "; "), new.toPlaces.joined(separator: "; ")),
        ]
        if let said = new.particulars {
            rows.append(
                (IncomingDocument.Particulars.circulationLabel, old.particulars?.circulation ?? "", said.circulation))
            rows.append(("Thông tin khác", old.particulars?.summary ?? "", said.summary))
        }
        if document.entry == nil {
            rows.append(("Hạn xử lý", old.dueOn?.printed ?? "", new.dueOn?.printed ?? ""))
        }
        return rows.filter { $0.1 != $0.2 }.map(FieldChange.init)
            + replacements(of: current).map { placed, before in
                FieldChange(
                    label: placed.role == .main ? "Tệp văn bản" : "Tệp kèm \(placed.ordinal)",
                    before: before.map(Self.told) ?? "(chưa có)", after: "\(placed.file.name), bản mới")
            }
    }

    private static func told(_ file: RecordFile) -> String { "\(file.name), bản \(file.version)" }

    /// Files that would become new versions, or new attachments; what is the same stays.
    func replacements(of current: [RecordFile]) -> [(placed: PlacedFile, before: RecordFile?)] {
        IncomingFiles(files: files).placed.compactMap { placed in
            let before = current.first { $0.role == placed.role && $0.ordinal == placed.ordinal }
            return before?.blob == placed.blob ? nil : (placed, before)
        }
    }

    /// The document with what the update says; entry, state and our own deadline stay.
    func applied(to document: IncomingDocument) -> IncomingDocument {
        var next = document
        let dueOn = document.entry == nil ? content.dueOn : document.content.dueOn
        let (sender, name, secrecy) = (
            document.content.senderCode, document.content.senderName, document.content.secrecy
        )
        next.content = content
        next.content.senderCode = sender
        next.content.senderName = name
        next.content.documentID = document.content.documentID
        next.content.secrecy = secrecy
        next.content.dueOn = dueOn
        next.content.particulars = content.particulars ?? document.content.particulars
        return next
    }
}

extension IncomingDocument {
    /// What stands in the place of a subject that was destroyed with its document.
    package static let destroyedSubject = "(nội dung đã hủy theo yêu cầu thu hồi của bên gửi)"

    /// Number, date, kind and sender remain; what the document said does not.
    func destroyed(at now: Date) -> IncomingDocument {
        var next = self
        next.content.subject = Self.destroyedSubject
        (next.content.signerName, next.content.signerPosition) = ("", "")
        next.content.toPlaces = []
        next.content.particulars = nil
        next.notes = []
        next.refusal = ""
        (next.ending, next.endedAt) = (.recalled, now)
        return next
    }

    /// Why nothing can be done with it any more; nil for a living document.
    package var endingSentence: String? {
        switch ending {
        case nil: nil
        case .recalled: "Văn bản đã được bên gửi thu hồi; nội dung và tệp đã hủy, chỉ còn vết để tra cứu."
        case .replaced: "Văn bản đã được thay thế; hãy xử lý theo văn bản thay thế."
        }
    }
}
