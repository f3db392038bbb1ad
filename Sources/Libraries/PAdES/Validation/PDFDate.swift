import Foundation

extension Date {
    /// `D:YYYYMMDDHHmmSSOHH'mm'` (ISO 32000-2 §7.9.4); what is missing is its smallest value.
    init?(pdfDate text: String) {
        var rest = Substring(text.hasPrefix("D:") ? String(text.dropFirst(2)) : text)
        func number(_ count: Int) -> Int? {
            guard rest.count >= count, let value = Int(rest.prefix(count)), value >= 0 else { return nil }
            rest = rest.dropFirst(count)
            return value
        }
        guard let year = number(4) else { return nil }
        var parts = DateComponents(timeZone: .gmt, year: year, month: 1, day: 1)
        parts.month = number(2) ?? 1
        parts.day = number(2) ?? 1
        parts.hour = number(2) ?? 0
        parts.minute = number(2) ?? 0
        parts.second = number(2) ?? 0
        guard let date = Calendar(identifier: .gregorian).date(from: parts) else { return nil }
        let sign: Double = rest.first == "+" ? -1 : rest.first == "-" ? 1 : 0
        rest = rest.dropFirst()
        let hours = Double(number(2) ?? 0)
        if rest.first == "'" { rest = rest.dropFirst() }
        self = date.addingTimeInterval(sign * (hours * 3600 + Double(number(2) ?? 0) * 60))
    }
}
