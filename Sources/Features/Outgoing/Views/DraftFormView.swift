// The drafter's form.
internal import Platform
internal import Records
internal import WebUI

struct DraftFormView {
    struct Choices: Sendable {
        let signers: [Option]
        let units: [Option]
        let agencies: [Option]
    }

    /// nil for a new draft.
    let id: OutgoingID?
    let content: DraftContent
    let recipients: [Recipient]
    let attachments: [RecordFile]
    let sourceName: String?
    let choices: Choices
    let csrf: String

    private var action: String { id.map { "/van-ban-di/\($0)/sua" } ?? "/van-ban-di/moi" }

    var html: HTML {
        """
        \(Lists.heading(id == nil ? "Soạn văn bản đi" : "Sửa dự thảo"))
        \(Fields.form(action, csrf: csrf, hasFiles: true, draftKey: id.map { "van-ban-di-\($0)" } ?? "van-ban-di-moi", """
            \(Fields.group("Văn bản", what))\(Fields.group("Người ký", who))\(Fields.group("Nơi nhận", whereTo))\
            \(Fields.group("Tệp", files))\(reply)\
            \(Fields.buttons("\(Fields.submit("Lưu dự thảo")) <a class=\"button\" href=\"\(href: id.map { "/van-ban-di/\($0)" } ?? "/van-ban-di")\">Bỏ qua</a>"))
            """))
        """
    }

    private var what: HTML {
        """
        \(Fields.pair("""
            \(Fields.select("type", "Loại văn bản", options: DocumentType.allCases.map { Option($0.rawValue, $0.label, detail: $0.abbreviation ?? "") }, selected: content.type.rawValue, isRequired: true))\
            \(Fields.text("notation", "Ký hiệu", value: content.notation, hint: "Để trống, hệ thống đề xuất theo loại và đơn vị (QĐ-VHL; công văn VHL-VP).", maxLength: 60))
            """))\
        \(Fields.area("subject", "Trích yếu", value: content.subject, isRequired: true, rows: 2))\
        \(Fields.choices("urgency", "Độ khẩn", options: Urgency.allCases.map { Option(String($0.rawValue), $0.label) }, selected: String(content.urgency.rawValue)))\
        \(Fields.select("secrecy", "Độ mật", options: SecurityLevel.allCases.map { Option(String($0.rawValue), $0.label) }, selected: String(content.secrecy.rawValue), isRequired: true, hint: SecrecyRule.sentence))
        """
    }

    private var who: HTML {
        """
        \(Fields.pair("""
            \(Fields.select("signer", "Người ký", options: choices.signers, selected: content.signer?.description, hint: "Lãnh đạo; trưởng đơn vị khi ký TL. hoặc TUQ.", empty: "Chọn sau"))\
            \(Fields.select("capacity", "Thẩm quyền ký", options: SigningCapacity.allCases.map { Option($0.rawValue, $0.label) }, selected: content.capacity.rawValue, isRequired: true))
            """))
        """
    }

    private var whereTo: HTML {
        """
        \(Picker("agency", "Cơ quan (gửi liên thông)", searchHref: "/van-ban-di/tim/co-quan", chosen: agencies, all: merged(choices.agencies, agencies)).html)\
        \(Picker("leadUnit", "Đơn vị trong cơ quan để xử lý", searchHref: "/van-ban-di/tim/don-vi", chosen: units(.lead), all: choices.units).html)\
        \(Picker("unit", "Đơn vị trong cơ quan để biết", searchHref: "/van-ban-di/tim/don-vi", chosen: units(.information), all: choices.units).html)\
        \(Fields.area("alsoTo", "Nơi nhận khác", value: content.alsoTo, hint: "Ngoài liên thông, mỗi dòng một nơi.", rows: 2))
        """
    }

    private var agencies: [Option] {
        recipients.compactMap { recipient in
            recipient.agency.map { Option($0.rawValue, recipient.name, detail: $0.rawValue) }
        }
    }

    private func units(_ role: BranchRole) -> [Option] {
        recipients.compactMap { recipient in
            guard let unit = recipient.unit, recipient.role == role else { return nil }
            return choices.units.first { $0.value == unit.description } ?? Option(unit.description, recipient.name)
        }
    }

    /// Chosen ones may lie beyond the first of the directory; without scripts they must stand in the list too.
    private func merged(_ all: [Option], _ chosen: [Option]) -> [Option] {
        all + chosen.filter { one in !all.contains { $0.value == one.value } }
    }

    private var files: HTML {
        let now = sourceName.map { "Đang có: \($0). Chọn tệp khác để thay." } ?? "PDF, hoặc DOCX, DOC, ODT, RTF để hệ thống chuyển sang PDF."
        return """
            \(Fields.file("main", "Tệp văn bản", accept: ".pdf,.docx,.doc,.odt,.rtf", hint: now))\
            \(Fields.file("attachment", "Tệp kèm riêng", accept: NewFile.attachmentEndings.map { ".\($0)" }.joined(separator: ","), allowsMany: true, hint: "Phụ lục cùng tệp với văn bản thì không tải lên ở đây. Tệp PDF sẽ được ký số của cơ quan."))\
            \(attachments.map { Fields.check("removeAttachment", "Bỏ tệp kèm \($0.name)", value: String($0.ordinal)) })
            """
    }

    private var reply: HTML {
        guard let reply = content.inReplyTo else { return .empty }
        return """
            \(Fields.hidden("inReplyTo", String(reply.id)))\
            <p class="quiet">Trả lời <a href="/van-ban-den/\(reply.id)">văn bản đến</a>.</p>
            """
    }
}
