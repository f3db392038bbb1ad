// The drafter's form.
internal import Platform
internal import Records
internal import WebUI

struct DraftFormView {
    struct Choices: Sendable {
        let signers: [Option]
        let receivers: ReceiverFields.Choices
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
        let back = id.map { "/van-ban-di/\($0)" } ?? "/van-ban-di"
        let content = [
            Fields.group("Văn bản", what), Fields.group("Người ký", who), Fields.group("Nơi nhận", whereTo),
            Fields.group("Tệp", files), reply,
            Fields.buttons(#"\#(Fields.submit("Lưu dự thảo")) <a class="button" href="\#(href: back)">Bỏ qua</a>"#),
        ]
        let key = id.map { "van-ban-di-\($0)" } ?? "van-ban-di-moi"
        return Lists.heading(id == nil ? "Soạn văn bản đi" : "Sửa dự thảo")
            + Fields.form(action, csrf: csrf, hasFiles: true, draftKey: key, content.joined())
    }

    private var what: HTML {
        let type = Fields.select(
            "type", "Loại văn bản",
            options: DocumentType.allCases.map { Option($0.rawValue, $0.label, detail: $0.abbreviation ?? "") },
            selected: content.type.rawValue, isRequired: true)
        let notation = Fields.text(
            "notation", "Ký hiệu", value: content.notation,
            hint: "Để trống, hệ thống đề xuất theo loại và đơn vị (QĐ-VHL; công văn VHL-VP).",
            maxLength: TextLimit.sentNotation.most)
        let subject = Fields.area(
            "subject", "Trích yếu", value: content.subject, isRequired: true, rows: 2, most: .sentSubject)
        let urgency = Fields.choices(
            "urgency", "Độ khẩn", options: Urgency.allCases.map { Option(String($0.rawValue), $0.label) },
            selected: String(content.urgency.rawValue))
        let secrecy = Fields.select(
            "secrecy", "Độ mật", options: SecurityLevel.allCases.map { Option(String($0.rawValue), $0.label) },
            selected: String(content.secrecy.rawValue), isRequired: true, hint: SecrecyRule.sentence)
        return [Fields.pair(type + notation), subject, urgency, secrecy].joined()
    }

    private var who: HTML {
        let signer = Fields.select(
            "signer", "Người ký", options: choices.signers, selected: content.signer?.description,
            hint: "Người đứng đầu ký trực tiếp, TM., Q.; cấp phó ký KT.; trưởng đơn vị ký TL., TUQ.", empty: "Chọn sau")
        let capacity = Fields.select(
            "capacity", "Thẩm quyền ký", options: SigningCapacity.allCases.map { Option($0.rawValue, $0.label) },
            selected: content.capacity.rawValue, isRequired: true)
        return Fields.pair(signer + capacity)
    }

    private var whereTo: HTML {
        let others = Fields.area(
            "alsoTo", "Nơi nhận khác", value: content.alsoTo, hint: "Ngoài liên thông, mỗi dòng một nơi.", rows: 2)
        let paper = Fields.check(
            "alsoOnPaper", "Gửi kèm bản giấy (chỉ trong trường hợp tại QĐ 28/2018/QĐ-TTg, Điều 7)",
            isOn: content.alsoOnPaper)
        return [ReceiverFields(choices: choices.receivers, chosen: recipients).html, others, paper].joined()
    }

    private var files: HTML {
        let now =
            sourceName.map { "Đang có: \($0). Chọn tệp khác để thay." }
            ?? "PDF, hoặc DOCX, DOC, ODT, RTF để hệ thống chuyển sang PDF."
        let main = Fields.file("main", "Tệp văn bản", accept: Self.accepted(NewFile.mainEndings), hint: now)
        let attachment = Fields.file(
            "attachment", "Tệp kèm riêng", accept: Self.accepted(NewFile.attachmentEndings), allowsMany: true,
            hint: "Phụ lục cùng tệp với văn bản thì không tải lên ở đây. Tệp PDF sẽ được ký số của cơ quan.")
        let removals = attachments.map {
            Fields.check("removeAttachment", "Bỏ tệp kèm \($0.name)", value: String($0.ordinal))
        }
        return main + attachment + removals.joined()
    }

    private static func accepted(_ endings: [String]) -> String { endings.map { ".\($0)" }.joined(separator: ",") }

    private var reply: HTML {
        let replaced: HTML? = content.replaces.map { id in
            """
            \(Fields.hidden("replaces", id.description))\
            <p class="quiet">Thay thế <a href="/van-ban-di/\(id)">văn bản đã ban hành</a>. Cơ quan đã nhận văn bản đó mà \
            không có trong nơi nhận lần này sẽ được đề nghị trả lại khi ban hành.</p>
            """
        }
        let tasks = Fields.text(
            "taskCodes", "Mã nhiệm vụ được trả lời", value: content.taskCodes.joined(separator: ", "),
            hint: "Mã nhiệm vụ cấp trên giao qua liên thông; nhiều mã cách nhau bằng dấu phẩy.", maxLength: 500)
        guard let reply = content.inReplyTo else { return "\(replaced)\(tasks)" }
        return """
            \(replaced)\(tasks)\
            \(Fields.hidden("inReplyTo", String(reply.id)))\
            <p class="quiet">Trả lời <a href="/van-ban-den/\(reply.id)">văn bản đến</a>.</p>
            """
    }
}
