// Times of ASN.1 as RFC 5280 §4.1.2.5 and RFC 3161 §2.4.2 use them, read and written without a formatter.
import Foundation

extension DERValue {
    /// UTCTime or GeneralizedTime.
    func time() throws(DERError) -> Date {
        var digits = content
        let failure = DERError(reason: .expected("time"), offset: start)
        func number(_ count: Int) throws(DERError) -> Int {
            guard digits.count >= count, digits.prefix(count).allSatisfy(isDigit) else { throw failure }
            defer { digits = digits.dropFirst(count) }
            return digits.prefix(count).reduce(0) { $0 * 10 + Int($1 - 48) }
        }
        var year: Int
        switch tag {
        case DERTag.utcTime:
            year = try number(2)
            year += year < 50 ? 2000 : 1900
        case DERTag.generalizedTime: year = try number(4)
        default: throw failure
        }
        let (month, day, hour, minute) = (try number(2), try number(2), try number(2), try number(2))
        let second = digits.first.map(isDigit) == true ? try number(2) : 0
        guard (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61 else {
            throw failure
        }
        var fraction = 0.0
        if digits.first == 46 {  // .
            digits = digits.dropFirst()
            var scale = 0.1
            while let digit = digits.first, isDigit(digit) {
                fraction += Double(digit - 48) * scale
                scale /= 10
                digits = digits.dropFirst()
            }
        }
        var shift = 0
        if let sign = digits.first, sign == 43 || sign == 45 {
            digits = digits.dropFirst()
            shift = (try number(2) * 60 + number(2)) * (sign == 43 ? -60 : 60)
        } else if digits.first == 90 {  // Z
            digits = digits.dropFirst()
        }
        guard digits.isEmpty else { throw failure }
        let seconds = daysSince1970(year: year, month: month, day: day) * 86_400 + hour * 3600 + minute * 60 + second
        return Date(timeIntervalSince1970: Double(seconds + shift) + fraction)
    }
}

extension DER {
    /// UTCTime through 2049, GeneralizedTime after (RFC 5280 §4.1.2.5); whole seconds, UTC.
    static func time(_ date: Date) -> [UInt8] {
        let seconds = Int(max(0, min(date.timeIntervalSince1970, 253_402_300_799)))
        let (year, month, day) = civilDate(daysSince1970: seconds / 86_400)
        let rest = seconds % 86_400
        let clock = [month, day, rest / 3600, rest / 60 % 60, rest % 60].map(twoDigits).joined()
        let isShort = year < 2050
        let text = (isShort ? twoDigits(year % 100) : String(year)) + clock + "Z"
        return element(isShort ? DERTag.utcTime : DERTag.generalizedTime, Array(text.utf8))
    }
}

private func isDigit(_ character: UInt8) -> Bool { (48...57).contains(character) }

private func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
