// What the user can act on; everything else that is thrown is a fault.

/// A refusal tells the user, in Vietnamese, what is not possible, why, and who can help.
package protocol Refusal: Error, Sendable {
    var kind: RefusalKind { get }
    var message: String { get }
}

/// The four ways of saying no; the web layer maps each to one HTTP status.
package enum RefusalKind: String, Sendable, CaseIterable {
    case notFound, forbidden, conflict, invalid
}

/// Refusals that every feature shares.
package enum CommonRefusal: Refusal, Hashable {
    /// The record is not there, or not for this person: the answer is the same.
    case notFound
    case forbidden(String)
    case invalid(String)
    case conflict(String)

    package var kind: RefusalKind {
        switch self {
        case .notFound: .notFound
        case .forbidden: .forbidden
        case .invalid: .invalid
        case .conflict: .conflict
        }
    }

    package var message: String {
        switch self {
        case .notFound: "Không tìm thấy nội dung này, hoặc bạn không có quyền xem. Hãy hỏi văn thư nếu bạn cần."
        case .forbidden(let message), .invalid(let message), .conflict(let message): message
        }
    }
}
