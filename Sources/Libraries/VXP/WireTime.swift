package import Foundation

/// The timestamp of a call: `ddMMyyyy'T'HHmmss+SSSS`, a literal `+`, milliseconds padded to four. Local time, which
/// in this country is +07:00.
package enum WireTime {
    private static let offsetSeconds = zoneOfTheCountry * 60
    /// Minutes.
    package static let zoneOfTheCountry = 420

    package static func text(_ date: Date) -> String {
        let bounded = min(max(date.timeIntervalSince1970, 0), 253_402_200_000)
        let milliseconds = Int((bounded * 1000).rounded(.down)) + offsetSeconds * 1000
        var time = time_t(milliseconds / 1000)
        var parts = tm()
        gmtime_r(&time, &parts)
        let day = pad(Int(parts.tm_mday), 2) + pad(Int(parts.tm_mon) + 1, 2) + pad(Int(parts.tm_year) + 1900, 4)
        let clock = pad(Int(parts.tm_hour), 2) + pad(Int(parts.tm_min), 2) + pad(Int(parts.tm_sec), 2)
        return "\(day)T\(clock)+\(pad(milliseconds % 1000, 4))"
    }

    /// nil unless it is exactly of that form and exists in the calendar.
    /// - Parameter zone: minutes east of Greenwich of the clock that wrote it.
    package static func date(_ text: String, zone: Int = zoneOfTheCountry) -> Date? {
        let bytes = Array(text.utf8)
        guard bytes.count == 20, bytes[8] == UInt8(ascii: "T"), bytes[15] == UInt8(ascii: "+") else { return nil }
        func number(_ range: Range<Int>) -> Int? {
            bytes[range].allSatisfy { (48...57).contains($0) }
                ? Int(String(decoding: bytes[range], as: UTF8.self)) : nil
        }
        guard let day = number(0..<2), let month = number(2..<4), let year = number(4..<8),
            let hour = number(9..<11), let minute = number(11..<13), let second = number(13..<15),
            let milliseconds = number(16..<20), milliseconds < 1000, (1970...9998).contains(year),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 60
        else { return nil }
        var parts = tm()
        (parts.tm_mday, parts.tm_mon, parts.tm_year) = (Int32(day), Int32(month - 1), Int32(year - 1900))
        (parts.tm_hour, parts.tm_min, parts.tm_sec) = (Int32(hour), Int32(minute), Int32(second))
        let seconds = timegm(&parts)
        // timegm turns 30 February into March.
        guard Int(parts.tm_mday) == day else { return nil }
        return Date(timeIntervalSince1970: Double(seconds - zone * 60) + Double(milliseconds) / 1000)
    }

    private static func pad(_ number: Int, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}
