// What we asked of a document that is already with its receivers, and what each of them answered.
package import Foundation
internal import Platform
package import Records

package enum SentChangeSubject: Sendable {}
package typealias SentChangeID = ID<SentChangeSubject>

/// One recall, update or replacement of an issued document.
package struct SentChange: Sendable, Hashable, Identifiable {
    /// Subject of what travels to one receiver.
    package static let kind = "outgoing-change"

    package let id: SentChangeID
    package let document: OutgoingID
    package let change: DocumentChange
    /// A recall by its own packet (QCVN 102, type 1) rather than a request by status 13.
    package let isFormal: Bool
    package let reason: String
    package let askedBy: String
    package let askedByUnit: String
    package let askedAt: Date
    /// The document that replaces it.
    package let carrier: OutgoingID?
}

/// How one receiver stands to a change.
package struct ChangeAnswer: Sendable, Hashable, Identifiable {
    package enum State: String, Sendable, CaseIterable, SQLBindable, SQLDecodable {
        case waiting, sent, failed, agreed, refused

        package var label: String {
            switch self {
            case .waiting: "Đang gửi yêu cầu"
            case .sent: "Chờ trả lời"
            case .failed: "Chưa gửi được yêu cầu"
            case .agreed: "Đồng ý"
            case .refused: "Từ chối"
            }
        }
    }

    package let id: Int64
    package let recipient: Int64
    package let name: String
    package let state: State
    package let failure: String
    package let sentAt: Date?
    package let note: String
    package let answeredAt: Date?
}

extension DocumentChange {
    /// The one kind of request that an answer (15, 16) speaks of: the packet names no more than the document. nil where its
    /// first words name none, or several as `đồng ý yêu cầu cập nhật, lấy lại` does.
    init?(namedIn answer: String) {
        let head = Folding.fold(String(answer.prefix { $0 != ":" && $0 != ";" }))
        let words: [(DocumentChange, [String])] = [
            (.recall, ["lay lai", "thu hoi"]), (.amend, ["cap nhat"]), (.replace, ["thay the"]),
        ]
        let named = words.filter { $0.1.contains { head.contains($0) } }
        guard named.count == 1 else { return nil }
        self = named[0].0
    }
}

/// What a recall has come to over all receivers.
package enum RecallStanding: Sendable, Hashable, CaseIterable {
    /// Nobody had the document yet: there was nothing to ask for.
    case nobodyHadIt
    case waiting, agreedByAll, agreedBySome, refusedByAll

    package init(_ answers: [ChangeAnswer.State]) {
        let agreed = answers.count { $0 == .agreed }
        let refused = answers.count { $0 == .refused }
        switch (answers.count, agreed, refused) {
        case (0, _, _): self = .nobodyHadIt
        case let (all, yes, no) where yes + no < all: self = .waiting
        case let (all, yes, _) where yes == all: self = .agreedByAll
        case (_, 0, _): self = .refusedByAll
        default: self = .agreedBySome
        }
    }

    /// - Parameter answers: of the same receivers.
    package func sentence(_ answers: [ChangeAnswer.State]) -> String {
        let agreed = answers.count { $0 == .agreed }
        let refused = answers.count { $0 == .refused }
        return switch self {
        case .nobodyHadIt: "Chưa nơi nào nhận được văn bản; đã ngừng gửi."
        case .waiting:
            "Đang thu hồi: \(agreed)/\(answers.count) nơi đồng ý\(refused > 0 ? ", \(refused) nơi từ chối" : "")."
        case .agreedByAll: "Đã thu hồi: \(answers.count)/\(answers.count) nơi nhận đồng ý và đã hủy văn bản."
        case .agreedBySome: "Đã thu hồi ở \(agreed)/\(answers.count) nơi nhận; \(refused) nơi từ chối."
        case .refusedByAll: "Các nơi nhận đều từ chối thu hồi; văn bản vẫn có hiệu lực."
        }
    }
}
