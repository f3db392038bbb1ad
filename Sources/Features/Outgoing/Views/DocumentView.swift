// The document page: pages left; right what to do, signatures, recipients, history.
internal import Foundation
internal import Platform
internal import Records
internal import Signing
internal import WebUI

struct OutgoingPageView {
    let view: OutgoingView
    let actor: Actor
    let csrf: String
    /// nil where there is no PDF to show yet.
    let pages: [PageSize]?
    let verdict: SignaturePanel?
    let keys: [KeyChoice]
    let now: Date

    private var today: Day { Day(at: now) }

    private var document: OutgoingDocument { view.document }
    private var base: String { "/van-ban-di/\(document.id)" }
    var title: String { document.title }

    var html: HTML {
        DocumentPage.layout(
            header: DocumentPage.head(
                kicker: "\(document.title)\(document.numbering.map { ", ngày \($0.day.printed)" } ?? "")",
                subject: document.content.subject, urgency: document.content.urgency,
                security: document.content.secrecy,
                tags: [isBeingRecalled ? Tag("Đang thu hồi", .active) : document.tag]),
            pages: shownPages, panel: panel)
    }

    /// Asked back, and not everybody has answered.
    private var isBeingRecalled: Bool {
        guard document.ending == .recalled, let last = view.changes.first(where: { $0.change.change == .recall }) else {
            return false
        }
        return RecallStanding(last.answers.map(\.state)) == .waiting
    }

    private var panel: [HTML] {
        let actions = ActionBar(OutgoingActions(view: view, keys: keys, csrf: csrf, actor: actor).items, csrf: csrf)
            .html
        let signatures = verdict.map { DocumentPage.section("Chữ ký số", icon: .shield, $0.html) } ?? .empty
        let about = [DocumentPage.section("Thông tin", icon: .file, facts), files]
        let history = DocumentPage.section(
            "Lịch sử xử lý", icon: .history, isOpen: false, Circulation.history(view.events))
        let sent = [DocumentPage.section("Nơi nhận", icon: .send, recipients), circulation]
        let replaced = view.links.replacement(document.ending).map(LinkedRecord.notice(ofReplacement:)) ?? .empty
        return [replaced, actions, SentChangeNotices(view: view).html, standing, signatures]
            + (document.state == .issued ? sent + about : about + sent) + [history]
    }

    private var circulation: HTML {
        guard !view.tree.branches.isEmpty else { return .empty }
        return DocumentPage.section("Luân chuyển nội bộ", icon: .tree, Circulation.tree(view.tree, today: today))
    }

    // MARK: Pages

    private var shownPages: HTML {
        if case .running = document.preparation { return Self.preparing(document.id) }
        if case .failed(let problem) = document.preparation { return Marks.message(.bad, .text(problem)) }
        guard let pages, let main = view.main else {
            return Lists.empty("Chưa có tệp văn bản", "Bấm “Sửa dự thảo” để tải lên tệp PDF hoặc DOCX.")
        }
        let notation = document.notationProblem.map { Marks.message(.warn, .text($0)) }
        return
            "\(placeProblems)\(notation)\(DocumentPage.viewer(pages: pages, title: document.content.subject) { "\(base)/tep/\(main.id)/trang/\($0)" })"
    }

    static func preparing(_ id: OutgoingID) -> HTML {
        Waiting.poll("Đang chuyển tệp sang PDF và tìm vị trí số, ngày, chữ ký…", href: "/van-ban-di/\(id)/chuan-bi")
    }

    /// What was not found on the pages, while it can still be put right.
    private var placeProblems: HTML {
        guard document.state == .draft || document.state == .returned,
            let places = DocumentPlaces(json: document.places)
        else { return .empty }
        let problems = places.problems
        return HTML.when(
            !problems.isEmpty || !places.missing.isEmpty,
            Marks.message(
                .warn,
                """
                \(problems.joined(separator: " ")) <a href="\(href: base + "/vi-tri")">Đặt vị trí số, ngày, chữ ký và dấu</a>
                """))
    }

    // MARK: Who must do what

