// Dates, times, sizes and deadlines as the office writes them.
package import Foundation
package import Platform
internal import Records

package enum Format {
    /// `24/11/2026`
    package static func day(_ day: Day) -> String { day.printed }
    package static func day(_ instant: Date) -> String { Day(at: instant).printed }
    /// `24/11/2026 09:15`, at +07:00.
    package static func time(_ instant: Date) -> String { LocalTime(instant).printed }

    /// `812 B`, `45 KB`, `1,2 MB`: powers of 1024, decimal comma.
    package static func fileSize(_ bytes: Int) -> String {
        guard bytes >= 1024 else { return "\(bytes) B" }
        var size = Double(bytes)
        var unit = "B"
        for next in ["KB", "MB", "GB", "TB"] where size >= 1024 {
            size /= 1024
            unit = next
        }
        let tenths = Int((size * 10).rounded())
        guard tenths < 100, tenths % 10 != 0 else { return "\((tenths + 5) / 10) \(unit)" }
        return "\(tenths / 10),\(tenths % 10) \(unit)"
    }

    /// `1.234.567`: groups of three with dots.
    package static func count(_ number: Int) -> String { number.grouped }
}

/// How a deadline stands on a given day.
package struct Deadline: Hashable, Sendable {
    package enum Level: Sendable { case calm, soon, late }
    package let dueOn: Day
    package let level: Level
    /// `còn 2 ngày`, `hôm nay`, `quá hạn 3 ngày`.
    package let words: String

    package init(_ dueOn: Day, today: Day) {
        self.dueOn = dueOn
        let days = dueOn.ordinal - today.ordinal
        level = days < 0 ? .late : days <= 2 ? .soon : .calm
        words =
            switch days {
            case ..<0: "quá hạn \(-days) ngày"
            case 0: "hạn hôm nay"
            case 1: "còn 1 ngày"
            default: "còn \(days) ngày"
            }
    }
}
