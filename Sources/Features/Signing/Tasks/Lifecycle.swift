// How far one signing has come, as a table; pure.
internal import Foundation
internal import Platform

/// A key holder may answer at once, in minutes or never: until then nothing of the document has changed.
package enum TaskState: String, Sendable, CaseIterable, SQLBindable, SQLDecodable {
    /// In a batch, before its turn.
    case waiting
    /// The key holder was asked.
    case processing
    case signed
    case failed
    /// The document went another way, or the person let it be.
    case dropped

    package var label: String {
        switch self {
        case .waiting: "Chờ đến lượt"
        case .processing: "Đang xử lý"
        case .signed: "Đã ký"
        case .failed: "Thất bại"
        case .dropped: "Không còn cần"
        }
    }

    var isOpen: Bool { self == .waiting || self == .processing }
}

enum TaskStep: String, Sendable, CaseIterable {
    case ask, finish, fail, retry, drop
}

extension TaskState {
    struct Transition: Sendable {
        let step: TaskStep
        let from: TaskState
        let to: TaskState
    }

    static let lifecycle: [Transition] = [
        .init(step: .ask, from: .waiting, to: .processing),
        .init(step: .finish, from: .processing, to: .signed),
        .init(step: .fail, from: .waiting, to: .failed),
        .init(step: .fail, from: .processing, to: .failed),
        .init(step: .retry, from: .failed, to: .waiting),
        .init(step: .drop, from: .waiting, to: .dropped),
        .init(step: .drop, from: .processing, to: .dropped),
        .init(step: .drop, from: .failed, to: .dropped),
    ]

    /// nil when the step is not possible from here.
    func after(_ step: TaskStep) -> TaskState? {
        Self.lifecycle.first { $0.step == step && $0.from == self }?.to
    }

    /// States from which the step is possible.
    static func before(_ step: TaskStep) -> [TaskState] { lifecycle.filter { $0.step == step }.map(\.from) }
}

/// The four tabs; every task that is not dropped stands in exactly one, documents to be signed in the first.
package enum TaskTab: String, Sendable, CaseIterable {
    case toSign = "can-ky"
    case processing = "dang-xu-ly"
    case signed = "da-ky"
    case failed = "that-bai"

    package var title: String {
        switch self {
        case .toSign: "Cần ký"
        case .processing: "Đang xử lý"
        case .signed: "Đã ký"
        case .failed: "Thất bại"
        }
    }

    package var whenEmpty: String {
        switch self {
        case .toSign: "Không có văn bản nào chờ bạn ký."
        case .processing: "Không có yêu cầu ký nào đang chờ xác nhận."
        case .signed: "Bạn chưa ký văn bản nào trong hệ thống."
        case .failed: "Không có lần ký nào thất bại cần làm lại."
        }
    }

    package var href: String { "/ky-so/\(rawValue)" }

    var states: [TaskState] {
        switch self {
        case .toSign: []
        case .processing: [.waiting, .processing]
        case .signed: [.signed]
        case .failed: [.failed]
        }
    }
}
