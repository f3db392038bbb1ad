// What each action asks for.
internal import Platform
internal import Records
internal import Signing
internal import WebUI

struct OutgoingActions {
    let view: OutgoingView
    let keys: [KeyChoice]
    let csrf: String
    let actor: Actor

    private var base: String { "/van-ban-di/\(view.document.id)" }

    /// The next step on the document's way first.
    private static let order: [OutgoingDocument.Action] = [
        .sign, .initial, .number, .seal, .issue, .submit, .edit, .withdraw, .returnDraft, .cancel, .voidNumber,
        .distribute, .amend, .recall,
    ]

    var items: [ActionItem] {
        completion
            + Self.order.compactMap { action in
                view.offers.first { $0.name == action.rawValue }.map {
                    ActionItem(
                        $0, way(action), level: level(action), isStepBack: Self.stepsBack.contains(action),
                        note: action == .issue ? view.document.reach(view.recipients) : "")
                }
            } + replacement
    }

    /// A document of equal form puts right what is wrong in the content (NĐ 30/2020 Art. 18.3).
    private var replacement: [ActionItem] {
        guard view.document.state == .issued, mayDraft else { return [] }
        let offer = ActionOffer(
            name: "replace", label: "Soạn văn bản thay thế", obstacle: view.document.obstacleToReplacement)
        return [
            ActionItem(
                offer, .link(WebUI.address("/van-ban-di/moi", ["thay-the": view.document.id.description])),
                isStepBack: true)
        ]
    }

    private var mayDraft: Bool {
        actor.person == view.document.drafter || actor.has(.recordsClerk)
            || actor.heads.contains(view.document.unit)
    }

    private var recall: HTML {
        Fields.form(
            "\(base)/recall", csrf: csrf,
            """
            <p>Nơi nhận hủy văn bản điện tử và báo lại; bản lưu ở đây giữ nguyên, không gửi và không sửa nữa.</p>\
            \(Fields.area("reason", "Lý do", isRequired: true, hint: "Ít nhất 10 ký tự; nơi nhận sẽ đọc lý do này.", phrases: ["Văn bản có sai sót về nội dung.", "Gửi nhầm nơi nhận."], most: .reason))\
            \(Fields.choices(
                "way", "Hình thức",
                options: [Option("request", "Yêu cầu lấy lại"), Option("packet", "Gói tin thu hồi")],
                selected: "request",
                hint: "Yêu cầu lấy lại (trạng thái 13) dùng trong mọi trường hợp; gói tin thu hồi khi nơi nhận đòi hỏi."))\
            \(Fields.buttons(Fields.submit("Thu hồi", level: .bad)))
            """)
    }

    private var amend: HTML {
        let content = view.document.content
        return Fields.form(
            "\(base)/amend", csrf: csrf,
            """
            <p class="quiet">Chỉ sửa thông tin mô tả; nội dung đã ký không đổi. Sai nội dung thì soạn văn bản thay thế.</p>\
            \(Fields.area("subject", "Trích yếu", value: content.subject, isRequired: true, rows: 2, most: .sentSubject))\
            \(Fields.choices("urgency", "Độ khẩn", options: Urgency.allCases.map { Option(String($0.rawValue), $0.label) }, selected: String(content.urgency.rawValue)))\
            \(Fields.area("reason", "Lý do", isRequired: true, hint: "Ít nhất 10 ký tự; nơi nhận sẽ đọc lý do này.", rows: 2, most: .reason))\
            \(Fields.buttons(Fields.submit("Gửi bản cập nhật")))
            """)
    }

    private static let stepsBack: Set<OutgoingDocument.Action> = [
        .withdraw, .returnDraft, .cancel, .voidNumber, .distribute, .amend, .recall,
    ]

    private func level(_ action: OutgoingDocument.Action) -> Level {
        action == .cancel || action == .voidNumber || action == .recall ? .bad : .active
    }

