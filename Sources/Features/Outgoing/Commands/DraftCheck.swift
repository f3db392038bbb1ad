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
        draft.content.subject = draft.content.subject.trimmingSpaces
        guard !draft.content.subject.isEmpty else { throw CommonRefusal.invalid("Chưa nhập trích yếu.") }
        guard draft.content.subject.count <= 1000 else { throw CommonRefusal.invalid("Trích yếu dài quá 1.000 ký tự.") }
        try fillSigner(&draft.content)
        try fillNotation(&draft.content, unit: unit)
        draft.recipients = try filled(draft.recipients)
        return draft
    }

    /// Receivers with their names; refused where the directory has one of them no more.
    func filled(_ recipients: [NewRecipient]) throws -> [NewRecipient] { try recipients.map(known) }

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
