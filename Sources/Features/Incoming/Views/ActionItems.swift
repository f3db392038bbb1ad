// What each action asks for.
internal import Platform
internal import Records
internal import Signing
internal import WebUI

struct IncomingActions {
    let view: IncomingView
    let choices: IncomingChoices
    let keys: [KeyChoice]
    let sealKeys: [KeyChoice]?
    let csrf: String
    let today: Day
    let actor: Actor

    private var base: String { "/van-ban-den/\(view.document.id)" }

    /// What is looked for first comes first.
    private static let order: [IncomingDocument.Action] = [
        .register, .submit, .direct, .assign, .takeUp, .complete, .report, .forward, .conclude, .giveBack, .recall,
        .refuse,
    ]

    var items: [ActionItem] {
        answers
            + Self.order.compactMap { action in
                view.offers.first { $0.name == action.rawValue }.map {
                    ActionItem(
                        $0, $0.isPossible ? way(action) : .post(address(action)),
                        level: action == .refuse ? .bad : .active,
                        isStepBack: Self.stepsBack.contains(action))
                }
            } + copy + reply
    }

    /// Offered as long as there is something to be copied.
    private var copy: [ActionItem] {
        guard let sealKeys else { return [] }
        let offer = ActionOffer(name: "copy", label: "Sao y (ký bản số hóa)", obstacle: nil)
        let form = Fields.form(
            "\(base)/copy", csrf: csrf,
            """
            <p class="quiet">Chữ ký số của cơ quan được đặt ở góc trên bên phải trang đầu, trên một bản riêng; bản quét giữ nguyên.</p>\
            \(KeyFields(sealKeys, pinLabel: "Mã PIN của con dấu").html)\(Fields.buttons(Fields.submit("Ký sao y")))
            """)
        // At hand in the menu: it is never the thing to do next.
        return [ActionItem(offer, .form(form), isStepBack: true)]
    }

    /// A request of the sender is answered before anything else is done.
    private var answers: [ActionItem] {
        guard actor.has(.recordsClerk) else { return [] }
        return view.changes.filter { $0.state == .open }.map { request in
            ActionItem(
                ActionOffer(name: "answer-\(request.id)", label: request.actLabel, obstacle: nil),
                .link(request.href))
        }
    }

    private static let stepsBack: Set<IncomingDocument.Action> = [.giveBack, .recall, .refuse]

    private func address(_ action: IncomingDocument.Action) -> String { "\(base)/\(action.rawValue)" }

    private func way(_ action: IncomingDocument.Action) -> ActionItem.Way {
        switch action {
        case .register: .form(form(action, register))
        case .refuse: .form(form(action, reason("Nơi gửi sẽ đọc lý do này."), level: .bad))
        case .submit: .form(form(action, submit))
        case .direct: .form(DirectiveForm(actions: self, address: address(action)).html)
        case .assign: .form(form(action, assign))
        case .takeUp: .form(form(action, .empty))
        case .report: .form(form(action, Fields.area("progress", "Tiến độ", isRequired: true)))
        case .complete:
            .form(
                form(
                    action,
                    Fields.area(
                        "outcome", "Kết quả xử lý", isRequired: true,
                        phrases: ["Đã giải quyết xong.", "Đã có văn bản trả lời."])))
        case .forward: .form(form(action, forward))
        case .conclude:
            .form(form(action, Fields.area("conclusion", "Ý kiến", phrases: ["Đã xem.", "Lưu để theo dõi."])))
        case .giveBack: .form(form(action, reason("Người gửi sẽ đọc lý do này.")))
        case .recall: .form(form(action, recall))
        }
    }

    /// A form of the action, with the branch it is drawn for.
    private func form(_ action: IncomingDocument.Action, _ fields: HTML, level: Level = .active) -> HTML {
        Fields.form(
            address(action), csrf: csrf,
            "\(branch)\(fields)\(Fields.buttons(Fields.submit(action.label, level: level)))")
    }

    var branch: HTML { view.work.map { Fields.hidden("branch", $0.id.description) } ?? .empty }

    // MARK: The clerk

    private var register: HTML {
        let twins =
            view.likenesses.isEmpty
            ? .empty : Fields.check("confirmed", "Tôi đã kiểm tra: đây không phải văn bản trùng, vẫn vào sổ")
        return """
            <p class="quiet">Số đến do sổ cấp khi bấm nút.</p>\
            \(Fields.date("received", "Ngày đến", value: today, isRequired: true))\
            \(Fields.date("due", "Hạn xử lý", value: view.document.content.dueOn.flatMap { $0 >= today ? $0 : nil }, least: today, today: today))\(twins)
            """
    }

    private var submit: HTML {
        """
        \(Fields.select("leader", "Lãnh đạo", options: choices.leaders, selected: choices.leaders.first?.value, isRequired: true))\
        \(Fields.area("note", "Nội dung trình", rows: 2, phrases: ["Kính trình xin ý kiến chỉ đạo.", "Kính trình; đề xuất giao đơn vị chuyên môn chủ trì."]))\
        \(Fields.date("due", "Hạn cho ý kiến", least: today, today: today))
        """
    }

    private func reason(_ hint: String) -> HTML {
        Fields.area(
            "reason", "Lý do", isRequired: true, hint: "Ít nhất 10 ký tự. \(hint)",
            phrases: [
                "Không đúng thẩm quyền giải quyết.", "Văn bản gửi nhầm nơi nhận.",
                "Tệp không mở được, đề nghị gửi lại.",
            ], most: .reason)
    }

    // MARK: Units and officers

    private var assign: HTML {
        """
        \(AssignmentRows(rows: choices.rows, today: today, hasInformation: true).html)\
        \(Fields.area("note", "Nội dung giao", rows: 2))\
        \(Fields.date("due", "Hạn xử lý", value: limit, least: today, today: today))
        """
    }

    /// The deadline nobody below may exceed; one already gone by is not offered.
    var limit: Day? { (view.work?.dueOn ?? view.document.content.dueOn).flatMap { $0 >= today ? $0 : nil } }

    private var forward: HTML {
        let target: HTML =
            view.work?.role == .decide
            ? Fields.select(
                "to", "Lãnh đạo", options: choices.leaders.map { Option("p\($0.value)", $0.label, detail: $0.detail) },
                selected: nil,
                isRequired: true)
            : Picker(
                "to", "Chuyển đến", searchHref: "/van-ban-den/tim/noi-nhan", allowsMany: false, isRequired: true,
                all: choices.all
            ).html
        return "\(target)\(Fields.area("forward-note", "Ghi chú", rows: 2))"
    }

    private var recall: HTML {
        let boxes = view.found.recallable(by: actor).map { branch in
            Fields.check(
                "branches", "\(branch.holderName) (\(branch.role.label.lowercased()))", isOn: true,
                value: branch.id.description)
        }
        return Fields.group("Thu hồi từ", "\(boxes)")
    }

    /// Whoever works on it may answer it.
    private var reply: [ActionItem] {
        guard let work = view.work, work.role == .lead, work.state != .passed else { return [] }
        let offer = ActionOffer(name: "reply", label: "Soạn văn bản trả lời", obstacle: nil)
        let href = WebUI.address(
            "/van-ban-di/moi",
            [
                "tra-loi": view.document.id.description,
                "trich-yeu": "V/v trả lời văn bản số \(view.document.content.code)",
            ])
        return [ActionItem(offer, .link(href))]
    }
}
