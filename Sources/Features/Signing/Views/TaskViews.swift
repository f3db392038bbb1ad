// Ký số on screen: tabs, rows, one signing, notices.
internal import Foundation
internal import Platform
internal import Records
internal import SignatureCore
internal import WebUI

enum TaskTabs {
    static func html(_ current: TaskTab, _ counts: [TaskTab: Int]) -> HTML {
        Lists.tabs(
            TaskTab.allCases.map { tab in
                // How much was ever signed helps nobody to decide what to do next, but every tab tells its list.
                Chip(tab.title, href: tab.href, isOn: tab == current, count: counts[tab])
            }, label: "Ký số")
    }
}

struct ToSignView {
    let page: ListPage<DocumentToSign>
    let counts: [TaskTab: Int]
    let errands: [SigningErrand]
    let kind: String?
    let isFirst: Bool
    let csrf: String
    let today: Day

    var html: HTML {
        """
        \(Lists.heading("Ký số"))\(TaskTabs.html(.toSign, counts))\(chips)\(list)
        """
    }

    private var chips: HTML {
        guard errands.count > 1 else { return .empty }
        return Lists.chips(
            [Chip("Tất cả", href: TaskTab.toSign.href, isOn: kind == nil)]
                + errands.map {
                    Chip($0.label, href: address(TaskTab.toSign.href, ["viec": $0.kind]), isOn: $0.kind == kind)
                })
    }

    private var list: HTML {
        guard !page.items.isEmpty else {
            return Lists.empty("Không có gì cần ký", TaskTab.toSign.whenEmpty, isGood: true)
        }
        let rows = page.items.map { one in
            ListRow(
                href: one.href, number: one.subtitle, date: Format.time(one.at), subject: one.title, issuer: "",
                role: errands.first { $0.kind == one.errand }?.label, selection: one.value)
        }
        return """
            \(Lists.batch(
                "/ky-so/lo", csrf: csrf, buttons: Fields.submit("Ký các văn bản đã chọn"),
                rows: Lists.rows(rows, today: today, label: TaskTab.toSign.title)))\
            \(Lists.pager(next: page.next, path: address(TaskTab.toSign.href, ["viec": kind]), isFirst: isFirst))
            """
    }
}

struct TaskListView {
    let tab: TaskTab
    let page: ListPage<SigningTask>
    /// Those that are still to be brought to an end, on the first page of “Đang xử lý”.
    let batches: [BatchState]
    let counts: [TaskTab: Int]
    let errands: [SigningErrand]
    let isFirst: Bool
    let now: Date

    var html: HTML {
        """
        \(Lists.heading("Ký số"))\(TaskTabs.html(tab, counts))\(list)
        """
    }

    private var list: HTML {
        guard !page.items.isEmpty || !batches.isEmpty else {
            return Lists.empty(tab.title, tab.whenEmpty, isGood: tab == .failed || tab == .processing)
        }
        return """
            \(Lists.rows(
                batches.map { $0.row(at: now) } + page.items.map(row), today: Day(at: now), label: tab.title))\
            \(Lists.pager(next: page.next, path: tab.href, isFirst: isFirst))
            """
    }

    private func row(_ task: SigningTask) -> ListRow {
        ListRow(
            href: tab == .signed ? task.order.href : "/ky-so/viec/\(task.id)",
            number: errands.first { $0.kind == task.errand }?.label ?? "", date: Format.time(task.movedAt),
            subject: task.order.title, issuer: task.failure?.message ?? "", state: task.state.tag)
    }
}

extension TaskState {
    var tag: Tag {
        switch self {
        case .waiting, .processing: Tag(label, .active)
        case .signed: Tag(label, .neutral)
        case .failed: Tag(label, .bad)
        case .dropped: Tag(label)
        }
    }
}

struct TaskView {
    let task: SigningTask
    let errand: SigningErrand
    /// Where the key is that was asked.
    let kind: KeyKind
    let keys: [KeyChoice]
    let agent: [AgentRequest]
    let program: AgentCard
    let csrf: String

    private var base: String { "/ky-so/viec/\(task.id)" }

    var html: HTML {
        """
        \(Lists.heading("\(errand.label)"))<p class="lead">\(task.order.title)</p>\(content)\
        <p class="buttons"><a class="button" href="\(href: task.order.href)">Xem văn bản</a></p>
        """
    }

    private var content: HTML {
        switch task.state {
        case .waiting, .processing: open
        case .signed: Marks.message(.ok, .text("\(errand.doneWords) lúc \(Format.time(task.movedAt))."))
        case .dropped:
            Marks.message(
                .neutral, .text(task.failure?.message ?? "Yêu cầu ký này không còn cần: văn bản đã chuyển bước khác."))
        case .failed: failed
        }
    }

    private var open: HTML {
        guard agent.isEmpty else { return asked }
        if let servicePage { return visiting(servicePage) }
        return kind == .remote ? phone : Self.waiting(task, kind)
    }

    /// Asks again until the task has moved on. The page itself speaks with a program on the person's computer.
    static func waiting(_ task: SigningTask, _ kind: KeyKind) -> HTML {
        Waiting.poll(
            kind.waitingWords, href: "/ky-so/viec/\(task.id)/tinh-trang", mayLeave: kind != .agent)
    }

    private var servicePage: String? {
        if case .remote(.visit(let page)) = task.progress { page } else { nil }
    }

    private func visiting(_ page: String) -> HTML {
        "\(VisitCard(page: page, until: task.expiresAt).html)\(Self.waiting(task, kind))\(cancel)"
    }

