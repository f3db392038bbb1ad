// Lists of outgoing documents.
internal import Foundation
internal import Platform
internal import Records
internal import WebUI

struct OutgoingListView {
    let box: OutgoingBox
    let boxes: [OutgoingBox]
    let filter: OutgoingFilter
    let page: ListPage<OutgoingLine>
    let isFirst: Bool
    let now: Date
    let csrf: String

    private var today: Day { Day(at: now) }

    var html: HTML {
        """
        \(Lists.heading(box.title))
        \(tabs)\(search)\(chips)
        \(page.items.isEmpty ? empty : rows)
        \(Lists.pager(next: page.next, path: path(filter), isFirst: isFirst))
        """
    }

    private var rows: HTML {
        let rows = Lists.rows(page.items.map(row), today: today, label: box.title)
        guard let batch = box.batch else { return rows }
        return Lists.batch("\(box.href)/chon", csrf: csrf, buttons: Fields.submit(batch.label), rows: rows)
    }

    private var tabs: HTML {
        Lists.tabs(
            boxes.map { Chip($0.title, href: $0.href, isOn: $0 == box) }, label: "Các hộp văn bản đi", repeatsRail: true
        )
    }

    private var search: HTML {
        Lists.search(
            box.href, text: filter.text, placeholder: "Số, ký hiệu, trích yếu, người ký, nơi nhận",
            kept:
                "\(filter.type.map { Fields.hidden("loai", $0.rawValue) })\(HTML.when(filter.urgentOnly, Fields.hidden("khan", "1")))"
        )
    }

    /// The kinds that are on this page, so that a chip never leads to nothing.
    private var chips: HTML {
        var urgent = filter
        urgent.urgentOnly.toggle()
        var chips = [Chip("Khẩn", href: path(urgent), isOn: filter.urgentOnly)]
        let types = Set(page.items.map(\.document.content.type)).union(filter.type.map { [$0] } ?? [])
        for type in DocumentType.allCases where types.contains(type) {
            var one = filter
            one.type = filter.type == type ? nil : type
            chips.append(Chip(type.label, href: path(one), isOn: filter.type == type))
        }
        return Lists.chips(chips)
    }

    private func path(_ filter: OutgoingFilter) -> String {
        address(
            box.href,
            [
                "q": filter.text.isEmpty ? nil : filter.text, "loai": filter.type?.rawValue,
                "khan": filter.urgentOnly ? "1" : nil, "nam": filter.year.map(String.init),
            ])
    }

    private var empty: HTML {
        filter == OutgoingFilter()
            ? Lists.empty("Không có văn bản nào", box.whenEmpty, isGood: box.isWork)
            : Lists.nothingMatches
    }

    private func row(_ line: OutgoingLine) -> ListRow {
        let document = line.document
        let content = document.content
        return ListRow(
            href: "/van-ban-di/\(document.id)", number: document.code?.description ?? content.notation,
            date: document.numbering?.day.printed ?? Day(at: document.movedAt).printed, subject: content.subject,
            issuer: line.toPlaces.isEmpty ? "" : "Gửi: \(line.toPlaces)",
            detail: [content.type.label, document.unitName, content.signerName].filter { !$0.isEmpty }
                .joined(separator: " · "),
            role: sending(line), dueOn: document.isToBeSent ? document.sendDueAt.map { Day(at: $0) } : nil,
            urgency: content.urgency, security: content.secrecy, state: lateness(line) ?? document.tag,
            isUnread: box == .unitReading, attachmentCount: line.attachmentCount,
            selection: box.batch == nil ? nil : document.id.description)
    }

    /// What is late stands out wherever it is listed.
    private func lateness(_ line: OutgoingLine) -> Tag? {
        let document = line.document
        let isUnsent = document.state == .issued && line.unsentCount > 0 && document.ending == nil
        guard let due = document.sendDueAt, document.isToBeSent || isUnsent, now >= due else { return nil }
        return Tag("Quá hạn gửi", .bad)
    }

    private func sending(_ line: OutgoingLine) -> String? {
        guard line.document.state == .issued, line.agencyCount > 0, !line.document.isSecret else { return nil }
        return line.troubleCount > 0
            ? "\(line.troubleCount) nơi lỗi" : "Đã gửi \(line.sentCount)/\(line.agencyCount)"
    }
}

extension OutgoingDocument {
    /// Signed, and still on its way out of the house.
    var isToBeSent: Bool { state == .signed || state == .numbered || state == .sealed }

    var tag: Tag {
        if let ending { return Tag(ending.label, .warn) }
        return switch state {
        case .draft: Tag(state.label)
        case .submitted, .initialled, .signed, .numbered, .sealed: Tag(state.label, .active)
        case .issued: Tag(state.label, .ok)
        case .returned: Tag(state.label, .warn)
        case .cancelled: Tag(numbering == nil ? state.label : "Đã hủy số", .bad)
        }
    }

    /// Whether the main file may carry signatures by now.
    var hasSignatures: Bool {
        switch state {
        case .initialled, .signed, .numbered, .sealed, .issued: true
        case .draft, .submitted, .returned: false
        case .cancelled: signedAt != nil
        }
    }
}
