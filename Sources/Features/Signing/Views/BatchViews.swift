// A batch on screen: before it begins, while it is signed, what became of each document; and as a row among what is open.
internal import Foundation
internal import Platform
internal import Records
internal import SignatureCore
internal import WebUI

struct BatchView {
    let state: BatchState
    let isRunning: Bool
    /// Set while the page itself goes through the batch.
    let program: AgentCard?
    /// Where the signer agrees to the batch, at a service that has him agree on its own page.
    let page: String?
    let isSeal: Bool
    let keys: [KeyChoice]
    /// Those that failed, and those that left the batch unsigned.
    let failed: [SigningTask]
    let dropped: [SigningTask]
    let others: [SigningTask]
    let csrf: String

    private var base: String { "/ky-so/lo/\(state.id)" }
    /// Something is being signed or waits for a phone.
    var isMoving: Bool { isRunning || state.count(.processing) > 0 }
    private var done: Int { state.count(.signed) + state.count(.failed) }

    var html: HTML {
        """
        \(Lists.heading("Ký theo lô", count: state.total))\(program.map { $0.html(next: "\(base)/may-ky", after: base) })\(page.map { VisitCard(page: $0, until: state.aliveUntil).html })\(progress)\(start)\(failures)\(leavers)\(rest)\
        <p class="buttons"><a class="button" href="\(href: TaskTab.toSign.href)">Về danh sách cần ký</a></p>
        """
    }

    var progress: HTML {
        let words = "\(state.results), \(state.left) còn lại"
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
        guard state.count(.waiting) > 0, !isRunning else { return isMoving ? stop("Dừng lại") : .empty }
        let fields = KeyFields(keys, pinLabel: isSeal ? "Mã PIN của con dấu" : "Mã PIN").html
        return """
            \(Marks.message(state.begunAt == nil ? .neutral : .warn, .text(standing)))\
            \(Fields.form("\(base)/ky", csrf: csrf, "\(fields)\(Fields.buttons(Fields.submit("Ký \(state.count(.waiting)) văn bản")))"))\
            \(stop(state.begunAt == nil ? "Bỏ lô" : "Thôi ký các văn bản còn lại"))
            """
    }

    private var standing: String {
        guard state.begunAt != nil else {
            return
                "Lô chưa bắt đầu ký: người khác vẫn ký riêng được từng văn bản này. Lô không ký trong một ngày thì tự bỏ."
        }
        let last = failed.max { $0.movedAt < $1.movedAt }?.failure
        let why = last.flatMap { SigningBatches.endsBatch.contains($0.code) ? " \($0.message)" : nil }
        return
            "Lô đã dừng giữa chừng.\(why ?? "") Mã PIN không được lưu ở đâu cả: hãy nhập lại để ký tiếp các văn bản còn lại."
    }

    private func stop(_ label: String) -> HTML {
        Fields.form("\(base)/dung", csrf: csrf, Fields.buttons(Fields.submit(label, level: .neutral)))
    }

    private var failures: HTML {
        guard !failed.isEmpty else { return .empty }
        return """
            <section class="batch-results"><h2>Thất bại (\(failed.count))</h2><ul>\(failed.map(line))</ul>\
            \(HTML.when(!isMoving, Fields.form("\(base)/lam-lai", csrf: csrf, Fields.buttons(Fields.submit("Ký lại các văn bản thất bại", level: .neutral)))))</section>
            """
    }

    private var leavers: HTML { list("Không ký trong lô này (\(dropped.count))", dropped) }
    private var rest: HTML { list("Từng văn bản", others) }

    private func list(_ title: String, _ tasks: [SigningTask]) -> HTML {
        tasks.isEmpty
            ? .empty : #"<section class="batch-results"><h2>\#(title)</h2><ul>\#(tasks.map(line))</ul></section>"#
    }

    private func line(_ task: SigningTask) -> HTML {
        """
        <li><a href="\(href: task.order.href)"><strong>\(task.order.title)</strong></a> \(task.state.tag.html)\
        \(task.failure.map { #"<span class="quiet">\#($0.message)</span>"# as HTML })</li>
        """
    }
}

extension BatchState {
    func row(at now: Date) -> ListRow {
        let (words, tag, next): (String, Tag, String?) =
            if isRunning(at: now) || count(.processing) > 0 {
                ("Đang ký", TaskState.processing.tag, nil)
            } else if begunAt == nil {
                ("Chưa bắt đầu; người khác vẫn ký riêng được", Tag("Chưa ký"), "Bắt đầu ký")
            } else {
                ("Dừng lúc \(Format.time(movedAt))", Tag("Đã dừng", .warn), "Ký tiếp")
            }
        return ListRow(
            href: "/ky-so/lo/\(id)", number: "Ký theo lô", date: Format.time(createdAt),
            subject: "\(results), \(left) còn lại", issuer: words, role: next, state: tag)
    }
}
