// The exchange as pages: how the connection stands, what went out, what came in.
internal import Foundation
internal import Platform
internal import Records
internal import WebUI

/// Gói gửi đi.
struct OutboxList {
    let overview: LinkOverview
    let page: ListPage<Transmission>
    let state: Transmission.State?
    let isFirst: Bool
    let csrf: String
    let today: Day

    static let path = "/lien-thong"
    static let failedPath = "/lien-thong?loc=failed"

    static func path(_ state: Transmission.State?) -> String { address(path, ["loc": state?.rawValue]) }

    var html: HTML {
        """
        \(Lists.heading("Liên thông"))
        \(overview.html(today: today))
        \(exchangeTabs(overview, isOutbox: true))
        \(Lists.chips(chips, label: "Trạng thái gửi"))
        \(page.items.isEmpty ? empty : exchangeRows(page.items.map(row), "Gói gửi đi"))
        \(Lists.pager(next: page.next, path: Self.path(state), isFirst: isFirst))
        """
    }

    private var chips: [Chip] {
        [Chip("Tất cả", href: Self.path, isOn: state == nil)]
            + Transmission.State.allCases.map { Chip($0.label, href: Self.path($0), isOn: state == $0) }
    }

    private var empty: HTML {
        switch state {
        case .failed: Lists.empty("Không có gói nào gửi lỗi", "Mọi gói đều đã gửi hoặc đang tự gửi.", isGood: true)
        case .waiting: Lists.empty("Không có gói nào đang chờ", "Mọi gói đều đã đến trục liên thông.", isGood: true)
        case .stopped: Lists.empty("Không có gói nào ngừng gửi", "Chưa văn bản nào được thu hồi khi đang gửi.")
        case .sent, nil: Lists.empty("Chưa gửi gói nào", "Văn bản ban hành cho cơ quan ngoài sẽ hiện ở đây.")
        }
    }

    private func row(_ item: Transmission) -> HTML {
        let attempts = item.attempts > 1 ? "đã thử \(item.attempts) lần" : ""
        return exchangeRow(
            at: item.createdAt,
            title: item.subject.path.map { #"<a href="\#(href: $0)">\#(item.title)</a>"# } ?? .text(item.title),
            details: [item.kind.label, item.agencyName, item.agency.rawValue, attempts], problem: item.problem,
            tag: item.tag,
            packet: ("/lien-thong/goi-di/\(item.id)/tai", item.packet),
            acts: item.state == .failed ? [act("Gửi lại", "/lien-thong/goi-di/\(item.id)/gui-lai", csrf)] : [])
    }
}

/// Gói nhận về.
struct InboxList {
    let overview: LinkOverview
    let page: ListPage<Arrival>
    let openOnly: Bool
    let isFirst: Bool
    let csrf: String
    let today: Day

    static let path = "/lien-thong/goi-den"
    static let openPath = "/lien-thong/goi-den?loc=can-xem"

    var html: HTML {
        """
        \(Lists.heading("Liên thông"))
        \(overview.html(today: today))
        \(exchangeTabs(overview, isOutbox: false))
        \(Lists.chips(chips, label: "Trạng thái nhận"))
        \(page.items.isEmpty ? empty : exchangeRows(page.items.map(row), "Gói nhận về"))
        \(Lists.pager(next: page.next, path: openOnly ? Self.openPath : Self.path, isFirst: isFirst))
        """
    }

    private var chips: [Chip] {
        [
            Chip("Tất cả", href: Self.path, isOn: !openOnly),
            Chip("Cần xem", href: Self.openPath, isOn: openOnly, count: overview.open),
        ]
    }

    private var empty: HTML {
        openOnly
            ? Lists.empty("Không có gói nào cần xem", "Mọi gói đến đều đã vào sổ hoặc khớp văn bản.", isGood: true)
            : Lists.empty("Chưa nhận gói nào", "Văn bản và trạng thái từ cơ quan khác sẽ hiện ở đây.")
    }

    private func row(_ item: Arrival) -> HTML {
        let settled = item.settledBy.isEmpty ? "" : "\(item.settledBy) đã xem"
        return exchangeRow(
            at: item.receivedAt, title: title(item),
            details: [item.kind.label, item.senderName, item.sender.rawValue, settled], problem: item.problem,
            tag: item.tag,
            packet: item.isDestroyed ? nil : ("\(Self.path)/\(item.id)/tai", item.packet), acts: acts(item))
    }

