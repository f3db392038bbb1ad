// Time as a value, so that rules never ask for it and tests can freeze it.
package import Foundation

/// Tells the time; the system's, or one a test holds still.
package struct Clock: Sendable {
    package var now: @Sendable () -> Date
    package init(now: @escaping @Sendable () -> Date) { self.now = now }
    package static let system = Clock { Date() }
    package static func fixed(_ date: Date) -> Clock { Clock { date } }
}

/// A calendar day in Viet Nam (+07:00), written `yyyy-MM-dd`: sorts as text, the same on both engines.
package struct Day: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    package let year: Int
    package let month: Int
    package let day: Int

    package init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), (1...Day.length(of: month, in: year)).contains(day)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// From `yyyy-MM-dd`; nil for anything that is no day.
    package init?(_ text: some StringProtocol) {
        var parts = (0, 0, 0)
        var (part, digits) = (0, 0)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                guard digits < 4 else { return nil }
                digits += 1
                let digit = Int(byte - UInt8(ascii: "0"))
                switch part {
                case 0: parts.0 = parts.0 * 10 + digit
                case 1: parts.1 = parts.1 * 10 + digit
                default: parts.2 = parts.2 * 10 + digit
                }
            case UInt8(ascii: "-"):
                guard part < 2, part == 0 ? digits == 4 : digits > 0 else { return nil }
                (part, digits) = (part + 1, 0)
            default: return nil
            }
        }
        guard part == 2, digits > 0 else { return nil }
        self.init(year: parts.0, month: parts.1, day: parts.2)
    }

    /// The day it is in Viet Nam at `instant`.
    package init(at instant: Date) {
        let days = Int(((instant.timeIntervalSince1970 + Self.offsetSeconds) / 86_400).rounded(.down))
        self.init(daysSinceEpoch: days)
    }

    /// Civil date from a count of days since 1970-01-01 (proleptic Gregorian).
    private init(daysSinceEpoch: Int) {
        let z = daysSinceEpoch + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let doe = z - era * 146_097
        let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100)
        let mp = (5 * doy + 2) / 153
        day = doy - (153 * mp + 2) / 5 + 1
        month = mp < 10 ? mp + 3 : mp - 9
        year = yoe + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Days since 1970-01-01.
    package var ordinal: Int {
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yoe = y - era * 400
        let doy = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468
    }

    /// Midnight in Viet Nam at which the day begins.
    package var start: Date { Date(timeIntervalSince1970: Double(ordinal) * 86_400 - Self.offsetSeconds) }

    package func adding(days: Int) -> Day { Day(daysSinceEpoch: ordinal + days) }

    /// `yyyy-MM-dd`
    package var description: String { "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))" }
    /// `dd/MM/yyyy`, as the office writes it.
    package var printed: String { "\(Self.padded(day, 2))/\(Self.padded(month, 2))/\(year)" }

    package static func < (a: Day, b: Day) -> Bool { (a.year, a.month, a.day) < (b.year, b.month, b.day) }

    package init(from decoder: any Decoder) throws {
        let text = try String(from: decoder)
        guard let value = Day(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "no day: \(text)"))
        }
        self = value
    }
    package func encode(to encoder: any Encoder) throws { try description.encode(to: encoder) }

    /// Viet Nam has kept +07:00 without summer time since 1975.
    package static let offsetSeconds: Double = 7 * 3600

    private static func length(of month: Int, in year: Int) -> Int {
        switch month {
        case 2: year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

/// An instant as the office writes it: `24/11/2026 09:15`, and parts of it, at +07:00.
package struct LocalTime: Sendable {
    package let day: Day
    package let hour: Int
    package let minute: Int
    package let second: Int

    package init(_ instant: Date) {
        day = Day(at: instant)
        let seconds = Int((instant.timeIntervalSince1970 + Day.offsetSeconds).rounded(.down))
        let inDay = ((seconds % 86_400) + 86_400) % 86_400
        hour = inDay / 3600
        minute = inDay % 3600 / 60
        second = inDay % 60
    }

    private func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    /// `24/11/2026 09:15`
    package var printed: String { "\(day.printed) \(two(hour)):\(two(minute))" }
    /// `09:15:30`
    package var clock: String { "\(two(hour)):\(two(minute)):\(two(second))" }
}
