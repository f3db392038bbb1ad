// The document page: pages left; right what to do, signatures, directives, circulation, history.
internal import Foundation
internal import Platform
internal import Records
internal import Signing
internal import WebUI

/// A directive note with what holds about its signature.
struct DirectiveLine: Sendable {
    let note: DirectiveNote
    let check: DirectiveCheck
}

struct IncomingPageView {
    let view: IncomingView
    let actor: Actor
    let csrf: String
    /// nil where there is no PDF to show.
    let pages: [PageSize]?
    let verdicts: [(name: String, panel: SignaturePanel)]
    let directives: [DirectiveLine]
    let choices: IncomingChoices
    let keys: [KeyChoice]
    /// The keys of the seal, for whoever may sign a copy now.
    let sealKeys: [KeyChoice]?
    let now: Date

    private var today: Day { Day(at: now) }

    private var document: IncomingDocument { view.document }
    private var content: IncomingDocument.Content { document.content }
    private var base: String { "/van-ban-den/\(document.id)" }
    var title: String { document.title }

    var html: HTML {
        DocumentPage.layout(
            header: DocumentPage.head(
                kicker: kicker, subject: content.subject, urgency: content.urgency, security: content.secrecy,
                tags: [document.tag]),
            pages: shownPages, panel: panel)
    }

    private var kicker: String {
        let entry = document.entry.map { "Số đến \(DocumentCode.printed($0.number)) · " } ?? ""
        return "\(entry)\(document.title)\(content.day.map { ", ngày \($0.printed)" } ?? "") · \(content.senderName)"
    }

    private var panel: [HTML] {
        let changes = ChangeNotices(view: view, actor: actor)
        return [
            changes.html, restriction, warnings, deeds, changes.answered, standing, signatures,
            HTML.when(!directives.isEmpty, DocumentPage.section("Bút phê", icon: .edit, directiveLines)),
            DocumentPage.section("Luân chuyển", icon: .tree, Circulation.tree(view.tree, today: today)), files,
            DocumentPage.section("Thông tin", icon: .file, isOpen: document.state == .received, facts), particulars,
            DocumentPage.section("Lịch sử xử lý", icon: .history, isOpen: false, Circulation.history(view.events)),
        ]
    }

    private var deeds: HTML {
        ActionBar(
            IncomingActions(
                view: view, choices: choices, keys: keys, sealKeys: sealKeys, csrf: csrf, today: today, actor: actor
            ).items,
            csrf: csrf
        ).html
    }

    // MARK: Pages

    private var shownPages: HTML {
        if document.ending == .recalled { return ChangeNotices.nothingLeft }
        guard let main = view.main else {
            return Lists.empty(
                "Không có tệp văn bản", "Gói tin không mang theo tệp nào. Hãy từ chối tiếp nhận và đề nghị gửi lại.")
        }
        guard let pages else {
            return Lists.empty(
                "Không xem được tại đây",
                "Tệp “\(main.name)” không phải PDF hoặc bị hỏng. Tệp gốc vẫn được giữ; hãy tải về để xem.")
        }
        return DocumentPage.viewer(pages: pages, title: content.subject) { "\(base)/tep/\(main.id)/trang/\($0)" }
    }

    // MARK: What to know before acting

    /// To whom it may go on is known before anybody sends it on.
    private var restriction: HTML {
        guard let circulation = content.particulars?.circulation, !circulation.isEmpty else { return .empty }
        return Marks.message(.warn, "\(IncomingDocument.Particulars.circulationLabel): \(circulation)")
    }