    private func title(_ item: Arrival) -> HTML {
        let title = item.title.isEmpty ? "Gói tin \(item.exchangeID)" : item.title
        return item.record?.path.map { #"<a href="\#(href: $0)">\#(title)</a>"# } ?? .text(title)
    }

    private func acts(_ item: Arrival) -> [HTML] {
        guard item.isOpen else { return [] }
        let again = act("Đọc lại", "\(Self.path)/\(item.id)/doc-lai", csrf)
        let seen = act("Đã xem xong", "\(Self.path)/\(item.id)/da-xem", csrf)
        return item.state == .attention ? [seen] : [again, seen]
    }
}

/// Rows rather than a table: they stand on a phone too.
private func exchangeRows(_ rows: [HTML], _ label: String) -> HTML {
    #"<ul class="rows" aria-label="\#(label)">\#(rows)</ul>"#
}

private func exchangeRow(
    at instant: Date, title: HTML, details: [String], problem: String, tag: Tag, packet: (href: String, blob: BlobRef)?,
    acts: [HTML]
) -> HTML {
    let local = LocalTime(instant)
    let download: HTML =
        packet.map { packet in
            """
            <a class="role" href="\(href: packet.href)" download>Tải gói tin \(Format.fileSize(packet.blob.byteCount))</a>
            """
        } ?? #"<span class="role">Gói tin đã hủy cùng văn bản</span>"#
    return """
        <li class="row"><div class="lead"><span class="number">\(local.clock.prefix(5))</span>\
        <span class="date">\(local.day.printed)</span></div>\
        <div class="body"><span class="subject">\(title)</span>\
        <span class="issuer">\(details.filter { !$0.isEmpty }.joined(separator: " · "))</span>\
        \(HTML.when(!problem.isEmpty, "<p class=\"quiet\">\(problem)</p>"))\
        \(HTML.when(!acts.isEmpty, "<div class=\"buttons\">\(acts)</div>"))</div>\
        <div class="side">\(tag.html)\(download)</div></li>
        """
}

private func act(_ label: String, _ action: String, _ csrf: String) -> HTML {
    Fields.form(action, csrf: csrf, Fields.submit(label, level: .neutral))
}

private func exchangeTabs(_ overview: LinkOverview, isOutbox: Bool) -> HTML {
    Lists.tabs(
        [
            Chip("Gửi đi", href: OutboxList.path, isOn: isOutbox, count: overview.failed > 0 ? overview.failed : nil),
            Chip("Nhận về", href: InboxList.path, isOn: !isOutbox, count: overview.open > 0 ? overview.open : nil),
        ], label: "Liên thông")
}

extension LinkOverview {
    /// `từ 09:15` today, with the day before it on another.
    private static func since(_ instant: Date, today: Day) -> String {
        let local = LocalTime(instant)
        return local.day == today ? String(local.clock.prefix(5)) : local.printed
    }

    /// One sentence: connected or not, since when, and what that means for the documents.
    func sentence(today: Day) -> (level: Level, text: String) {
        guard isConfigured else {
            return (.warn, "Chưa cấu hình kết nối trục liên thông; văn bản không gửi ra ngoài được. Hãy báo quản trị.")
        }
        guard let link else { return (.neutral, "Đang kết nối với trục liên thông lần đầu.") }
        let since = Self.since(link.since, today: today)
        guard link.isUp else {
            let reason = link.problem.isEmpty ? "" : " (\(link.problem))"
            return (.bad, "Mất kết nối với trục liên thông từ \(since)\(reason); văn bản vẫn được giữ và sẽ gửi lại.")
        }
        let last = link.succeededAt.map { "; lần gần nhất lúc \(Self.since($0, today: today))" } ?? ""
        return (.ok, "Đang kết nối với trục liên thông từ \(since)\(last).")
    }

    func html(today: Day) -> HTML {
        let (level, text) = sentence(today: today)
        return Marks.message(level, .text(text))
    }
}

extension RecordRef {
    /// nil for a request or an answer, which has no page of its own.
    var path: String? { ["outgoing", "incoming"].contains(kind) ? href : nil }
}

extension Transmission {
    var tag: Tag {
        switch state {
        case .waiting: Tag(state.label, .active)
        case .sent: Tag(state.label)
        case .stopped: Tag(state.label, .warn)
        case .failed: Tag(state.label, .bad)
        }
    }
}

extension Arrival {
    var tag: Tag {
        switch state {
        case .fetched: Tag(state.label, .active)
        case .filed, .settled: Tag(state.label)
        case .attention, .unmatched: Tag(state.label, .warn)
        case .unreadable: Tag(state.label, .bad)
        }
    }
}
