package import Foundation

/// A calendar day as packets write it: `yyyy/MM/dd`, without a time zone.
package struct PacketDay: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    package let year: Int
    package let month: Int
    package let day: Int

    /// nil unless the day exists in the Gregorian calendar, years 1 to 9999.
    package init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month) else { return nil }
        guard (1...PacketDay.daysIn(month: month, year: year)).contains(day) else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// Reads `yyyy/MM/dd` (QCVN 102) and, from other systems, `yyyy-MM-dd`, `dd/MM/yyyy`, `dd-MM-yyyy`, the same with dots,
    /// `yyyyMMdd`, `ngày dd tháng MM năm yyyy`, and a day with its zone (`2019-01-17+07:00`, as XML Schema writes it),
    /// which does not move it.
    package init?(_ text: String) {
        if text.utf8.count == 8, let number = digits(text) {
            self.init(year: number / 10_000, month: number / 100 % 100, day: number % 100)
            return
        }
        if let (year, month, day) = PacketDay.spoken(text) {
            self.init(year: year, month: month, day: day)
            return
        }
        let text = PacketDay.withoutZone(text)
        let parts = text.split(omittingEmptySubsequences: false) { $0 == "/" || $0 == "-" || $0 == "." }.map(
            String.init)
        let numbers = parts.compactMap { $0.count <= 4 ? digits($0) : nil }
        guard parts.count == 3, numbers.count == 3 else { return nil }
        if parts[0].count == 4 {
            self.init(year: numbers[0], month: numbers[1], day: numbers[2])
        } else if parts[2].count == 4 {
            self.init(year: numbers[2], month: numbers[1], day: numbers[0])
        } else {
            return nil
        }
    }

    /// As people write it: `ngày 05 tháng 10 năm 2026`.
    private static func spoken(_ text: String) -> (year: Int, month: Int, day: Int)? {
        let words = text.precomposedStringWithCanonicalMapping.lowercased().split(separator: " ").map(String.init)
        guard words.count == 6, (words[0], words[2], words[4]) == ("ngày", "tháng", "năm"), let day = digits(words[1]),
            let month = digits(words[3]), let year = digits(words[5])
        else { return nil }
        return (year, month, day)
    }

    private static func withoutZone(_ text: String) -> String {
        if text.hasSuffix("Z") { return String(text.dropLast()) }
        let tail = text.suffix(6)
        guard text.count > 10, let sign = tail.first, sign == "+" || sign == "-", tail.dropFirst(3).first == ":" else {
            return text
        }
        return String(text.dropLast(6))
    }

    package var description: String { "\(pad(year, 4))/\(pad(month, 2))/\(pad(day, 2))" }

    /// `dd/MM/yyyy`, as people write it.
    package var vietnamese: String { "\(pad(day, 2))/\(pad(month, 2))/\(pad(year, 4))" }

    package static func < (a: PacketDay, b: PacketDay) -> Bool {
        (a.year, a.month, a.day) < (b.year, b.month, b.day)
    }

    private static func daysIn(month: Int, year: Int) -> Int {
        let isLeap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
        return switch month {
        case 2: isLeap ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days since 1 January 1970.
    fileprivate var dayNumber: Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    fileprivate init?(dayNumber: Int) {
        let shifted = dayNumber + 719_468
        guard shifted >= 0, shifted < 3_700_000 else { return nil }
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
        self.init(
            year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
            day: dayOfYear - (153 * monthIndex + 2) / 5 + 1)
    }
}

/// A moment as packets write it: `yyyy/MM/dd HH:mm:ss`, Vietnamese time (+07:00; QĐ 28/2018 Art. 14.4).
package struct PacketTime: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    package let day: PacketDay
    package let hour: Int
    package let minute: Int
    package let second: Int

    package init?(day: PacketDay, hour: Int, minute: Int, second: Int) {
        guard (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second) else { return nil }
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
    }

    /// Reads `yyyy/MM/dd HH:mm:ss` and the forms of other systems: `dd/MM/yyyy`, `T` between, fractions of a
    /// second, no seconds, `yyyyMMddHHmmss`, twelve hours with `SA` and `CH` or `AM` and `PM`; an explicit zone (`Z`,
    /// `+07:00`) is converted to Vietnamese time.
    package init?(_ text: String) {
        if text.utf8.count == 14, let number = digits(String(text.suffix(6))),
            let day = PacketDay(String(text.prefix(8)))
        {
            self.init(day: day, hour: number / 10_000, minute: number / 100 % 100, second: number % 100)
            return
        }
        guard let split = text.firstIndex(where: { $0 == " " || $0 == "T" }),
            let clock = ClockText(text[text.index(after: split)...]),
            let day = PacketTime.day(String(text[..<split]), isEnglish: clock.isEnglish)
        else { return nil }
        guard let time = PacketTime(day: day, hour: clock.hour, minute: clock.minute, second: clock.second)
        else { return nil }
        guard let zone = clock.zoneMinutes else {
            self = time
            return
        }
        self.init(time.date.addingTimeInterval(Double(420 - zone) * 60))
    }

    /// Beside `AM` and `PM` the month stands first, or it does not: only where it makes no difference is the day plain.
    private static func day(_ text: String, isEnglish: Bool) -> PacketDay? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard isEnglish, parts.count == 3, parts[2].count == 4 else { return PacketDay(text) }
        let readings = [text, "\(parts[1])/\(parts[0])/\(parts[2])"].compactMap { PacketDay($0) }
        return Set(readings).count == 1 ? readings.first : nil
    }

    /// The second in Vietnamese time that contains `date`; the year is kept within 1 to 9999.
    package init(_ date: Date) {
        let limit = 253_402_200_000.0
        let seconds = Int(min(max(date.timeIntervalSince1970, -62_135_500_000), limit).rounded(.down)) + 7 * 3600
        let number = Int((Double(seconds) / 86_400).rounded(.down))
        let rest = seconds - number * 86_400
        day = PacketDay(dayNumber: number) ?? PacketTime.epochDay
        hour = rest / 3600
        minute = rest / 60 % 60
        second = rest % 60
    }

    package var date: Date {
        Date(timeIntervalSince1970: Double(day.dayNumber * 86_400 + (hour - 7) * 3600 + minute * 60 + second))
    }

    package var description: String { "\(day) \(pad(hour, 2)):\(pad(minute, 2)):\(pad(second, 2))" }

    package static func < (a: PacketTime, b: PacketTime) -> Bool {
        (a.day, a.hour, a.minute, a.second) < (b.day, b.hour, b.minute, b.second)
    }

    private static var epochDay: PacketDay { PacketDay(clamped: 1970, 1, 1) }
}