    private var warnings: HTML {
        let twins: HTML =
            view.likenesses.isEmpty
            ? .empty
            : Marks.message(
                .warn, "Có thể trùng với: \(view.likenesses.joined(separator: "; ")). Hãy kiểm tra trước khi vào sổ.")
        let notes: HTML =
            document.notes.isEmpty
            ? .empty : Marks.message(.warn, "\(document.notes.map { "<span class=\"note\">\($0)</span> " as HTML })")
        let refused: HTML =
            document.state == .refused
            ? Marks.message(.bad, "Đã từ chối tiếp nhận: \(document.refusal)") : .empty
        return twins + notes + refused
    }

    /// Until when the law wants it taken or refused.
    private var limit: HTML? {
        guard document.state == .received, document.ending == nil, let due = document.receiptDueAt else { return nil }
        let delay = LegalDelay(.receive, due: due, now: now)
        return delay.isLate ? Tag(delay.words, .bad).html : "\(delay.end) (\(LegalDuty.receive.clause))"
    }

    private var standing: HTML {
        let work = view.work.map { "\($0.role.label) – \($0.state.label.lowercased())" }
        let asked = view.work?.note ?? ""
        let due = (view.work?.state == .passed ? nil : view.work?.dueOn) ?? content.dueOn
        return """
            <section class="standing" aria-label="Tình trạng">\
            \(Marks.facts([
                (isOver ? "Tình trạng" : "Đang ở", .text(place)), ("Hạn tiếp nhận", limit), ("Vai trò của bạn", work.map { .text($0) }),
                ("Nội dung giao", asked.isEmpty ? nil : .text(asked)),
                ("Người giao", view.work.map { .text($0.createdByName) }),
                ("Bị trả lại", returned.map { .text($0) }),
                ("Hạn", document.state == .completed || document.state == .refused ? nil : Marks.deadline(due, today: today)),
            ]))</section>
            """
    }

    /// It lies with nobody any more.
    private var isOver: Bool {
        document.ending != nil || document.state == .refused || document.state == .completed
    }

    /// On whose desks it lies.
    private var place: String {
        if let ending = document.ending { return ending.label.lowercased() }
        switch document.state {
        case .received: return "văn thư, chờ tiếp nhận"
        case .registered: return "văn thư, chờ trình"
        case .refused: return "đã từ chối tiếp nhận"
        case .completed: return "đã giải quyết"
        case .circulating:
            let open = view.tree.branches.filter {
                ($0.state == .pending || $0.state == .active) && ($0.role == .lead || $0.role == .decide)
            }
            return open.map { "\($0.holderName) (\($0.role.label.lowercased()))" }.joined(separator: ", ")
        }
    }

    /// What came back to this person, while it is his turn again.
    private var returned: String? {
        let back: Branch? =
            if let work = view.work, work.state != .passed {
                view.tree.children(of: work.id).last { $0.state == .returned }
            } else if document.state == .registered, actor.has(.recordsClerk) {
                view.tree.roots.last { $0.state == .returned }
            } else { nil }
        return back.map { "\($0.holderName): \($0.outcome)" }
    }

    // MARK: Signatures

    private var signatures: HTML {
        guard let first = verdicts.first else { return .empty }
        let others = verdicts.dropFirst().map { name, panel -> HTML in
            #"<h3>\#(name)</h3>\#(panel.html)"#
        }
        return DocumentPage.section("Chữ ký số", icon: .shield, "\(first.panel.html)\(others)")
    }

    private var directiveLines: HTML {
        let lines = directives.map { line -> HTML in
            """
            <div class="directive"><blockquote>\(line.note.text.isEmpty ? "(không ghi ý kiến)" : line.note.text)</blockquote>\
            <p class="quiet">\(line.note.leaderName), \(line.note.leaderPosition) · \(Marks.time(line.note.at))</p>\
            \(SignaturePanel(level: line.check.level, sentence: line.check.sentence).html)</div>
            """
        }
        return """
            \(lines)<p><a class="button" href="\(href: base + "/phieu")" target="_blank" data-progress="Đang lập phiếu…">\
            \(Icon.print.html)<span>Phiếu giải quyết văn bản đến</span></a></p>
            """
    }

    // MARK: Files and facts

    private var files: HTML {
        let shown = view.files.filter { $0.role != .directive }
        guard !shown.isEmpty else { return .empty }
        return DocumentPage.section(
            "Tệp", icon: .attachment,
            DocumentPage.files(shown.map { ($0.name, "\(base)/tep/\($0.id)", $0.blob.byteCount, Self.tag($0)) }))
    }

    private static func tag(_ file: RecordFile) -> Tag {
        switch file.role {
        case .main: Tag("văn bản")
        case .attachment: Tag("tệp kèm \(file.ordinal)")
        case .packet: Tag("gói tin gốc")
        case .copy: Tag("bản sao y")
        case .source, .directive: Tag("tệp")
        }
    }

    private var facts: HTML {
        let own: [(label: String, value: HTML?)] = [
            ("Số đến", document.entry.map { .text("\(DocumentCode.printed($0.number))/\($0.year)") }),
            ("Ngày đến", document.entry.map { Marks.day($0.receivedOn) }),
            ("Vào sổ", document.entry.map { "\($0.registeredBy), \(Marks.time($0.registeredAt))" }),
            ("Cơ quan ban hành", .text(content.senderName)),
            ("Mã cơ quan", content.senderCode.map { .text($0.rawValue) }),
            ("Loại văn bản", content.typeLabel.isEmpty ? nil : .text(content.typeLabel)),
            ("Số, ký hiệu", .text(content.code.description)), ("Ngày văn bản", content.day.map { Marks.day($0) }),
            ("Người ký", content.signerName.isEmpty ? nil : .text(signer)),
            ("Độ khẩn", .text(content.urgency.label)), ("Độ mật", .text(content.secrecy.label)),
            ("Hạn xử lý", content.dueOn.map { Marks.day($0) }),
            ("Nơi nhận", content.toPlaces.isEmpty ? nil : .text(content.toPlaces.joined(separator: "; "))),
            ("Đến bằng", .text(document.origin.label)), ("Đến lúc", Marks.time(document.arrivedAt)),
            ("Mã định danh", content.documentID.isEmpty ? nil : .text(content.documentID)),
        ]
        return Marks.facts(own + view.links.map(LinkedRecord.fact))
    }

    private var particulars: HTML {
        guard let said = content.particulars, !said.isEmpty else { return .empty }
        let rows: [(label: String, value: HTML?)] =
            [
                (
                    IncomingDocument.Particulars.circulationLabel,
                    said.circulation.isEmpty ? nil : .text(said.circulation)
                ),
                ("Người liên hệ", said.contact.isEmpty ? nil : .text(said.contact)),
            ] + said.lines.map { ($0.label, .text($0.text)) }
        return DocumentPage.section(
            "Thông tin khác trong gói tin", icon: .file, isOpen: document.state == .received, Marks.facts(rows))
    }

    private var signer: String {
        [content.signerPosition, content.signerName].filter { !$0.isEmpty }.joined(separator: " ")
    }
}

extension DirectiveCheck {
    /// Green only where trust was checked and holds.
    var level: Level { isTrusted ? .ok : isIntact ? .warn : .bad }
}
