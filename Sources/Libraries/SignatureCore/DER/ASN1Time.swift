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

/// Days from 1970-01-01 in the Gregorian calendar; the year counted from March makes the leap day the last.
func daysSince1970(year: Int, month: Int, day: Int) -> Int {
    let year = month <= 2 ? year - 1 : year
    let era = (year >= 0 ? year : year - 399) / 400
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
}

private func civilDate(daysSince1970 days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
}