extension PacketDay {
    /// For constants known to exist.
    fileprivate init(clamped year: Int, _ month: Int, _ day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }
}

/// `HH:mm[:ss[.fff]][ SA|CH|AM|PM][Z|±HH:mm|±HHmm]`.
private struct ClockText {
    var hour = 0, minute = 0, second = 0
    var zoneMinutes: Int?
    /// Written with `AM` or `PM`.
    var isEnglish = false

    init?(_ text: Substring) {
        var clock = text
        let half = Half.allCases.first { clock.uppercased().hasSuffix(" \($0)") }
        if half != nil { clock = clock.dropLast(3) }
        if clock.hasSuffix("Z") {
            zoneMinutes = 0
            clock = clock.dropLast()
        } else if let sign = clock.lastIndex(where: { $0 == "+" || $0 == "-" }) {
            guard let minutes = ClockText.zone(clock[sign...]) else { return nil }
            zoneMinutes = minutes
            clock = clock[..<sign]
        }
        let whole = clock.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).first ?? clock
        let parts = whole.split(separator: ":", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { $0.count <= 2 ? digits(String($0)) : nil }
        guard numbers.count == parts.count, (2...3).contains(numbers.count) else { return nil }
        (hour, minute, second) = (numbers[0], numbers[1], numbers.count == 3 ? numbers[2] : 0)
        guard let half else { return }
        // Twelve is the first hour of each half; beyond it somebody added the mark to a clock of 24 hours.
        if hour <= 12 { hour = hour % 12 + (half.isLater ? 12 : 0) }
        isEnglish = half.isEnglish
    }

    private enum Half: CaseIterable {
        case SA, CH, AM, PM

        var isLater: Bool { self == .CH || self == .PM }
        var isEnglish: Bool { self == .AM || self == .PM }
    }

    private static func zone(_ text: Substring) -> Int? {
        var parts = text.dropFirst().split(separator: ":")
        if parts.count == 1, parts[0].count == 4 { parts = [parts[0].prefix(2), parts[0].suffix(2)] }
        let numbers = parts.compactMap { $0.count <= 2 ? digits(String($0)) : nil }
        guard numbers.count == 2, numbers[0] <= 14, numbers[1] < 60 else { return nil }
        return (text.hasPrefix("-") ? -1 : 1) * (numbers[0] * 60 + numbers[1])
    }
}

/// A number written in ASCII digits only; nil for signs, spaces and anything too large.
func digits(_ text: String) -> Int? {
    guard !text.isEmpty, text.utf8.count <= 9, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return Int(text)
}

private func pad(_ number: Int, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.count)) + text
}
