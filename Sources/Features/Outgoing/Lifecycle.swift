internal import Platform
// States and actions of an outgoing document, row for row the order of NĐ 30/2020 Art. 14; pure.
package import Records

extension OutgoingDocument {
    package enum State: String, Sendable, CaseIterable, SQLBindable, SQLDecodable {
        case draft, submitted, initialled, signed, numbered, sealed, issued, returned, cancelled

        package var label: String {
            switch self {
            case .draft: "Dự thảo"
            case .submitted: "Chờ ký nháy"
            case .initialled: "Chờ ký"
            case .signed: "Chờ cấp số"
            case .numbered: "Chờ đóng dấu"
            case .sealed: "Chờ ban hành"
            case .issued: "Đã ban hành"
            case .returned: "Bị trả lại"
            case .cancelled: "Đã hủy"
            }
        }
    }

    package enum Action: String, Sendable, CaseIterable {
        case edit, submit, withdraw, initial, sign, number, seal, issue, resend, distribute, recall, amend
        case returnDraft = "return"
        case cancel
        case voidNumber = "void"

        /// Verb on the button.
        package var label: String {
            switch self {
            case .edit: "Sửa dự thảo"
            case .submit: "Trình"
            case .withdraw: "Rút lại"
            case .initial: "Ký nháy"
            case .sign: "Ký số"
            case .number: "Cấp số"
            case .seal: "Đóng dấu"
            case .issue: "Ban hành"
            case .resend: "Gửi lại"
            case .distribute: "Gửi thêm nơi nhận"
            case .recall: "Thu hồi"
            case .amend: "Cập nhật thông tin đã gửi"
            case .returnDraft: "Trả lại"
            case .cancel: "Hủy văn bản"
            case .voidNumber: "Hủy số"
            }
        }

        /// Whether the reason must be given.
        package var needsReason: Bool {
            switch self {
            case .returnDraft, .cancel, .voidNumber, .recall, .amend: true
            default: false
            }
        }
    }

    /// Who acts, as seen from the document.
    package enum Performer: Sendable, Hashable {
        case drafter, unitHead, signer, recordsClerk
        /// Either of the two who sent it out.
        case clerkOrSigner
    }

    struct Transition: Sendable {
        let action: Action
        let from: State
        /// Same as `from` for acts that leave the document where it is.
        let to: State
        let by: Performer
    }

    static let lifecycle: [Transition] = [
        .init(action: .edit, from: .draft, to: .draft, by: .drafter),
        .init(action: .edit, from: .returned, to: .returned, by: .drafter),
        .init(action: .submit, from: .draft, to: .submitted, by: .drafter),
        .init(action: .submit, from: .returned, to: .submitted, by: .drafter),
        .init(action: .withdraw, from: .submitted, to: .draft, by: .drafter),
        .init(action: .initial, from: .submitted, to: .initialled, by: .unitHead),
        .init(action: .returnDraft, from: .submitted, to: .returned, by: .unitHead),
        .init(action: .sign, from: .initialled, to: .signed, by: .signer),
        .init(action: .returnDraft, from: .initialled, to: .returned, by: .signer),
        .init(action: .number, from: .signed, to: .numbered, by: .recordsClerk),
        .init(action: .returnDraft, from: .signed, to: .returned, by: .recordsClerk),
        .init(action: .seal, from: .numbered, to: .sealed, by: .recordsClerk),
        .init(action: .issue, from: .sealed, to: .issued, by: .recordsClerk),
        .init(action: .resend, from: .issued, to: .issued, by: .recordsClerk),
        .init(action: .distribute, from: .issued, to: .issued, by: .recordsClerk),
        .init(action: .recall, from: .issued, to: .issued, by: .clerkOrSigner),
        .init(action: .amend, from: .issued, to: .issued, by: .recordsClerk),
        .init(action: .cancel, from: .draft, to: .cancelled, by: .drafter),
        .init(action: .cancel, from: .returned, to: .cancelled, by: .drafter),
        .init(action: .cancel, from: .submitted, to: .cancelled, by: .drafter),
        .init(action: .cancel, from: .initialled, to: .cancelled, by: .drafter),
        .init(action: .cancel, from: .signed, to: .cancelled, by: .drafter),
        .init(action: .voidNumber, from: .numbered, to: .cancelled, by: .recordsClerk),
        .init(action: .voidNumber, from: .sealed, to: .cancelled, by: .recordsClerk),
    ]

    static func transition(_ action: Action, from state: State) -> Transition? {
        lifecycle.first { $0.action == action && $0.from == state }
    }

    /// The document after the action; or why not. State and person are judged together, so that a button and the
    /// request behind it can never differ.
    package func applying(_ action: Action, by actor: Actor) throws(OutgoingRefusal) -> OutgoingDocument {
        if let obstacle = obstacle(to: action, for: actor) { throw .notPossible(action, obstacle) }
        guard let transition = Self.transition(action, from: state) else { throw .notPossible(action, "") }
        var next = self
        next.state = transition.to
        return next
    }
}
