import Foundation

/// A small XML reader for packets as they circulate: non-validating and with namespace processing off.
///
/// A namespace-aware parser refuses packets in everyday use, whose prefixes are unbound. No document type, no
/// entities but the five of XML 1.0 §4.6 and numeric references, no recursion, bounded in every direction.
struct XMLReader {
    private let bytes: [UInt8]
    private let limits: PacketLimits
    private var position: Int
    private var open: [(node: XMLNode, tag: Range<Int>)] = []
    private var root: XMLNode?
    private var elementCount = 0
    private var looseAmpersands = 0

    static func read(_ data: Data, limits: PacketLimits) throws(XMLProblem) -> XMLTree {
        guard !data.isEmpty else { throw XMLProblem(reason: .empty, offset: 0) }
        guard data.count <= limits.packetBytes else { throw XMLProblem(reason: .tooLarge, offset: limits.packetBytes) }
        let (bytes, foreign) = try utf8Bytes(of: data)
        let start = try firstTag(in: bytes, limits: limits)
        var reader = XMLReader(bytes: bytes, limits: limits, position: start)
        return try reader.tree(junkBefore: start - byteOrderMarkLength(bytes), transcodedFrom: foreign)
    }

    private init(bytes: [UInt8], limits: PacketLimits, position: Int) {
        self.bytes = bytes
        self.limits = limits
        self.position = position
    }

    private mutating func tree(junkBefore: Int, transcodedFrom: String?) throws(XMLProblem) -> XMLTree {
        while root == nil || !open.isEmpty {
            try step()
        }
        guard let root else { throw problem(.notXML) }
        return XMLTree(
            root: root, bytes: bytes, leadingJunk: junkBefore, trailingJunk: trailingJunk(),
            looseAmpersands: looseAmpersands, transcodedFrom: transcodedFrom)
    }

    /// One tag, comment, section or run of text.
    private mutating func step() throws(XMLProblem) {
        guard position < bytes.count else { throw problem(.unexpectedEnd) }
        guard bytes[position] == Byte.less else { return try text() }
        if starts(with: "<!--") { return try skip(from: 4, past: "-->") }
        if starts(with: "<![CDATA[") { return try literalSection() }
        if starts(with: "<!") { throw problem(.documentTypeForbidden) }
        if starts(with: "<?") { return try instruction() }
        if starts(with: "</") { return try endTag() }
        try startTag()
    }

    // MARK: Text

    private mutating func text() throws(XMLProblem) {
        let start = position
        position = index(of: Byte.less, from: start) ?? bytes.count
        guard !open.isEmpty else { return }
        looseAmpersands += Reference.looseAmpersands(in: bytes, start..<position)
        append(start..<position, isLiteral: false)
    }

    private mutating func literalSection() throws(XMLProblem) {
        let start = position + 9
        try skip(from: 9, past: "]]>")
        append(start..<(position - 3), isLiteral: true)
    }

    private mutating func append(_ range: Range<Int>, isLiteral: Bool) {
        guard !range.isEmpty, let last = open.indices.last else { return }
        open[last].node.text.append(XMLNode.Piece(range: range, isLiteral: isLiteral))
    }

    // MARK: Markup without content

    private mutating func skip(from length: Int, past end: StaticString) throws(XMLProblem) {
        guard let found = index(of: end, from: position + length) else { throw problem(.unterminated("\(end)")) }
        position = found + end.utf8CodeUnitCount
    }

    private mutating func instruction() throws(XMLProblem) {
        let start = position
        try skip(from: 2, past: "?>")
        guard let encoding = declaredEncoding(in: start..<position) else { return }
        let known = ["utf-8", "utf8", "us-ascii", "ascii", "utf-16", "unicode"]
        guard known.contains(encoding.lowercased()) else {
            throw XMLProblem(reason: .unsupportedEncoding(encoding), offset: start)
        }
    }

    /// The `encoding` of an XML declaration; nil for any other instruction.
    private func declaredEncoding(in range: Range<Int>) -> String? {
        guard range.count < 200 else { return nil }
        let text = String(decoding: bytes[range], as: UTF8.self)
        guard text.hasPrefix("<?xml"), let name = text.range(of: "encoding") else { return nil }
        let rest = text[name.upperBound...].drop { $0 == " " || $0 == "=" }
        guard let quote = rest.first, quote == "\"" || quote == "'" else { return nil }
        return String(rest.dropFirst().prefix { $0 != quote })
    }

    // MARK: Tags

    private mutating func startTag() throws(XMLProblem) {
        let start = position
        position += 1
        let tag = try name()
        var node = XMLNode(name: local(tag), offset: start)
        elementCount += 1
        guard elementCount <= limits.elements else { throw problem(.tooManyElements) }
        guard open.count < limits.depth else { throw problem(.tooDeep) }
        while try moreAttributes() {
            guard node.attributes.count < limits.attributesPerElement else { throw problem(.tooManyAttributes) }
            node.attributes.append(try attribute())
        }
        let closesItself = bytes[position] == Byte.slash
        position += closesItself ? 2 : 1
        closesItself ? close(node) : open.append((node, tag))
    }

    /// Moves to the next attribute; false when the tag ends here.
    private mutating func moreAttributes() throws(XMLProblem) -> Bool {
        skipSpace()
        guard position < bytes.count else { throw problem(.unexpectedEnd) }
        if bytes[position] == Byte.greater { return false }
        guard bytes[position] == Byte.slash else { return true }
        guard position + 1 < bytes.count, bytes[position + 1] == Byte.greater else { throw problem(.malformedTag) }
        return false
    }

