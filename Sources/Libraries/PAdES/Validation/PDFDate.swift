import Foundation
import SignatureCore

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
        // What is too much for its place goes on into the next.
        let month = (number(2) ?? 1) + 11
        let days = daysSince1970(year: year + month / 12 - 1, month: month % 12 + 1, day: number(2) ?? 1)
        let (hour, minute, second) = (number(2) ?? 0, number(2) ?? 0, number(2) ?? 0)
        let date = Date(timeIntervalSince1970: Double(days * 86_400 + hour * 3600 + minute * 60 + second))
        let sign: Double = rest.first == "+" ? -1 : rest.first == "-" ? 1 : 0
        rest = rest.dropFirst()
        let hours = Double(number(2) ?? 0)
        if rest.first == "'" { rest = rest.dropFirst() }
        self = date.addingTimeInterval(sign * (hours * 3600 + Double(number(2) ?? 0) * 60))
    }
}
