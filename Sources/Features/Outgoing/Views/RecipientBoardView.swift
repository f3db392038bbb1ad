// Where each receiver stands: one row a receiver, every status with its time, the reason where it is not there.
internal import Platform
internal import Records
internal import WebUI

struct RecipientBoardView {
    let document: OutgoingDocument
    let lines: [RecipientLine]
    let filter: RecipientStanding?
    let actor: Actor
    let csrf: String

    private var base: String { "/van-ban-di/\(document.id)" }
    var title: String { "Nơi nhận – \(document.title)" }

    var html: HTML {
        """
        \(Lists.heading("Tình hình từng nơi nhận", count: lines.count, actions: more))
        <p class="kicker"><a href="\(href: base)">\(document.linkLabel)</a> \(document.content.subject)</p>
        \(Lists.chips(chips, label: "Tình trạng"))
        \(shown.isEmpty ? Lists.empty("Không có nơi nhận nào", "Chọn “Tất cả” để xem mọi nơi nhận của văn bản.") : board)
        """
    }

    private var more: HTML {
        guard document.obstacle(to: .distribute, for: actor) == nil else { return .empty }
        return
            #"<a class="button" href="\#(href: MoreReceiversView.path(document.id))">\#(Icon.plus.html)<span>Gửi thêm nơi nhận</span></a>"#
    }

    private var shown: [RecipientLine] { filter.map { one in lines.filter { $0.standing == one } } ?? lines }

    /// Only what there is, with how many.
    private var chips: [Chip] {
        let path = "\(base)/noi-nhan"
        let counted = RecipientStanding.allCases.compactMap { standing -> Chip? in
            let count = lines.count { $0.standing == standing }
            guard count > 0 || standing == filter else { return nil }
            return Chip(
                standing.label, href: address(path, ["loc": standing.rawValue]), isOn: standing == filter, count: count)
        }
        return [Chip("Tất cả", href: path, isOn: filter == nil, count: lines.count)] + counted
    }

    private var board: HTML {
        let groups = RecipientGroup.groups(of: shown).map { group -> HTML in
            group.isShared ? shared(group) : "\(group.lines.map(row))"
        }
        return #"<ul class="rows board" aria-label="Nơi nhận">\#(groups)</ul>"#
    }

    // MARK: Receivers with one reason

    /// Names that are seen at once; the others are one tap away.
    private static let seen = 6

    private func shared(_ group: RecipientGroup) -> HTML {
        let isLong = group.lines.count > Self.seen + 2
        let seen = isLong ? Array(group.lines.prefix(Self.seen)) : group.lines
        let others = group.lines.dropFirst(seen.count)
        let rest: HTML =
            others.isEmpty
            ? .empty
            : """
            <details class="others"><summary>Xem \(others.count) nơi nhận còn lại</summary>\(members(Array(others)))</details>
            """
        return """
            <li class="row shared"><div class="body"><p class="subject">\(group.lines.count) nơi nhận \(group.standing.tag.html)</p>\
            <p class="reason">\(group.reason)</p>\(members(seen))\(rest)\(actsOnAll(group))</div></li>
            """
    }

