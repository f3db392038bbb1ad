package import Foundation

/// A name of X.501 as certificates carry it: pairs of attribute and text, most significant first.
package struct DistinguishedName: Sendable, Hashable {
    struct Part: Sendable, Hashable {
        var type: ObjectIdentifier
        var value: String
    }

    /// The encoded name; equality is by it, `matches` is more lenient.
    package let der: Data

    package static func == (a: Self, b: Self) -> Bool { a.der == b.der }
    package func hash(into hasher: inout Hasher) { hasher.combine(der) }

    /// Refuses what is no name; the texts are read when somebody asks for them.
    init(_ value: DERValue) throws(DERError) {
        der = value.encodedData
        for set in try value.members() {
            for pair in try set.members() {
                var reader = try pair.reader()
                try reader.next().expectObjectIdentifier()
                guard try reader.next().isText else { throw DERError(reason: .expected("text"), offset: pair.start) }
            }
        }
    }

    /// Attributes in the order of their encoding; those of one set follow each other.
    var parts: [Part] { (try? Self.parts(of: der))?.flatMap(\.self) ?? [] }

    var isEmpty: Bool { der.count <= 2 }

    private static func parts(of der: Data) throws(DERError) -> [[Part]] {
        var reader = try DERReader([UInt8](der))
        var sets: [[Part]] = []
        for set in try reader.next().members() {
            var parts: [Part] = []
            for pair in try set.members() {
                var fields = try pair.reader()
                parts.append(
                    Part(type: try fields.next().objectIdentifier(), value: try fields.next().text()))
            }
            sets.append(parts)
        }
        return sets
    }

    /// A name to be written; country and e-mail take the string types RFC 5280 asks for.
    init(_ parts: [Part]) {
        let sets = parts.map { part in
            let tag =
                switch part.type {
                case .country, .serialNumber: DERTag.printableString
                case .emailAddress: DERTag.ia5String
                default: DERTag.utf8String
                }
            return DER.set(of: [DER.sequence(DER.identifier(part.type), DER.element(tag, Array(part.value.utf8)))])
        }
        der = Data(DER.sequence(of: sets))
    }

    /// The comparison of RFC 5280 §7.1: case, spaces around and between words, and the kind of string do not count.
    package func matches(_ other: DistinguishedName) -> Bool {
        if der == other.der { return true }
        // Names of the same kinds of attributes differ in length by no more than their spaces and string types.
        guard let mine = try? Self.parts(of: der), let its = try? Self.parts(of: other.der) else { return false }
        return mine.count == its.count && Self.areAlike(mine, its)
    }

    /// Whether this name is `base` or lies under it (RFC 5280 §4.2.1.10).
    func isWithin(_ base: DistinguishedName) -> Bool {
        guard let mine = try? Self.parts(of: der), let its = try? Self.parts(of: base.der) else { return false }
        return mine.count >= its.count && Self.areAlike(mine, its)
    }

    /// Compared set by set as far as both go; folding, which costs most, comes last.
    private static func areAlike(_ mine: [[Part]], _ its: [[Part]]) -> Bool {
        let pairs = zip(mine, its)
        return pairs.allSatisfy { haveSameTypes($0, $1) } && pairs.allSatisfy { $0 == $1 || fold($0, like: $1) }
    }

    /// Most names that differ do so in how many letters they have, which folding keeps; it is spared them.
    private static func fold(_ mine: [Part], like its: [Part]) -> Bool {
        if mine.count == 1, its.count == 1, let count = mine[0].value.composedLetterCount,
            let other = its[0].value.composedLetterCount, count != other
        {
            return false
        }
        return folded(mine) == folded(its)
    }

    /// Nearly every set has one member.
    private static func haveSameTypes(_ mine: [Part], _ its: [Part]) -> Bool {
        if mine.count == 1, its.count == 1 { return mine[0].type == its[0].type }
        return Set(mine.map(\.type)) == Set(its.map(\.type))
    }

    private static func folded(_ parts: [Part]) -> Set<Part> {
        Set(
            parts.map { part in
                let isComposed = part.value.unicodeScalars.allSatisfy(\.isComposedLetter)
                let composed = isComposed ? part.value : part.value.precomposedStringWithCompatibilityMapping
                let words = composed.lowercased().split(separator: " ")
                return Part(type: part.type, value: words.joined(separator: " "))
            })
    }

    private func first(_ type: ObjectIdentifier) -> String? { try? mostSpecific(type) }

    /// The texts of all others are not read.
    private func mostSpecific(_ type: ObjectIdentifier) throws(DERError) -> String? {
        var found: DERValue?
        var name = try DERReader([UInt8](der))
        var sets = try name.next().reader()
        while !sets.isAtEnd {
            var pairs = try sets.next().reader()
            while !pairs.isAtEnd {
                var fields = try pairs.next().reader()
                if try fields.next().objectIdentifier() == type { found = try fields.next() }
            }
        }
        return try found?.text()
    }

    package var commonName: String? { first(.commonName) }
    package var organisation: String? { first(.organisation) }
    package var organisationalUnit: String? { first(.organisationalUnit) }
    package var country: String? { first(.country) }
    package var serialNumber: String? { first(.serialNumber) }
    package var title: String? { first(.title) }
    package var emailAddress: String? { first(.emailAddress) }
    var emailAddresses: [String] { parts.filter { $0.type == .emailAddress }.map(\.value) }

    /// What to call the holder on screen: the common name, else the organisation, else the whole name.
    package var shortDisplay: String { commonName ?? organisation ?? display }

    /// All parts, most specific first, in the manner of RFC 4514: `CN=Nguyễn Văn A, O=…, C=VN`.
    package var display: String {
        parts.reversed().map { part in
            let value = part.value.utf8.contains(0x2C) ? part.value.replacing(",", with: "\\,") : part.value
            return "\(Self.labels[part.type] ?? part.type.description)=\(value)"
        }.joined(separator: ", ")
    }

    private static let labels: [ObjectIdentifier: String] = [
        .commonName: "CN", .surname: "SN", .serialNumber: "serialNumber", .country: "C", .locality: "L",
        .stateOrProvince: "ST", .organisation: "O", .organisationalUnit: "OU", .title: "title", .emailAddress: "E",
        .userID: "UID",
    ]
}