    private var phone: HTML {
        let isAnswered = if case .answered = task.progress { true } else { false }
        guard !isAnswered else {
            return
                "\(Marks.message(.neutral, "Đã xác nhận trên điện thoại; đang lấy dấu thời gian và ghi chữ ký."))\(Self.waiting(task, kind))"
        }
        return """
            <section class="countdown-card">\(task.expiresAt.map { #"<p class="big">\#(Waiting.countdown(to: $0))</p>"# as HTML })\
            <h2>Mở ứng dụng ký số trên điện thoại và xác nhận</h2>\
            <p>Yêu cầu đã được gửi đến điện thoại của bạn. Có thể rời trang này; kết quả được báo ở chuông phía trên.</p></section>\
            \(Self.waiting(task, kind))\(cancel)
            """
    }

    private var asked: HTML {
        "\(program.html(agent, failed: "\(base)/khong-ky", after: base))\(Self.waiting(task, kind))\(cancel)"
    }

    private var cancel: HTML {
        Fields.form("\(base)/huy", csrf: csrf, Fields.buttons(Fields.submit("Hủy yêu cầu ký", level: .neutral)))
    }

    private var failed: HTML {
        """
        \(Marks.message(.bad, .text(task.failure?.message ?? "Chưa ký được.")))\(wholeBatch)\
        <section class="again"><h2>Ký lại</h2>\(Fields.form(
            "\(base)/ky-lai", csrf: csrf,
            "\(KeyFields(keys, pinLabel: errand.isSeal ? "Mã PIN của con dấu" : "Mã PIN").html)\(Fields.buttons(Fields.submit("Ký lại")))"))</section>\
        \(Fields.form("\(base)/bo", csrf: csrf, Fields.buttons(Fields.submit("Bỏ khỏi danh sách", level: .neutral))))
        """
    }
}

extension TaskView {
    private var wholeBatch: HTML? {
        task.batch.map { #"<p><a href="\#(href: "/ky-so/lo/\($0)")">Xem cả lô</a></p>"# }
    }
}

extension KeyKind {
    /// What is waited for.
    fileprivate var waitingWords: String {
        switch self {
        case .pkcs12, .pkcs11: "Đang ký trên máy chủ…"
        case .remote: "Đang chờ người giữ khóa xác nhận…"
        case .agent: "Đang chờ phần mềm ký trên máy này. Hãy giữ trang này mở."
        }
    }
}

extension SigningErrand {
    /// What was done, to be followed by when.
    fileprivate var doneWords: String { done.hasSuffix(".") ? String(done.dropLast()) : done }
}

/// What stands on the page while its script speaks with the signing program on the person's computer; without the script
/// nothing can be signed this way.
struct AgentCard {
    let address: String
    /// For the answer to one question.
    let patienceSeconds: Int

    init(_ tasks: SigningTasks) {
        address = tasks.ground.settings.agentAddress
        patienceSeconds = tasks.agentPatienceSeconds
    }

    /// One signing: what is put to the program stands in the page.
    func html(_ requests: [AgentRequest], failed: String, after: String) -> HTML {
        let text = String(decoding: (try? JSONEncoder().encode(requests)) ?? Data("[]".utf8), as: UTF8.self)
        return card(
            #"data-agent="\#(address)" data-requests="\#(text)" data-failed="\#(failed)" data-after="\#(after)""#)
    }

    /// A batch: the page asks for its next question.
    func html(next: String, after: String) -> HTML {
        card(#"data-agent="\#(address)" data-next="\#(next)" data-after="\#(after)""#)
    }

    private func card(_ data: HTML) -> HTML {
        """
        <section class="countdown-card" \(data) data-patience="\(patienceSeconds)">\
        <h2>Đang gọi phần mềm ký số trên máy này</h2>\
        <p data-agent-words role="status" aria-live="polite">Hãy nhập mã PIN của token trong cửa sổ phần mềm ký.</p>\
        <noscript><p>Cách ký này cần JavaScript. Hãy chọn chứng thư số khác.</p></noscript></section>
        """
    }
}

/// The way to the page of the signing service; a link, because a form may not send anybody elsewhere.
struct VisitCard {
    let page: String
    let until: Date?

    var html: HTML {
        """
        <section class="countdown-card">\(until.map { #"<p class="big">\#(Waiting.countdown(to: $0))</p>"# as HTML })\
        <h2>Xác nhận trên trang của dịch vụ ký số</h2>\
        <p>Bạn đăng nhập ở đó, xem và đồng ý; xong sẽ được đưa trở lại đây.</p>\
        <p class="buttons"><a class="button primary" href="\(href: page)" rel="noreferrer">Đến trang xác nhận</a></p></section>
        """
    }
}

struct NoticesView {
    let notices: [SigningNotice]

    var html: HTML {
        guard !notices.isEmpty else {
            return
                "\(Lists.heading("Thông báo"))\(Lists.empty("Chưa có thông báo", "Kết quả ký số sẽ được báo ở đây.", isGood: true))"
        }
        return #"\#(Lists.heading("Thông báo"))<ul class="notices">\#(notices.map(line))</ul>"#
    }

    private func line(_ notice: SigningNotice) -> HTML {
        """
        <li class="\(notice.isRead ? "" : "unread")"><a href="\(href: notice.href)">\(notice.isGood ? Icon.check.html : Icon.warning.html)\
        <span><span class="words">\(notice.words)</span> <span class="quiet">\(Marks.time(notice.at))</span></span></a></li>
        """
    }
}
