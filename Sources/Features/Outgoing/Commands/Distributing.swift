// The list of receivers after issue: whoever was forgotten gets the document, whoever should not have it is asked for it.
internal import Foundation
internal import Platform
package import Records

extension OutgoingDesk {
    /// Sends what was issued to receivers that were not on its list; nobody else is told.
    package func distribute(_ id: OutgoingID, to receivers: [NewRecipient], by actor: Actor) async throws {
        guard !receivers.isEmpty else { throw CommonRefusal.invalid("Hãy chọn ít nhất một nơi nhận.") }
        try await decide(.distribute, on: id, by: actor) { current, tx, now in
            // It stays where it is among what was issued.
            current.document.movedAt = current.document.issuedAt ?? now
            let receivers = try DraftCheck(tx).filled(receivers)
            let known = current.recipients.filter { old in receivers.contains { $0.target == old.target } }
            // A unit that it was taken from may get it again; an agency has answered, and answers once.
            let having = known.filter { $0.delivery != .none }
            guard having.isEmpty else {
                throw CommonRefusal.conflict(
                    "Đã có trong danh sách nơi nhận: \(having.map(\.name).joined(separator: ", ")). Hãy bỏ ra rồi gửi lại."
                )
            }
            let store = RecipientStore(tx)
            try store.add(receivers.filter { one in !known.contains { $0.target == one.target } }, to: id)
            let added = try store.of(id).filter { one in receivers.contains { $0.target == one.target } }
            for one in added { try Self.deliver(one, of: current.document, by: actor, tx, now) }
            return "Gửi thêm đến \(added.map(\.name).joined(separator: ", "))."
        }
    }

    /// Asks one receiver for what was sent to it by mistake (QĐ 28/2018 Art. 8.2); the document lives on with the others.
    package func takeBack(_ id: OutgoingID, from recipientID: Int64, by actor: Actor, reason: String) async throws {
        let reason = try Self.checkReason(reason)
        try await decide(.recall, on: id, by: actor) { current, tx, now in
            current.document.movedAt = current.document.issuedAt ?? now
            guard current.document.ending == nil,
                let recipient = current.recipients.first(where: { $0.id == recipientID })
            else { throw OutgoingRefusal.notFound }
            switch recipient.target {
            case .unit(let unit):
                let held = try BranchStore(tx).tree(of: current.document.ref).branches.filter {
                    $0.holder == .unit(unit) && $0.state != .recalled
                }
                guard !held.isEmpty else {
                    throw CommonRefusal.conflict("\(recipient.name) không còn giữ văn bản này.")
                }
                try BranchStore(tx).recall(held.map(\.id), at: now)
                try RecipientStore(tx).set(recipientID, to: .none)
            case .agency:
                guard recipient.delivery == .sent, try !SentChangeStore(tx).askedBack(id).contains(recipientID) else {
                    throw CommonRefusal.conflict("\(recipient.name) chưa nhận văn bản, hoặc đã được yêu cầu trả lại.")
                }
                try Self.send(.recall, of: current.document, to: [recipient], reason: reason, by: actor, tx, now)
            }
            return "Thu hồi văn bản từ \(recipient.name). Lý do: \(reason)"
        }
    }
}
