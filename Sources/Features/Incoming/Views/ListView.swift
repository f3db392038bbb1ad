// Lists of incoming documents.
internal import Foundation
internal import Platform
internal import Records
internal import WebUI

struct IncomingListView {
    let box: IncomingBox
    let boxes: [IncomingBox]
    let filter: IncomingFilter
    let page: ListPage<IncomingLine>
    let isFirst: Bool
    let isClerk: Bool
    let now: Date
    let csrf: String
    /// To whom many can be submitted at once.
    let leaders: [Option]

    private var today: Day { Day(at: now) }

    var html: HTML {
        """
        \(Lists.heading(box.title, actions: isClerk ? #"<a class="button primary" href="/van-ban-den/moi">\#(Icon.plus.html)<span>Nhập văn bản</span></a>"# : .empty))
        \(tabs)\(search)\(chips)
        \(page.items.isEmpty ? empty : rows)
        \(Lists.pager(next: page.next, path: path(filter), isFirst: isFirst))
        """
    }

    private var rows: HTML {
        let rows = Lists.rows(page.items.map(row), today: today, label: box.title)
        guard let batch = box.batch else { return rows }
        let leader =
            leaders.isEmpty
            ? .empty
            : Fields.select("leader", "Lãnh đạo", options: leaders, selected: leaders.first?.value, isRequired: true)
        return Lists.batch(
            "\(box.href)/chon", csrf: csrf, buttons: "\(leader)\(Fields.submit(batch.label))", rows: rows)
    }

    private var tabs: HTML {
        Lists.tabs(
            boxes.map { Chip($0.title, href: $0.href, isOn: $0 == box) }, label: "Các hộp văn bản đến",
            repeatsRail: true)
    }

    private var search: HTML {
        Lists.search(
            box.href, text: filter.text, placeholder: "Số đến, ký hiệu, trích yếu, nơi gửi",
            kept:
                "\(filter.state.map { Fields.hidden("trang-thai", $0.rawValue) })\(HTML.when(filter.urgentOnly, Fields.hidden("khan", "1")))"
        )
    }

    private var chips: HTML {
        var urgent = filter
        urgent.urgentOnly.toggle()
        var chips = [Chip("Khẩn", href: path(urgent), isOn: filter.urgentOnly)]
        guard box == .all || box == .followed || box == .done else { return Lists.chips(chips) }
        for state in IncomingDocument.State.allCases {
            var one = filter
            one.state = filter.state == state ? nil : state
            chips.append(Chip(state.label, href: path(one), isOn: filter.state == state))
        }
        return Lists.chips(chips)
    }

    private func path(_ filter: IncomingFilter) -> String {
        address(
            box.href,
            [
                "q": filter.text.isEmpty ? nil : filter.text, "trang-thai": filter.state?.rawValue,
                "khan": filter.urgentOnly ? "1" : nil,
            ])
    }

    private var empty: HTML {
        filter == IncomingFilter()
            ? Lists.empty("Không có văn bản nào", box.whenEmpty, isGood: box.isWork)
            : Lists.nothingMatches
    }

    /// What is late stands out wherever it is listed.
    private func lateness(_ document: IncomingDocument) -> Tag? {
        guard document.state == .received, document.ending == nil, let due = document.receiptDueAt, now >= due else {
            return nil
        }
        return Tag("Quá hạn tiếp nhận", .bad)
    }

    private func row(_ line: IncomingLine) -> ListRow {
        let (document, content) = (line.document, line.document.content)
        let written = [content.code.description, content.day?.printed ?? ""].filter { !$0.isEmpty }.joined(
            separator: ", ")
        return ListRow(
            href: "/van-ban-den/\(document.id)", number: document.entry.map { DocumentCode.printed($0.number) } ?? "–",
            date: document.entry?.receivedOn.printed ?? Day(at: document.arrivedAt).printed, subject: content.subject,
            issuer: content.senderName,
            detail: [content.typeLabel, written, content.signerName].filter { !$0.isEmpty }.joined(separator: " · "),
            role: line.role?.label, dueOn: document.state == .completed ? nil : line.dueOn, urgency: content.urgency,
            security: content.secrecy,
            state: lateness(document) ?? (document.ending == nil ? line.branchState.map(Tag.init) : nil)
                ?? document.tag,
            isUnread: line.isUnread,
            attachmentCount: line.fileCount, selection: box.batch == nil ? nil : document.id.description)
    }
}

extension Tag {
    init(_ state: BranchState) {
        let level: Level =
            switch state {
            case .pending: .active
            case .active, .passed: .neutral
            case .completed: .ok
            case .returned, .recalled: .warn
            }
        self.init(state.label, level)
    }
}

extension IncomingDocument {
    var tag: Tag {
        if let ending { return Tag(ending.label, .warn) }
        return switch state {
        case .received, .registered: Tag(state.label, .active)
        case .circulating: Tag(state.label)
        case .completed: Tag(state.label, .ok)
        case .refused: Tag(state.label, .bad)
        }
    }
}