    private func members(_ lines: [RecipientLine]) -> HTML { #"<ul class="members">\#(lines.map(member))</ul>"# }

    /// What can be done about one of them opens under its name.
    private func member(_ line: RecipientLine) -> HTML {
        let code = line.agency.map { #" <span class="quiet">\#($0.rawValue)</span>"# as HTML }
        let name: HTML = #"<span class="name">\#(line.name)</span>\#(code)"#
        let acts = acts(line)
        guard !acts.isEmpty else { return "<li data-row>\(name)</li>" }
        return
            "<li data-row><details class=\"member\"><summary><span>\(name)</span>\(Icon.down.html)</summary>\(acts)</details></li>"
    }

    private func actsOnAll(_ group: RecipientGroup) -> HTML {
        guard mayAct, document.ending == nil, group.lines.allSatisfy(\.canBeSentAgain) else { return .empty }
        let recipients = group.lines.map { Fields.hidden("recipient", String($0.id)) }
        let form = Fields.form(
            "\(base)/noi-nhan/gui-lai", csrf: csrf,
            "\(recipients)\(Fields.submit("Gửi lại cả \(group.lines.count) nơi", level: .neutral))")
        return #"<div class="buttons">\#(form)</div>"#
    }

    // MARK: One receiver

    private func row(_ line: RecipientLine) -> HTML {
        """
        <li class="row" data-row><div class="body"><span class="subject">\(line.name)</span>\
        <span class="issuer">\(line.agency.map { "\($0)" } ?? "Đơn vị trong cơ quan")\
        \(line.sentAt.map { " · gửi lúc \(Marks.time($0))" as HTML })</span>\
        \(HTML.when(!line.problem.isEmpty, "<p class=\"quiet\">\(line.problem)</p>"))\
        \(steps(line))\(acts(line))</div>\
        <div class="side">\(line.standing.tag.html)</div></li>
        """
    }

    private func steps(_ line: RecipientLine) -> HTML {
        guard !line.steps.isEmpty else { return .empty }
        let items = line.steps.map { step -> HTML in
            """
            <li><span class="code">\(step.code.isEmpty ? "–" : step.code)</span><p>\(step.told) \
            <span class="quiet">\(Marks.time(step.at))</span></p></li>
            """
        }
        return #"<ol class="statuses" aria-label="Trạng thái từ \#(line.name)">\#(items)</ol>"#
    }

    // MARK: What the clerk can do about a receiver who has not got it

    private var mayAct: Bool { actor.has(.recordsClerk) && document.state == .issued }

    private func acts(_ line: RecipientLine) -> HTML {
        var forms: [HTML] = mayAct ? sending(line) : []
        if document.ending == nil, line.mayBeAskedBack, document.obstacle(to: .recall, for: actor) == nil {
            forms.append(takeBack(line))
        }
        return forms.isEmpty ? .empty : #"<div class="buttons">\#(forms)</div>"#
    }

    private func sending(_ line: RecipientLine) -> [HTML] {
        var forms: [HTML] = []
        if let request = line.failedRequest { forms.append(post("hoi-lai", request, "Gửi lại yêu cầu")) }
        if document.ending == nil {
            if line.canBeSentAgain {
                forms.append(post("gui-lai", line.id, "Gửi lại"))
            }
            if !line.held.isEmpty { forms.append(post("thoi-giu", line.id, "Thôi giữ, gửi đi")) }
            if line.held.isEmpty, line.delivery.isOnItsWay { forms.append(hold(line)) }
        }
        return forms
    }

    private func post(_ act: String, _ id: Int64, _ label: String) -> HTML {
        Fields.form(
            "\(base)/noi-nhan/\(act)", csrf: csrf,
            "\(Fields.hidden("recipient", String(id)))\(Fields.submit(label, level: .neutral))")
    }

    private func hold(_ line: RecipientLine) -> HTML {
        let reason = Fields.area(
            "reason", "Lý do giữ lại", isRequired: true, hint: "Ít nhất 10 ký tự.", rows: 2, most: .reason)
        return deed(#"class="deed"><summary class="button">"#, "giu-lai", "Giữ lại", line, reason, level: .neutral)
    }

    /// Seldom wanted, and beside every receiver: a quiet line.
    private func takeBack(_ line: RecipientLine) -> HTML {
        let reason = Fields.area(
            "reason", "Lý do thu hồi", isRequired: true, hint: "Ít nhất 10 ký tự; nơi nhận sẽ đọc lý do này.", rows: 2,
            phrases: ["Gửi nhầm nơi nhận."], most: .reason)
        return deed(#"class="deed seldom"><summary>"#, "thu-hoi", "Thu hồi từ nơi này", line, reason, level: .bad)
    }

    private func deed(
        _ opening: HTML, _ act: String, _ label: String, _ line: RecipientLine, _ reason: HTML, level: Level
    ) -> HTML {
        let form = Fields.form(
            "\(base)/noi-nhan/\(act)", csrf: csrf,
            "\(Fields.hidden("recipient", String(line.id)))\(reason)\(Fields.buttons(Fields.submit(label, level: level)))"
        )
        return #"<details \#(opening)\#(label)</summary><div class="sheet">\#(form)</div></details>"#
    }
}

extension RecipientLine {
    /// It has the document, and nobody has asked for it yet.
    fileprivate var mayBeAskedBack: Bool {
        switch standing {
        case .sent, .arrived, .accepted, .working, .completed, .kept: true
        // A unit of our own; agencies beside it got the document by hand.
        case .inside: delivery == .direct && agency == nil
        case .trouble, .unreached, .refused, .held, .waiting, .stopped, .recalling, .givenBack: false
        }
    }

    fileprivate var canBeSentAgain: Bool {
        (delivery == .failed || delivery == .refused || standing == .unreached) && held.isEmpty
    }
}

extension RecipientStep {
    /// Many systems repeat the name of the status in their remark: it is said once.
    var told: String { note.isEmpty ? words : note.hasPrefix(words) ? note : "\(words): \(note)" }
}

extension RecipientStanding {
    var tag: Tag {
        switch self {
        case .trouble, .unreached, .refused: Tag(label, .bad)
        case .held, .kept, .stopped: Tag(label, .warn)
        case .waiting, .recalling: Tag(label, .active)
        case .completed: Tag(label, .ok)
        case .givenBack, .sent, .arrived, .accepted, .working, .inside: Tag(label)
        }
    }
}

/// On the document page: what became of recalls, updates and replacements.
struct SentChangeNotices {
    let view: OutgoingView

    var html: HTML {
        guard !view.changes.isEmpty else { return .empty }
        return DocumentPage.section(
            "Thu hồi, cập nhật, thay thế", icon: .history, "\(view.changes.map { notice($0.change, $0.answers) })")
    }

    private func notice(_ change: SentChange, _ answers: [ChangeAnswer]) -> HTML {
        let states = answers.map(\.state)
        let lines = answers.map { answer -> HTML in
            let said = answer.failure.isEmpty ? answer.note : answer.failure
            return """
                <li><p><strong>\(answer.name)</strong> \(answer.state.tag.html)</p>\
                \(HTML.when(!said.isEmpty, "<p class=\"quiet\">\(said)</p>"))\
                \(answer.answeredAt.map { "<p class=\"quiet\">\(Marks.time($0))</p>" as HTML })</li>
                """
        }
        return """
            <div class="change"><p><strong>\(change.change.label)</strong> \(summary(change, states))</p>\
            <p class="quiet">\(change.askedBy), \(change.askedByUnit) · \(Marks.time(change.askedAt))</p>\
            \(HTML.when(change.change != .replace, "<p>Lý do: \(change.reason)</p>"))<ul class="answers">\(lines)</ul></div>
            """
    }

    private func summary(_ change: SentChange, _ states: [ChangeAnswer.State]) -> String {
        guard change.change == .recall else {
            return "\(states.count { $0 == .agreed })/\(states.count) nơi nhận đã đồng ý."
        }
        return RecallStanding(states).sentence(states)
    }
}

extension ChangeAnswer.State {
    var tag: Tag {
        switch self {
        case .waiting, .sent: Tag(label, .active)
        case .failed: Tag(label, .bad)
        case .agreed: Tag(label)
        case .refused: Tag(label, .warn)
        }
    }
}
