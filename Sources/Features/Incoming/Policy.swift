// Who may do what with an incoming document, each rule with its sentence; pure.
internal import Platform
package import Records

/// What a user can be told about an incoming document.
package enum IncomingRefusal: Refusal, Hashable {
    case notFound
    case notPossible(IncomingDocument.Action, String)
    case reasonMissing
    /// Sentences about documents that look the same.
    case duplicates([String])
    case changedMeanwhile
    case badDeadline(String)
    case noLead
    case unsuitableFile(String)
    case noCopy(String)

    package var kind: RefusalKind {
        switch self {
        case .notFound: .notFound
        case .notPossible, .changedMeanwhile, .duplicates, .noCopy: .conflict
        case .reasonMissing, .badDeadline, .noLead, .unsuitableFile: .invalid
        }
    }

    package var message: String {
        switch self {
        case .notFound: CommonRefusal.notFound.message
        case .notPossible(let action, let why): "Chưa thể “\(action.label)”. \(why)"
        case .reasonMissing: "Hãy ghi lý do, ít nhất 10 ký tự, để người nhận biết vì sao."
        case .duplicates(let which):
            "Văn bản này có thể trùng: \(which.joined(separator: "; ")). Chưa vào sổ; nếu chắc chắn không trùng, hãy đánh dấu xác nhận rồi vào sổ lại."
        case .changedMeanwhile:
            "Văn bản vừa thay đổi trong lúc bạn đang xem. Chưa có gì được ghi; hãy mở lại trang rồi thực hiện lại."
        case .badDeadline(let why): why
        case .noLead: "Hãy chọn ít nhất một nơi chủ trì, hoặc dùng “Lưu tham khảo” nếu không giao ai xử lý."
        case .unsuitableFile(let why): why
        case .noCopy(let why): "Chưa thể ký sao y. \(why)"
        }
    }
}

/// One document with its branches, as decisions need it.
package struct IncomingCase: Sendable {
    package var document: IncomingDocument
    package var tree: RoutingTree

    package init(document: IncomingDocument, tree: RoutingTree) {
        self.document = document
        self.tree = tree
    }

    /// The branch this person would act on: work that lies with him first, then what he has passed on.
    package func desk(of actor: Actor) -> Branch? {
        let held = tree.branches.filter { $0.isHeld(by: actor) && $0.role != .information && $0.state.isOpen }
        return held.first { $0.state != .passed } ?? held.first
    }

    /// Branches this person sent that nobody has begun with: by his own hand, or below a branch of his.
    package func recallable(by actor: Actor) -> [Branch] {
        tree.branches.filter { branch in
            branch.isRecallable
                && (branch.createdBy == actor.person
                    || (branch.parent == nil && actor.has(.recordsClerk))
                    || (branch.parent.flatMap(tree.branch)?.isHeld(by: actor) ?? false))
        }
    }

    /// Why the action is not possible now for this person, and who can help; nil when it is.
    package func obstacle(to action: IncomingDocument.Action, for actor: Actor) -> String? {
        if let ended = document.endingSentence { return ended }
        return switch action {
        case .register, .refuse, .submit: obstacleToClerk(action, actor)
        case .recall:
            recallable(by: actor).isEmpty
                ? "Không còn nơi nào bạn gửi mà chưa bắt đầu xử lý; hãy đề nghị nơi nhận trả lại." : nil
        default: obstacleAtDesk(action, actor)
        }
    }

    private func obstacleToClerk(_ action: IncomingDocument.Action, _ actor: Actor) -> String? {
        guard IncomingDocument.step(action, from: document.state) != nil else {
            switch (action, document.state) {
            case (_, .refused): return "Văn bản đã bị từ chối tiếp nhận."
            case (.submit, .received): return "Văn bản chưa vào sổ; văn thư vào sổ trước khi trình."
            case (.submit, _): return "Văn bản đã được trình; có thể thu hồi khi nơi nhận chưa xử lý."
            default: return "Văn bản đã vào sổ\(document.entry.map { ", số đến \($0.number)" } ?? "")."
            }
        }
        return actor.has(.recordsClerk) ? nil : "Việc này của văn thư; hãy liên hệ văn thư nếu bạn cần."
    }

    private func obstacleAtDesk(_ action: IncomingDocument.Action, _ actor: Actor) -> String? {
        guard let branch = desk(of: actor) else { return obstacleWithoutBranch(actor) }
        guard branch.move(action) != nil else { return obstacle(of: branch, to: action) }
        if action == .assign && actor.heads.isEmpty {
            return "Chỉ trưởng đơn vị phân công; bạn có thể chuyển tiếp hoặc trả lại."
        }
        return nil
    }

    private func obstacleWithoutBranch(_ actor: Actor) -> String {
        let holders = tree.branches.filter { $0.state == .pending || $0.state == .active }.map(\.holderName)
        guard !holders.isEmpty else { return "Văn bản không có việc nào đang chờ bạn." }
        return "Văn bản đang ở \(Set(holders).sorted().joined(separator: ", ")); không có việc nào đang chờ bạn."
    }

    private func obstacle(of branch: Branch, to action: IncomingDocument.Action) -> String {
        switch (action, branch.state) {
        case (.direct, _) where branch.role != .decide, (.conclude, _) where branch.role != .decide:
            "Chỉ lãnh đạo được trình mới cho ý kiến."
        case (_, .passed): "Bạn đã chuyển văn bản cho nơi khác; thu hồi nếu nơi đó chưa xử lý."
        case (.takeUp, .active): "Bạn đã nhận xử lý."
        case (.report, .pending): "Hãy “Nhận xử lý” trước rồi báo cáo tiến độ."
        case (_, _) where branch.role == .decide: "Văn bản được trình để bạn cho ý kiến; hãy bút phê, lưu hoặc trả lại."
        default: "Việc này không dùng được ở bước “\(branch.state.label)”."
        }
    }

    package func check(_ action: IncomingDocument.Action, by actor: Actor) throws(IncomingRefusal) {
        if let obstacle = obstacle(to: action, for: actor) { throw .notPossible(action, obstacle) }
    }

    /// Everything somebody in this person's place would look for, each possible or with its reason.
    package func offers(for actor: Actor) -> [ActionOffer] {
        guard document.ending == nil else { return [] }
        return IncomingDocument.Action.allCases.filter { isMeant($0, for: actor) }.map {
            ActionOffer(name: $0.rawValue, label: $0.label, obstacle: obstacle(to: $0, for: actor))
        }
    }

    private func isMeant(_ action: IncomingDocument.Action, for actor: Actor) -> Bool {
        switch action {
        case .register, .refuse, .submit: return actor.has(.recordsClerk)
        case .recall: return !sent(by: actor).isEmpty
        default:
            guard let branch = desk(of: actor) else { return false }
            if action == .assign && actor.heads.isEmpty { return false }
            return Branch.moves.contains { $0.action == action && $0.roles.contains(branch.role) }
        }
    }

    private func sent(by actor: Actor) -> [Branch] {
        tree.branches.filter {
            ($0.createdBy == actor.person || ($0.parent == nil && actor.has(.recordsClerk))) && $0.state.isOpen
        }
    }
}

