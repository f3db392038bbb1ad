// Business statuses that travel between agencies, each a packet of its own.
internal import Platform

/// What a receiver tells the sender of a document, by the code on the wire.
package enum ExchangeStatus: Int, Sendable, CaseIterable, Codable, SQLBindable, SQLDecodable {
    case arrived = 1
    case refused = 2
    case accepted = 3
    case assigned = 4
    case inProgress = 5
    case completed = 6
    case recallRequested = 13
    case changeAccepted = 15
    case changeRefused = 16

    /// Two digits, as on the wire.
    package var code: String { rawValue < 10 ? "0\(rawValue)" : "\(rawValue)" }

    package var label: String {
        switch self {
        case .arrived: "Đã đến"
        case .refused: "Từ chối tiếp nhận"
        case .accepted: "Đã tiếp nhận"
        case .assigned: "Đã phân công"
        case .inProgress: "Đang xử lý"
        case .completed: "Đã hoàn thành"
        case .recallRequested: "Yêu cầu lấy lại"
        case .changeAccepted: "Đồng ý cập nhật, lấy lại"
        case .changeRefused: "Từ chối cập nhật, lấy lại"
        }
    }
}