    private func way(_ action: OutgoingDocument.Action) -> ActionItem.Way {
        switch action {
        case .edit: .link("\(base)/sua")
        case .initial: .form(pinForm(action, "Ký nháy vào văn bản bằng chứng thư số của bạn."))
        case .sign: .form(pinForm(action, signing))
        case .seal: .form(pinForm(action, sealing, pin: "Mã PIN của con dấu"))
        case .returnDraft, .cancel, .voidNumber: .form(reasonForm(action))
        case .recall: .form(recall)
        case .amend: .form(amend)
        case .distribute: .link(MoreReceiversView.path(view.document.id))
        case .submit, .withdraw, .number, .issue, .resend: .post("\(base)/\(action.rawValue)")
        }
    }

    private var signing: String {
        let content = view.document.content
        let place =
            DocumentPlaces(json: view.document.places)?[.signature]
            .map { " Ảnh chữ ký đặt ở trang \($0.page), giữa chức vụ và họ tên." } ?? ""
        return "Ký với thẩm quyền: \(content.signatureLine) – \(content.signerName).\(place)"
    }

    private var sealing: String {
        let count = view.attachments.filter(\.isPDF).count
        let marks = count == 0 ? "" : " và \(count) tệp kèm (góc trên bên phải trang đầu)"
        return "Ký số của cơ quan lên văn bản\(marks); ảnh dấu trùm 1/3 chữ ký về bên trái."
    }

    /// The file on the screen goes along: what was not seen is not signed.
    private func pinForm(_ action: OutgoingDocument.Action, _ sentence: String, pin: String = "Mã PIN") -> HTML {
        Fields.form(
            "\(base)/\(action.rawValue)", csrf: csrf,
            """
            <p>\(sentence)</p>\(view.main.map { Fields.hidden("seen", $0.blob.sha256) })\
            \(KeyFields(keys, pinLabel: pin).html)\
            \(Fields.buttons(Fields.submit(action.label)))
            """)
    }

    private func reasonForm(_ action: OutgoingDocument.Action) -> HTML {
        Fields.form(
            "\(base)/\(action.rawValue)", csrf: csrf,
            """
            \(Fields.area("reason", "Lý do", isRequired: true, hint: "Ít nhất 10 ký tự; người soạn sẽ đọc lý do này.", phrases: phrases(action), most: .reason))\
            \(Fields.buttons(Fields.submit(action.label, level: action == .returnDraft ? .active : .bad)))
            """)
    }

    private func phrases(_ action: OutgoingDocument.Action) -> [String] {
        action == .returnDraft
            ? [
                "Đề nghị chỉnh lại thể thức theo Nghị định 30/2020/NĐ-CP.", "Đề nghị bổ sung căn cứ.",
                "Đề nghị xem lại nơi nhận.",
            ]
            : []
    }

    /// A unit that is to deal with the document tells its result here.
    private var completion: [ActionItem] {
        guard view.work != nil else { return [] }
        let form = Fields.form(
            "\(base)/complete", csrf: csrf,
            """
            \(Fields.area("outcome", "Kết quả xử lý", isRequired: true))\
            \(Fields.buttons(Fields.submit("Hoàn thành")))
            """)
        return [ActionItem(ActionOffer(name: "complete", label: "Hoàn thành xử lý", obstacle: nil), .form(form))]
    }
}

extension OutgoingDocument {
    /// To how many it goes once it is issued, and how: `Gửi đến 47 nơi nhận: 45 cơ quan qua liên thông, 2 đơn vị.`
    func reach(_ recipients: [Recipient]) -> String {
        let agencies = recipients.count { $0.agency != nil }
        let units = recipients.count - agencies
        let by = isSecret ? "theo đường văn bản mật" : "qua liên thông"
        let kinds = [agencies > 0 ? "\(agencies) cơ quan \(by)" : "", units > 0 ? "\(units) đơn vị" : ""]
        guard !recipients.isEmpty else { return "Không có nơi nhận nào trên hệ thống." }
        return "Gửi đến \(recipients.count) nơi nhận: \(kinds.filter { !$0.isEmpty }.joined(separator: ", "))."
    }
}