/// Days of a document and of its arrival (NĐ 30/2020 Annex IV: the register has both).
enum ArrivalRule {
    /// No document is from tomorrow, none from before the state whose documents they are.
    static func check(document day: Day?, today: Day) throws(IncomingRefusal) {
        guard let day else { return }
        guard day <= today else { throw .badDeadline("Ngày văn bản \(day.printed) sau hôm nay. Hãy kiểm tra lại.") }
        guard day.year >= 1945 else {
            throw .badDeadline("Ngày văn bản \(day.printed) trước năm 1945. Hãy kiểm tra lại năm.")
        }
    }

    /// A day of arrival is not before the document's own. What came more than a year ago stands in a book of then. A
    /// sender's day after today is his mistake and keeps nothing from being registered today.
    static func check(arrival day: Day, of document: Day?, today: Day) throws(IncomingRefusal) {
        guard day <= today else { throw .badDeadline("Ngày đến không thể sau hôm nay.") }
        guard day >= today.adding(days: -366) else {
            throw .badDeadline("Ngày đến \(day.printed) đã quá một năm. Hãy kiểm tra lại năm.")
        }
        if let document, day < min(document, today) {
            throw .badDeadline(
                "Ngày đến \(day.printed) trước ngày của văn bản (\(document.printed)). Hãy kiểm tra lại.")
        }
    }
}

/// Deadlines (product rule: not before arrival; a child's not after its parent's).
enum DeadlineRule {
    /// A year mistyped would be a deadline that nobody is ever reminded of.
    static func check(_ dueOn: Day?, today: Day) throws(IncomingRefusal) {
        guard let dueOn else { return }
        guard dueOn >= today else {
            throw .badDeadline("Hạn xử lý \(dueOn.printed) đã qua. Hãy chọn từ hôm nay trở đi.")
        }
        guard dueOn.year <= today.year + 10 else {
            throw .badDeadline("Hạn xử lý \(dueOn.printed) xa hơn mười năm. Hãy kiểm tra lại năm.")
        }
    }

    static func check(
        _ dueOn: Day?, today: Day, below parent: Branch?, in tree: RoutingTree, limit: Day?
    )
        throws(IncomingRefusal)
    {
        guard let dueOn else { return }
        try check(dueOn, today: today)
        if let parent, let most = parent.dueOn, !tree.allows(dueOn: dueOn, below: parent.id) {
            throw .badDeadline("Hạn \(dueOn.printed) muộn hơn hạn bạn được giao (\(most.printed)). Hãy chọn sớm hơn.")
        }
        if let limit, dueOn > limit {
            throw .badDeadline("Hạn \(dueOn.printed) muộn hơn hạn của văn bản (\(limit.printed)). Hãy chọn sớm hơn.")
        }
    }
}
