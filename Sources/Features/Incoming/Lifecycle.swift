// What can happen to an incoming document and to each desk it lies on, as tables; pure.
internal import Platform
internal import Records

extension IncomingDocument {
    /// Where the document as a whole stands. From registration on it follows from the branches (`Circulation.state`);
    /// it is kept in the row so that a box over a million documents is answered by an index.
    package enum State: String, Sendable, CaseIterable, SQLBindable, SQLDecodable {
        case received, refused, registered, circulating, completed

        package var label: String {
            switch self {
            case .received: "Chờ tiếp nhận"
            case .refused: "Đã từ chối"
            case .registered: "Chờ trình"
            case .circulating: "Đang xử lý"
            case .completed: "Đã giải quyết"
            }
        }
    }

    package enum Action: String, Sendable, CaseIterable {
        case register, refuse, submit, direct, assign
        case takeUp = "take-up"
        case report, complete, forward
        case conclude
        case giveBack = "return"
        case recall

        /// Verb on the button.
        package var label: String {
            switch self {
            case .register: "Tiếp nhận và vào sổ"
            case .refuse: "Từ chối tiếp nhận"
            case .submit: "Trình lãnh đạo"
            case .direct: "Bút phê"
            case .assign: "Phân công"
            case .takeUp: "Nhận xử lý"
            case .report: "Báo cáo tiến độ"
            case .complete: "Hoàn thành"
            case .forward: "Chuyển tiếp"
            case .conclude: "Lưu tham khảo"
            case .giveBack: "Trả lại"
            case .recall: "Thu hồi"
            }
        }
    }

    /// A step of the document as a whole, taken by the records clerk.
    struct Step: Sendable {
        let action: Action
        let from: State
        let to: State
    }

    static let steps: [Step] = [
        .init(action: .register, from: .received, to: .registered),
        .init(action: .refuse, from: .received, to: .refused),
        .init(action: .submit, from: .registered, to: .circulating),
    ]

    static func step(_ action: Action, from state: State) -> Step? {
        steps.first { $0.action == action && $0.from == state }
    }
}

extension Branch {
    /// What the holder of a branch may do with it.
    struct Move: Sendable {
        let action: IncomingDocument.Action
        let roles: Set<BranchRole>
        let from: Set<BranchState>
        let to: BranchState
    }

    /// `recall` is the sender's: see `Branch.isRecallable`.
    static let moves: [Move] = [
        .init(action: .direct, roles: [.decide], from: [.pending, .active], to: .passed),
        .init(action: .conclude, roles: [.decide], from: [.pending, .active], to: .completed),
        .init(action: .takeUp, roles: [.lead, .support], from: [.pending], to: .active),
        .init(action: .report, roles: [.lead, .support], from: [.active], to: .active),
        .init(action: .complete, roles: [.lead, .support], from: [.pending, .active], to: .completed),
        .init(action: .assign, roles: [.lead, .support], from: [.pending, .active], to: .passed),
        .init(action: .forward, roles: [.decide, .lead, .support], from: [.pending, .active], to: .passed),
        .init(
            action: .giveBack, roles: [.decide, .lead, .support], from: [.pending, .active, .passed], to: .returned),
    ]

    func move(_ action: IncomingDocument.Action) -> Move? {
        Self.moves.first { $0.action == action && $0.roles.contains(role) && $0.from.contains(state) }
    }

    /// While nobody has begun with it, whoever sent it may take it back.
    var isRecallable: Bool { state == .pending }
}
