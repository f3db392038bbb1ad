// Reads the distinguished encoding of ASN.1 (X.690) as it stands in foreign bytes.
import Foundation

/// Why foreign bytes could not be read, and at which byte.
package struct DERError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Reason: Hashable, Sendable {
        case truncated, badLength, badTag, tooDeep, tooLarge, tooMany, trailingBytes
        case expected(String)
        case outOfRange(String)
    }

    package var reason: Reason
    package var offset: Int

    package var description: String { "\(reason) at byte \(offset)" }
}

enum DERTag {
    static let boolean: UInt8 = 0x01
    static let integer: UInt8 = 0x02
    static let bitString: UInt8 = 0x03
    static let octetString: UInt8 = 0x04
    static let null: UInt8 = 0x05
    static let objectIdentifier: UInt8 = 0x06
    static let utf8String: UInt8 = 0x0C
    static let printableString: UInt8 = 0x13
    static let ia5String: UInt8 = 0x16
    static let utcTime: UInt8 = 0x17
    static let generalizedTime: UInt8 = 0x18
    static let sequence: UInt8 = 0x30
    static let set: UInt8 = 0x31
    static let constructedOctetString: UInt8 = 0x24
    static let enumerated: UInt8 = 0x0A

    /// Context-specific constructed tag `[number]`.
    static func context(_ number: UInt8) -> UInt8 { 0xA0 | number }
    /// Context-specific primitive tag `[number]`.
    static func primitive(_ number: UInt8) -> UInt8 { 0x80 | number }
}

/// Bounds no honest signature, token or certificate comes near.
enum DERLimit {
    static let bytes = 8 << 20
    /// A revocation list of a whole country's signers, about a million lines.
    static let revocationListBytes = 48 << 20
    static let depth = 32
    static let elements = 20_000
    /// Members of one set or sequence that are parsed into values of their own (certificates, attributes).
    static let members = 256
}

/// One element: its tag and where its bytes lie in the buffer all elements share.
struct DERValue: Sendable {
    let tag: UInt8
    let bytes: [UInt8]
    let start: Int
    let contentStart: Int
    let end: Int
    fileprivate let depth: Int

    var content: ArraySlice<UInt8> { bytes[contentStart..<end] }
    var encoded: ArraySlice<UInt8> { bytes[start..<end] }
    /// The content as a value of its own.
    var contentData: Data { Data(content) }
    var encodedData: Data { Data(encoded) }

    /// The elements inside this constructed one.
    func reader() throws(DERError) -> DERReader {
        guard tag & 0x20 != 0 else { throw DERError(reason: .expected("constructed element"), offset: start) }
        guard depth < DERLimit.depth else { throw DERError(reason: .tooDeep, offset: start) }
        return DERReader(bytes: bytes, offset: contentStart, end: end, depth: depth + 1)
    }

    /// All elements inside this constructed one, at most `DERLimit.members`.
    func members() throws(DERError) -> [DERValue] {
        var reader = try reader()
        var members: [DERValue] = []
        while !reader.isAtEnd {
            guard members.count < DERLimit.members else { throw DERError(reason: .tooMany, offset: start) }
            members.append(try reader.next())
        }
        return members
    }

    /// An element encoded inside the content of this primitive one (OCTET STRING wrapping DER).
    func wrapped(skipping lead: Int = 0) throws(DERError) -> DERValue {
        guard depth < DERLimit.depth else { throw DERError(reason: .tooDeep, offset: start) }
        guard lead <= end - contentStart else { throw DERError(reason: .truncated, offset: start) }
        var reader = DERReader(bytes: bytes, offset: contentStart + lead, end: end, depth: depth + 1)
        return try reader.next()
    }
}

/// A cursor over consecutive elements; every step is checked against the end.
struct DERReader: Sendable {
    private let bytes: [UInt8]
    private(set) var offset: Int
    let end: Int
    private let depth: Int

    init(_ bytes: [UInt8], limit: Int = DERLimit.bytes) throws(DERError) {
        guard bytes.count <= limit else { throw DERError(reason: .tooLarge, offset: 0) }
        self.init(bytes: bytes, offset: 0, end: bytes.count, depth: 0)
    }

    fileprivate init(bytes: [UInt8], offset: Int, end: Int, depth: Int) {
        self.bytes = bytes
        self.offset = offset
        self.end = end
        self.depth = depth
    }

    var isAtEnd: Bool { offset >= end }
    var nextTag: UInt8? { offset < end ? bytes[offset] : nil }

    mutating func next() throws(DERError) -> DERValue {
        let header = try DERHeader(bytes: bytes, offset: offset, end: end)
        guard let length = header.length else { throw DERError(reason: .badLength, offset: offset) }
        guard length <= end - header.contentStart else { throw DERError(reason: .truncated, offset: offset) }
        let value = DERValue(
            tag: header.tag, bytes: bytes, start: offset, contentStart: header.contentStart,
            end: header.contentStart + length, depth: depth)
        offset = value.end
        return value
    }

    mutating func next(_ tag: UInt8, _ name: String) throws(DERError) -> DERValue {
        guard nextTag == tag else { throw DERError(reason: .expected(name), offset: offset) }
        return try next()
    }

    /// The content of an explicitly tagged optional element, `[number] EXPLICIT`.
    mutating func nextExplicit(_ number: UInt8) throws(DERError) -> DERValue? {
        guard let outer = try nextIf(DERTag.context(number)) else { return nil }
        var reader = try outer.reader()
        let value = try reader.next()
        try reader.finish()
        return value
    }

    mutating func nextIf(_ tag: UInt8) throws(DERError) -> DERValue? {
        guard nextTag == tag else { return nil }
        return try next()
    }

    func finish() throws(DERError) {
        guard isAtEnd else { throw DERError(reason: .trailingBytes, offset: offset) }
    }
}

/// Tag and length octets (X.690 §8.1); `length` is nil for the indefinite form.
struct DERHeader {
    let tag: UInt8
    let length: Int?
    let contentStart: Int

    init(bytes: [UInt8], offset: Int, end: Int) throws(DERError) {
        guard end - offset >= 2 else { throw DERError(reason: .truncated, offset: offset) }
        tag = bytes[offset]
        // Tag numbers above 30 do not occur in any structure read here.
        guard tag & 0x1F != 0x1F else { throw DERError(reason: .badTag, offset: offset) }
        let first = bytes[offset + 1]
        guard first > 0x80 else {
            length = first == 0x80 ? nil : Int(first)
            contentStart = offset + 2
            return
        }
        let count = Int(first & 0x7F)
        guard count <= 4 else { throw DERError(reason: .badLength, offset: offset) }
        guard end - offset >= 2 + count else { throw DERError(reason: .truncated, offset: offset) }
        length = bytes[offset + 2..<offset + 2 + count].reduce(0) { $0 << 8 | Int($1) }
        contentStart = offset + 2 + count
    }
}
