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
    let counts: [TaskTab: Int]
    let errands: [SigningErrand]
    let isFirst: Bool
    let today: Day

    var html: HTML {
        """
        \(Lists.heading("Ký số"))\(TaskTabs.html(tab, counts))\(list)
        """
    }

    private var list: HTML {
        guard !page.items.isEmpty else {
            return Lists.empty(tab.title, tab.whenEmpty, isGood: tab == .failed || tab == .processing)
        }
        return """
            \(Lists.rows(page.items.map(row), today: today, label: tab.title))\
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
        case .waiting, .processing: agent.isEmpty ? (servicePage.map(visiting) ?? phone) : asked
        case .signed: Marks.message(.ok, .text("\(errand.done) lúc \(Format.time(task.movedAt))."))
        case .dropped: Marks.message(.neutral, "Yêu cầu ký này không còn cần: văn bản đã chuyển bước khác.")
        case .failed: failed
        }
    }

    /// Asks again until the task has moved on.
    static func waiting(_ task: SigningTask) -> HTML {
        Waiting.poll("Đang chờ người giữ khóa xác nhận…", href: "/ky-so/viec/\(task.id)/tinh-trang")
    }

    private var servicePage: String? {
        if case .remote(.visit(let page)) = task.progress { page } else { nil }
    }

    private func visiting(_ page: String) -> HTML {
        "\(VisitCard(page: page, until: task.expiresAt).html)\(Self.waiting(task))\(cancel)"
    }

    private var phone: HTML {
        let isAnswered = if case .answered = task.progress { true } else { false }
        guard !isAnswered else {
            return
                "\(Marks.message(.neutral, "Đã xác nhận trên điện thoại; đang lấy dấu thời gian và ghi chữ ký."))\(Self.waiting(task))"
        }
        return """
            <section class="countdown-card">\(task.expiresAt.map { #"<p class="big">\#(Waiting.countdown(to: $0))</p>"# as HTML })\
            <h2>Mở ứng dụng ký số trên điện thoại và xác nhận</h2>\
            <p>Yêu cầu đã được gửi đến điện thoại của bạn. Có thể rời trang này; kết quả được báo ở chuông phía trên.</p></section>\
            \(Self.waiting(task))\(cancel)
            """
    }

    private var asked: HTML {
        "\(program.html(agent, failed: "\(base)/khong-ky", after: base))\(Self.waiting(task))\(cancel)"
    }

    private var cancel: HTML {
        Fields.form("\(base)/huy", csrf: csrf, Fields.buttons(Fields.submit("Hủy yêu cầu ký", level: .neutral)))
    }

    private var failed: HTML {
        """
        \(Marks.message(.bad, .text(task.failure?.message ?? "Chưa ký được.")))\
        <section class="again"><h2>Ký lại</h2>\(Fields.form(
            "\(base)/ky-lai", csrf: csrf,
            "\(KeyFields(keys, pinLabel: errand.isSeal ? "Mã PIN của con dấu" : "Mã PIN").html)\(Fields.buttons(Fields.submit("Ký lại")))"))</section>\
        \(Fields.form("\(base)/bo", csrf: csrf, Fields.buttons(Fields.submit("Bỏ khỏi danh sách", level: .neutral))))
        """
    }
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

struct BatchView {
    let state: BatchState
    let isRunning: Bool
    /// Set while the page itself goes through the batch.
    let program: AgentCard?
    /// Where the signer agrees to the batch, at a service that has him agree on its own page.
    let page: String?
    let keys: [KeyChoice]
    let failed: [SigningTask]
    let others: [SigningTask]
    let csrf: String

    private var base: String { "/ky-so/lo/\(state.id)" }
    /// Something is being signed or waits for a phone.
    var isMoving: Bool { isRunning || state.count(.processing) > 0 }
    private var done: Int { state.count(.signed) + state.count(.failed) }

    var html: HTML {
        """
        \(Lists.heading("Ký theo lô", count: state.total))\(program.map { $0.html(next: "\(base)/may-ky", after: base) })\(page.map { VisitCard(page: $0, until: state.aliveUntil).html })\(progress)\(start)\(failures)\(rest)\
        <p class="buttons"><a class="button" href="\(href: TaskTab.toSign.href)">Về danh sách cần ký</a></p>
        """
    }

    var progress: HTML {
        let words =
            "\(state.count(.signed)) đã ký, \(state.count(.failed)) thất bại, \(state.count(.waiting) + state.count(.processing)) còn lại"
        let asking: HTML =
            isMoving ? #" hx-get="\#(href: base + "/tinh-trang")" hx-trigger="every 2s" hx-swap="outerHTML""# : .empty
        return """
            <div class="waiting" role="status"\(asking)><progress value="\(done)" max="\(max(state.total, 1))" aria-label="\(words)"></progress>\
            <p>\(words).\(isMoving ? leaving : "")</p></div>
            """
    }

    private var leaving: String {
        program == nil
            ? " Bạn có thể rời trang này; kết quả sẽ được báo."
            : " Hãy giữ trang này mở; nếu lỡ đóng, mở lại lô để ký tiếp các văn bản còn lại."
    }

    private var start: HTML {
        guard state.count(.waiting) > 0, !isRunning else {
            return isMoving
                ? Fields.form("\(base)/dung", csrf: csrf, Fields.buttons(Fields.submit("Dừng lại", level: .neutral)))
                : .empty
        }
        let hasBegun = done > 0
        return """
            \(HTML.when(hasBegun, Marks.message(.warn, "Lô đã dừng giữa chừng. Mã PIN không được lưu ở đâu cả: hãy nhập lại để ký tiếp các văn bản còn lại.")))\
            \(Fields.form("\(base)/ky", csrf: csrf, "\(KeyFields(keys).html)\(Fields.buttons(Fields.submit("Ký \(state.count(.waiting)) văn bản")))"))
            """
    }

    private var failures: HTML {
        guard !failed.isEmpty else { return .empty }
        return """
            <section class="results"><h2>Thất bại (\(failed.count))</h2><ul>\(failed.map(line))</ul>\
            \(HTML.when(!isMoving, Fields.form("\(base)/lam-lai", csrf: csrf, Fields.buttons(Fields.submit("Ký lại các văn bản thất bại", level: .neutral)))))</section>
            """
    }

    private var rest: HTML {
        guard !others.isEmpty else { return .empty }
        return #"<section class="results"><h2>Từng văn bản</h2><ul>\#(others.map(line))</ul></section>"#
    }

    private func line(_ task: SigningTask) -> HTML {
        """
        <li><a href="\(href: task.order.href)"><strong>\(task.order.title)</strong> \(task.state.tag.html)\
        \(task.failure.map { #"<span class="quiet">\#($0.message)</span>"# as HTML })</a></li>
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