    /// While it is signed and not out of the house: until when the law wants it sent.
    private var limit: HTML? {
        guard document.isToBeSent, let due = document.sendDueAt else { return nil }
        let delay = LegalDelay(.send, due: due, now: now)
        return delay.isLate ? Tag(delay.words, .bad).html : "\(delay.end) (\(LegalDuty.send.clause))"
    }

    /// It lies with nobody any more.
    private var isOver: Bool { document.state == .issued || document.state == .cancelled }

    private var standing: HTML {
        return """
            <section class="standing" aria-label="Tình trạng">\
            \(Marks.facts([
                (isOver ? "Tình trạng" : "Đang ở", .text(document.waitingFor)), ("Từ", Marks.time(document.movedAt)),
                ("Hạn gửi", limit),
                (document.state == .returned ? "Lý do trả lại" : "Lý do", document.standingReason.map { .text($0) }),
            ]))</section>
            """
    }

    private var facts: HTML {
        let content = document.content
        let reply: HTML? = content.inReplyTo.map { #"<a href="/van-ban-den/\#($0.id)">Văn bản đến</a>"# }
        let own: [(label: String, value: HTML?)] = [
            ("Loại văn bản", .text(content.type.label)),
            ("Số, ký hiệu", .text(document.code?.description ?? "(chưa cấp số) \(content.notation)")),
            ("Người ký", content.signerName.isEmpty ? nil : .text(content.signerName)),
            ("Thẩm quyền ký", content.signerName.isEmpty ? nil : .text(content.signatureLine)),
            ("Ký lúc", document.signedAt.map(Marks.time)), ("Ban hành lúc", document.issuedAt.map(Marks.time)),
            ("Người soạn", .text("\(document.drafterName), \(document.unitName)")),
            ("Độ khẩn", .text(content.urgency.label)), ("Độ mật", .text(content.secrecy.label)),
            ("Trả lời", reply),
            ("Mã nhiệm vụ", content.taskCodes.isEmpty ? nil : .text(content.taskCodes.joined(separator: ", "))),
            ("Bản giấy", content.alsoOnPaper ? "gửi kèm bản giấy" : nil),
            ("Thay thế", document.state == .issued ? nil : replaced),
            ("Liên thông", document.isSecret ? .text(SecrecyRule.sentence) : nil),
        ]
        return Marks.facts(own + view.links.map(LinkedRecord.fact))
    }

    /// Told by the link once it is issued.
    private var replaced: HTML? {
        document.content.replaces.map { #"<a href="/van-ban-di/\#($0)">văn bản đã ban hành</a>"# }
    }

    private var files: HTML {
        let mains = [view.main.map { ($0, Tag("văn bản")) }, view.source.map { ($0, Tag("bản gốc tải lên")) }]
            .compactMap(\.self)
        let all = mains + view.attachments.map { ($0, Tag("tệp kèm \($0.ordinal)")) }
        guard !all.isEmpty else { return .empty }
        return DocumentPage.section(
            "Tệp", icon: .attachment,
            DocumentPage.files(all.map { file, tag in (file.name, "\(base)/tep/\(file.id)", file.blob.byteCount, tag) })
        )
    }

    // MARK: Recipients

    private var recipients: HTML {
        let others = document.content.alsoTo.split(separator: "\n").map(\.trimmingSpaces).filter { !$0.isEmpty }
        guard !view.recipients.isEmpty || !others.isEmpty else { return #"<p class="quiet">Chưa chọn nơi nhận.</p>"# }
        let isMany = document.state == .issued && view.recipients.count > Self.fewRecipients
        let lines = isMany ? [tally] : view.recipients.map(recipient)
        let rest = others.map {
            #"<li class="recipient"><p><strong>\#($0)</strong> <span class="quiet">ngoài liên thông</span></p></li>"#
                as HTML
        }
        return #"\#(board)<ul class="recipients" id="noi-nhan">\#(lines)\#(rest)</ul>"#
    }

    /// More than these are told by their number, each on the page of receivers.
    private static let fewRecipients = 12

    private var tally: HTML {
        let counts = Delivery.allCases.compactMap { delivery -> String? in
            let count = view.recipients.count { $0.delivery == delivery }
            return count == 0 ? nil : "\(count) \(delivery.label.lowercased())"
        }
        let sentence = "\(view.recipients.count) nơi nhận: \(counts.joined(separator: ", "))."
        return #"<li class="recipient"><p>\#(sentence)</p></li>"#
    }

    /// The way to how each of many stands.
    private var board: HTML {
        guard document.state == .issued, !view.recipients.isEmpty else { return .empty }
        return
            #"<p><a class="button" href="\#(href: base + "/noi-nhan")">\#(Icon.send.html)<span>Tình hình từng nơi nhận</span></a></p>"#
    }

    private func recipient(_ recipient: Recipient) -> HTML {
        let role: HTML = recipient.unit == nil ? .empty : #" <span class="role">\#(recipient.role.label)</span>"#
        let isTakenBack = document.state == .issued && recipient.delivery == .none
        let tag = isTakenBack ? Tag(RecipientStanding.givenBack.label) : recipient.tag
        return """
            <li class="recipient"><p><strong>\(recipient.name)</strong>\(role) \(tag.html)</p>\
            \(recipient.sentAt.map { #"<p class="quiet">Gửi lúc \#(Marks.time($0))</p>"# as HTML })\
            \(recipient.failure.isEmpty ? .empty : Marks.message(.bad, .text(recipient.failure)))\
            \(statuses(recipient))\(resend(recipient))</li>
            """
    }

    private func statuses(_ recipient: Recipient) -> HTML {
        guard !recipient.statuses.isEmpty else { return .empty }
        let items = recipient.statuses.map { status -> HTML in
            """
            <li><span class="code">\(status.status.code)</span><p>\(words(status)) \
            <span class="quiet">\(Marks.time(status.at))</span></p></li>
            """
        }
        return #"<ol class="statuses" aria-label="Trạng thái từ \#(recipient.name)">\#(items)</ol>"#
    }

    /// Many systems repeat the name of the status in their remark: it is said once.
    private func words(_ status: ReceiverStatus) -> String {
        let (label, note) = (status.status.label, status.note)
        return note.isEmpty || note.hasPrefix(label) ? (note.isEmpty ? label : note) : "\(label): \(note)"
    }

    private func resend(_ recipient: Recipient) -> HTML {
        guard recipient.delivery == .failed || recipient.delivery == .refused,
            document.obstacle(to: .resend, for: actor) == nil
        else { return .empty }
        return Fields.form(
            "\(base)/resend", csrf: csrf,
            "\(Fields.hidden("recipient", String(recipient.id)))\(Fields.submit("Gửi lại", level: .neutral))")
    }
}

extension Recipient {
    var tag: Tag {
        switch delivery {
        case .none: Tag(delivery.label)
        case .waiting: Tag(delivery.label, .active)
        case .sent: Tag(statuses.last.map { "\($0.status.label)" } ?? delivery.label, .neutral)
        case .failed, .refused: Tag(delivery.label, .bad)
        case .direct, .byHand: Tag(delivery.label, .neutral)
        }
    }
}

extension OutgoingDocument {
    /// Why it stands as it does. A document that lives on because its recall was refused has the reason of that recall
    /// among its requests, not here.
    var standingReason: String? { reason.isEmpty || (state == .issued && ending != .recalled) ? nil : reason }

    /// On whose desk it lies.
    var waitingFor: String {
        switch state {
        case .draft: "người soạn (\(drafterName))"
        case .returned: "người soạn (\(drafterName)), chờ sửa"
        case .submitted: "\(name(of: .unitHead)), chờ ký nháy"
        case .initialled: "\(name(of: .signer)), chờ ký"
        case .signed: "văn thư, chờ cấp số"
        case .numbered: isStamped ? "văn thư, chờ đóng dấu" : "văn thư, chờ ghi số vào tệp và đóng dấu"
        case .sealed: "văn thư, chờ ban hành"
        case .issued: ending?.label.lowercased() ?? "đã ban hành"
        case .cancelled: numbering == nil ? "đã hủy" : "đã hủy số"
        }
    }
}
