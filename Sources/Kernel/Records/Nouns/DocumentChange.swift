// What a sender may do to a document that is already with its receivers (QĐ 28/2018 Art. 8.2 and 9.2).
internal import Platform

/// Thu hồi, cập nhật, thay thế. The receiver answers each by status 15 or 16.
package enum DocumentChange: String, Sendable, CaseIterable, Codable, SQLBindable, SQLDecodable {
    case recall, amend, replace

    package var label: String {
        switch self {
        case .recall: "Thu hồi"
        case .amend: "Cập nhật"
        case .replace: "Thay thế"
        }
    }
}

/// How a document's life ended before its time.
package enum Ending: String, Sendable, CaseIterable, Codable, SQLBindable, SQLDecodable {
    /// Taken back by its sender.
    case recalled
    /// Another document stands in its place.
    case replaced

    package var label: String {
        switch self {
        case .recalled: "Đã thu hồi"
        case .replaced: "Đã được thay thế"
        }
    }

    /// From its column, where an empty word stands for none.
    package init?(column: String) { self.init(rawValue: column) }
}

extension Ending? {
    package var column: String { self?.rawValue ?? "" }
}
