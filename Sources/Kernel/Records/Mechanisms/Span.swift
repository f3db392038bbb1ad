// How long something took, over many documents.
internal import Foundation
package import Platform

/// Sum and count, so that averages of several lines can be joined without error.
package struct Span: Sendable, Hashable {
    package private(set) var count: Int
    package private(set) var milliseconds: Int64

    package init(count: Int = 0, milliseconds: Int64 = 0) {
        self.count = count
        self.milliseconds = milliseconds
    }

    /// From the columns `<name>_count` and `<name>_sum`.
    package init(_ row: Row, _ name: String) throws {
        self.init(count: try row.get("\(name)_count"), milliseconds: try row.get("\(name)_sum"))
    }

    /// Average, to a tenth; nil where nothing was measured.
    package var hours: Double? {
        count == 0 ? nil : (Double(milliseconds) / Double(count) / 360_000).rounded() / 10
    }

    /// `0,4`, `26,0`; empty where nothing was measured.
    package var printedHours: String {
        hours.map { String($0).replacing(".", with: ",") } ?? ""
    }

    package static func += (sum: inout Span, more: Span) {
        sum.count += more.count
        sum.milliseconds += more.milliseconds
    }
}