extension DERValue {
    /// Whether `text` can read this kind of string.
    var isText: Bool {
        switch tag {
        case DERTag.utf8String, DERTag.printableString, DERTag.ia5String, 0x12, 0x14, 0x1A, 0x1C, 0x1E: true
        default: false
        }
    }

    /// Text of any of the string types names use, control characters replaced so that a log line stays one line.
    func text() throws(DERError) -> String {
        let raw: String =
            switch tag {
            case DERTag.utf8String, DERTag.printableString, DERTag.ia5String, 0x12, 0x1A:
                String(decoding: content, as: UTF8.self)
            case 0x14: String(String.UnicodeScalarView(content.map { Unicode.Scalar($0) }))
            case 0x1E: String(decoding: content.pairs(), as: UTF16.self)
            case 0x1C:
                String(
                    String.UnicodeScalarView(
                        content.quadruples().map { Unicode.Scalar($0) ?? "\u{FFFD}" }))
            default: throw DERError(reason: .expected("text"), offset: start)
            }
        guard raw.unicodeScalars.contains(where: \.isControl) else { return raw }
        return String(String.UnicodeScalarView(raw.unicodeScalars.map { $0.isControl ? "\u{FFFD}" : $0 }))
    }
}

extension String {
    /// How many there are beside spaces; nil where others than composed ones are among them.
    fileprivate var composedLetterCount: Int? {
        var count = 0
        for scalar in unicodeScalars {
            guard scalar.isComposedLetter else { return nil }
            if scalar != " " { count += 1 }
        }
        return count
    }
}

extension Unicode.Scalar {
    /// Of the general category Cc.
    fileprivate var isControl: Bool { value < 0x20 || (0x7F...0x9F).contains(value) }

    /// ASCII and the letters of Vietnamese in one piece: their own compatibility composition (Unicode form NFKC), which
    /// takes long to find out for others.
    var isComposedLetter: Bool {
        switch value {
        case 0..<0x80, 0xC0...0xFF, 0x102...0x103, 0x110...0x111, 0x128...0x129, 0x168...0x169, 0x1A0...0x1A1,
            0x1AF...0x1B0, 0x1EA0...0x1EF9:
            true
        default: false
        }
    }
}

extension ArraySlice<UInt8> {
    fileprivate func pairs() -> [UInt16] {
        let octets = Array(self)
        return stride(from: 0, to: octets.count - octets.count % 2, by: 2).map {
            UInt16(octets[$0]) << 8 | UInt16(octets[$0 + 1])
        }
    }

    fileprivate func quadruples() -> [UInt32] {
        let pairs = pairs()
        return stride(from: 0, to: pairs.count - pairs.count % 2, by: 2).map {
            UInt32(pairs[$0]) << 16 | UInt32(pairs[$0 + 1])
        }
    }
}
