// What a draft is checked against: the directory and the rules of notation and signing.
internal import Directory
internal import Platform
internal import Records

/// Checks a draft against the directory and fills in the names that are kept with it.
struct DraftCheck {
    private let directory: DirectoryStore
    init(_ tx: Transaction) { directory = DirectoryStore(tx) }

    func filled(_ draft: Draft, unit: UnitID) throws -> Draft {
        var draft = draft
        draft.content.subject = try Self.subject(draft.content.subject)
        draft.content.alsoTo = try TextLimit.words.checked(draft.content.alsoTo, "Nơi nhận khác")
        try fillSigner(&draft.content)
        try fillNotation(&draft.content, unit: unit)
        draft.recipients = try filled(draft.recipients)
        return draft
    }

    static func subject(_ text: String) throws(CommonRefusal) -> String {
        let subject = try TextLimit.sentSubject.checked(text, "Trích yếu")
        guard !subject.isEmpty else { throw .invalid("Chưa nhập trích yếu.") }
        return subject
    }

    /// Receivers with their names; refused where the directory has one of them no more.
    func filled(_ recipients: [NewRecipient]) throws -> [NewRecipient] { try recipients.map(known) }

    /// The signer's name and position and whom he signs for, as they are today.
    func fillSigner(_ content: inout DraftContent) throws {
        (content.signerName, content.signerPosition, content.principal) = ("", "", "")
        guard let id = content.signer else { return }
        guard let person = try directory.person(id), person.isActive else {
            throw CommonRefusal.invalid(SignerRule.sentence(.other))
        }
        let head = try directory.agencyHead()
        let rank = SignerRank(of: person, under: head)
        guard SignerRule.maySign(rank, as: content.capacity) else {
            throw CommonRefusal.invalid("\(SignerRule.sentence(rank)) (NĐ 30/2020, Điều 13)")
        }
        (content.signerName, content.signerPosition) = (person.name, person.position)
        if rank != .head { content.principal = head?.position ?? "" }
    }

    private func fillNotation(_ content: inout DraftContent, unit: UnitID) throws {
        content.notation = try TextLimit.sentNotation.checked(content.notation, "Ký hiệu")
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
                throw CommonRefusal.invalid(
                    "Cơ quan mã \(code) không có trong danh bạ liên thông. Hãy chọn lại nơi nhận.")
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
