// Number and notation of a document (số và ký hiệu), and the graded properties printed beside them.

/// `số` and `ký hiệu`: `05/QĐ-VHL`, `15/VHL-VP` (NĐ 30/2020 Annex I, II.3).
package struct DocumentCode: Hashable, Sendable, Codable, CustomStringConvertible {
    /// Text as printed: below 10 with a leading zero; foreign numbers need not be numeric.
    package let number: String
    package let notation: String

    package init(number: String, notation: String) {
        self.number = number
        self.notation = notation
    }

    /// A number of our own register: below 10 with a leading zero.
    package init(number: Int, notation: String) {
        self.init(number: Self.printed(number), notation: notation)
    }

    package static func printed(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    package var description: String { notation.isEmpty ? number : "\(number)/\(notation)" }
}

/// What somebody types who looks for a number: `1/QĐ-VHL`, `01/qd`, `15`.
package struct CodeQuery: Sendable, Hashable {
    /// Leading zeros apart.
    package let number: Int
    /// Folded words of the notation; none where only a number was typed.
    package let notation: [String]

    /// nil for anything else.
    package init?(_ text: String) {
        let parts = text.trimmingSpaces.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let digits = parts[0].trimmingSpaces
        guard (1...9).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }),
            let number = Int(digits)
        else { return nil }
        self.number = number
        notation = parts.count > 1 ? Array(Folding.words(String(parts[1])).prefix(7)) : []
    }
}

/// Độ khẩn, in rising order; raw values are those of the interchange packet.
package enum Urgency: Int, Sendable, CaseIterable, Codable, Comparable {
    case normal = 0
    case urgent, veryUrgent, express

    package var label: String {
        switch self {
        case .normal: "Thường"
        case .urgent: "Khẩn"
        case .veryUrgent: "Thượng khẩn"
        case .express: "Hỏa tốc"
        }
    }

    package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// Độ mật, in rising order. Anything above `open` never travels over the exchange (QĐ 28/2018 Art. 1.2).
package enum SecurityLevel: Int, Sendable, CaseIterable, Codable, Comparable {
    case open = 0
    case confidential, secret, topSecret

    package var label: String {
        switch self {
        case .open: "Thường"
        case .confidential: "Mật"
        case .secret: "Tối mật"
        case .topSecret: "Tuyệt mật"
        }
    }

    package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// Thẩm quyền ký (NĐ 30/2020 Art. 13).
package enum SigningCapacity: String, Sendable, CaseIterable, Codable {
    case inOwnRight, onBehalfOf, deputising, byOrder, byAuthorisation, acting

    /// Abbreviation printed before the position; empty for the head himself.
    package var abbreviation: String {
        switch self {
        case .inOwnRight: ""
        case .onBehalfOf: "TM."
        case .deputising: "KT."
        case .byOrder: "TL."
        case .byAuthorisation: "TUQ."
        case .acting: "Q."
        }
    }

    package var label: String {
        switch self {
        case .inOwnRight: "Ký trực tiếp (người đứng đầu)"
        case .onBehalfOf: "TM. – thay mặt tập thể"
        case .deputising: "KT. – ký thay người đứng đầu"
        case .byOrder: "TL. – thừa lệnh"
        case .byAuthorisation: "TUQ. – thừa ủy quyền"
        case .acting: "Q. – quyền"
        }
    }
}

/// Code of an agency on the exchange: QCVN 102 form `000.00.00.G31` or QĐ 20/2020 form `G31`.
package struct AgencyCode: Hashable, Sendable, Codable, CustomStringConvertible {
    package let rawValue: String
    package init(_ rawValue: String) { self.rawValue = rawValue }
    package init(from decoder: any Decoder) throws { rawValue = try String(from: decoder) }
    package func encode(to encoder: any Encoder) throws { try rawValue.encode(to: encoder) }
    package var description: String { rawValue }

    /// At most 35 characters of digits, letters and dots, each group non-empty (QĐ 20/2020 Arts 4–6).
    package var isWellFormed: Bool {
        let dot = UInt8(ascii: ".")
        var (count, last) = (0, dot)
        for byte in rawValue.utf8 {
            switch byte {
            case dot where last == dot: return false
            case dot, 48...57, 65...90, 97...122: break
            default: return false
            }
            (count, last) = (count + 1, byte)
        }
        return last != dot && count <= 35
    }
}