    private mutating func attribute() throws(XMLProblem) -> (name: String, value: String) {
        let name = local(try name())
        skipSpace()
        guard position < bytes.count, bytes[position] == Byte.equals else { throw problem(.malformedAttribute) }
        position += 1
        skipSpace()
        guard position < bytes.count, [Byte.quote, Byte.apostrophe].contains(bytes[position]) else {
            throw problem(.malformedAttribute)
        }
        let start = position + 1
        guard let end = index(of: bytes[position], from: start) else { throw problem(.unterminated("attribute")) }
        guard end - start <= limits.attributeBytes else { throw problem(.attributeTooLong) }
        position = end + 1
        let value = Reference.resolved(bytes, start..<end)
        return (name, String(decoding: value, as: UTF8.self))
    }

    private mutating func endTag() throws(XMLProblem) {
        let start = position
        position += 2
        let tag = try name()
        skipSpace()
        guard position < bytes.count, bytes[position] == Byte.greater else { throw problem(.malformedTag) }
        position += 1
        guard let last = open.popLast() else {
            throw XMLProblem(reason: .malformedTag, offset: start)
        }
        guard local(tag) == last.node.name else {
            let reason = XMLProblem.Reason.mismatchedEnd(expected: last.node.name, found: local(tag))
            throw XMLProblem(reason: reason, offset: start)
        }
        close(last.node)
    }

    private mutating func close(_ node: XMLNode) {
        if let parent = open.indices.last {
            open[parent].node.children.append(node)
        } else {
            root = node
        }
    }

    private mutating func name() throws(XMLProblem) -> Range<Int> {
        let start = position
        while position < bytes.count, Byte.isName(bytes[position]) { position += 1 }
        guard position > start else { throw problem(.malformedTag) }
        guard position - start <= limits.nameBytes else { throw problem(.nameTooLong) }
        return start..<position
    }

    private func local(_ name: Range<Int>) -> String {
        let afterPrefix = bytes[name].lastIndex(of: Byte.colon).map { $0 + 1 } ?? name.lowerBound
        return String(decoding: bytes[afterPrefix..<name.upperBound], as: UTF8.self)
    }

    // MARK: Cursor

    private func problem(_ reason: XMLProblem.Reason) -> XMLProblem {
        XMLProblem(reason: reason, offset: min(position, bytes.count))
    }

    private mutating func skipSpace() {
        while position < bytes.count, Byte.isSpace(bytes[position]) { position += 1 }
    }

    private func starts(with word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard bytes.count - position >= count else { return false }
        for index in 0..<count where bytes[position + index] != word.utf8Start[index] { return false }
        return true
    }

    private func index(of byte: UInt8, from start: Int) -> Int? {
        XMLReader.index(of: byte, in: bytes, from: start)
    }

    private func index(of word: StaticString, from start: Int) -> Int? {
        let count = word.utf8CodeUnitCount
        var candidate = start
        while let found = index(of: word.utf8Start[0], from: candidate) {
            guard bytes.count - found >= count else { return nil }
            if (0..<count).allSatisfy({ bytes[found + $0] == word.utf8Start[$0] }) { return found }
            candidate = found + 1
        }
        return nil
    }

    /// Through memchr: an attachment's text runs over many megabytes.
    static func index(of byte: UInt8, in bytes: [UInt8], from start: Int) -> Int? {
        guard start >= 0, start < bytes.count else { return nil }
        return bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress,
                let hit = memchr(base + start, Int32(byte), buffer.count - start)
            else { return nil }
            return UnsafeRawPointer(hit) - base
        }
    }

    /// Bytes after the root that are neither space nor comments nor instructions.
    private func trailingJunk() -> Int {
        bytes[position...].reduce(0) { $0 + (Byte.isSpace($1) ? 0 : 1) }
    }

    // MARK: Start of the packet

    private static func firstTag(in bytes: [UInt8], limits: PacketLimits) throws(XMLProblem) -> Int {
        guard let start = index(of: Byte.less, in: bytes, from: 0), start <= limits.leadingJunkBytes + 3 else {
            throw XMLProblem(reason: .notXML, offset: 0)
        }
        return start
    }

    private static func byteOrderMarkLength(_ bytes: [UInt8]) -> Int {
        bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// UTF-8 as it is; UTF-16 with a byte order mark (.NET's default) transcoded.
    private static func utf8Bytes(of data: Data) throws(XMLProblem) -> ([UInt8], String?) {
        let head = [UInt8](data.prefix(2))
        guard head == [0xFF, 0xFE] || head == [0xFE, 0xFF] else { return ([UInt8](data), nil) }
        guard let text = String(data: data, encoding: .utf16) else {
            throw XMLProblem(reason: .unsupportedEncoding("UTF-16"), offset: 0)
        }
        return ([UInt8](text.utf8), "UTF-16")
    }
}

enum Byte {
    static let less = UInt8(ascii: "<"), greater = UInt8(ascii: ">"), slash = UInt8(ascii: "/")
    static let equals = UInt8(ascii: "="), quote = UInt8(ascii: "\""), apostrophe = UInt8(ascii: "'")
    static let colon = UInt8(ascii: ":"), ampersand = UInt8(ascii: "&"), semicolon = UInt8(ascii: ";")

    static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || byte == 10 || byte == 13 || byte == 9 }

    /// Letters, digits, `.`, `-`, `_`, `:` and everything beyond ASCII; stricter rules would gain nothing here.
    static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...58, 65...90, 97...122, 45, 46, 95, 128...255: true
        default: false
        }
    }
}
