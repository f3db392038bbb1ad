internal import Platform
internal import VXP

/// How far one packet got with one recipient; raw values are the words on the wire.
enum DeliveryState: String, Sendable, CaseIterable, SQLBindable, SQLDecodable {
    case waiting = "initial"
    case processing
    case done
    case failed = "fail"

    /// The state after an acknowledgement. What is stored safely stays stored, whatever is said later.
    func after(_ acknowledgement: Acknowledgement) -> DeliveryState {
        guard self != .done else { return .done }
        switch acknowledgement {
        case .processing: return .processing
        case .done: return .done
        case .fail: return .failed
        }
    }

    /// Place in the order of offers: smaller comes first. What failed comes after all others, whatever its urgency.
    func rank(urgency: Int) -> Int { (self == .failed ? 100 : 0) - min(max(urgency, 0), 9) }

    /// The urgency that a place in the order stands for: that of the packet, or of a later one about the same document.
    static func urgency(ofRank rank: Int) -> Int { rank > 50 ? 100 - rank : -rank }

    var label: String {
        switch self {
        case .waiting: "Chờ nhận"
        case .processing: "Đang nhận"
        case .done: "Đã nhận"
        case .failed: "Nhận lỗi"
        }
    }
}
