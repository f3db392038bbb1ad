// Pure rules of the exchange.
internal import Foundation
internal import Platform
internal import Records
internal import VXP

/// What became of a received packet.
struct FilingOutcome: Sendable, Hashable {
    var state: Arrival.State
    var sender = ""
    var senderName = ""
    var title = ""
    var problem = ""
    var record: RecordRef?
    /// Of a recall that found nothing: the document to wait for.
    var about: RecalledDocument?
}

/// A document that a recall asks for, as both packets name it: networks may bring the recall before the document.
struct RecalledDocument: Sendable, Hashable {
    /// Every name by which it may be known, the surest first.
    let names: [String]

    init(identity: String, code: DocumentCode?, day: Day?) {
        var names = [identity].filter { !$0.isEmpty }
        if let code, let day { names.append("\(code) \(day)") }
        self.names = names.map { $0.cut(to: 400) }
    }
}

extension Link {
    /// How often a success is written down, in seconds: not at every poll.
    static let noteEvery: Double = 30

    /// The link after a call that succeeded; nil when there is nothing new to write.
    static func afterSuccess(_ before: Link?, at now: Date) -> Link? {
        guard let before, before.isUp else { return Link(isUp: true, since: now, succeededAt: now, problem: "") }
        if let last = before.succeededAt, now.timeIntervalSince(last) < noteEvery { return nil }
        return Link(isUp: true, since: before.since, succeededAt: now, problem: "")
    }

    /// The link after a call that failed; nil when it was down before for the same reason.
    static func afterFailure(_ before: Link?, _ problem: String, at now: Date) -> Link? {
        if let before, !before.isUp {
            guard before.problem != problem else { return nil }
            return Link(isUp: false, since: before.since, succeededAt: before.succeededAt, problem: problem)
        }
        return Link(isUp: false, since: now, succeededAt: before?.succeededAt, problem: problem)
    }
}

extension VXPFailure {
    /// Whether it says that the platform cannot be talked to at all, as against a refusal of one packet.
    var concernsLink: Bool {
        switch self {
        case .unreachable, .unanswered, .unauthorised, .malformedAnswer: true
        case .refused, .malformedParameter: false
        }
    }

    /// What cannot get better without the sender changing something is given up at once. A wrong secret is put right
    /// by the administrator, so that documents wait for it.
    var isFinal: Bool {
        switch self {
        case .unauthorised: false
        default: !isWorthRetrying
        }
    }

    /// For the clerk: what happened and what to do.
    func sentence(sendingTo name: String) -> String {
        switch self {
        case .refused(AnswerCode.unknownRecipient.rawValue, _):
            "Trục liên thông không có đơn vị nhận “\(name)”. Hãy kiểm tra mã định danh trong danh bạ rồi gửi lại, hoặc gửi bằng đường khác."
        case .refused(AnswerCode.lockedRecipient.rawValue, _):
            "Đơn vị nhận “\(name)” đang bị khóa trên trục liên thông. Hãy liên hệ đơn vị nhận hoặc gửi bằng đường khác."
        case .unauthorised:
            "Trục liên thông không chấp nhận mã hệ thống hoặc khóa bí mật. Hãy báo quản trị; văn bản được giữ và sẽ gửi lại."
        case .unreachable: "Không kết nối được trục liên thông; văn bản được giữ và sẽ gửi lại."
        case .unanswered:
            "Trục liên thông không trả lời: có thể đã nhận văn bản, có thể chưa. Hệ thống sẽ gửi lại; nơi nhận không nhận trùng."
        case .malformedAnswer: "Trục liên thông trả lời không đúng định dạng; văn bản được giữ và sẽ gửi lại."
        default: "\(sentence)."
        }
    }
}

/// When a packet that could not be read is fetched once more: it may have been damaged on its way.
enum FetchAgain {
    private static let delays: [Double] = [60, 600, 3_600, 6 * 3_600, 24 * 3_600]

    /// - Parameter fetches: how often it was fetched so far.
    /// - Returns: nil when it is not.
    static func due(after fetches: Int, at now: Date) -> Date? {
        delays.indices.contains(fetches - 1) ? now + delays[fetches - 1] : nil
    }
}

/// Whether a whole list of agencies may be believed about those it lacks.
enum WholeListPolicy {
    /// A list that lacks many has more likely been cut short on its way than lost them; after a great merger of
    /// agencies it has really lost them, and then a person says so.
    static func isPlausible(missing: Int, of active: Int) -> Bool {
        missing * 20 <= active || missing <= 5 && missing * 2 <= active
    }
}
