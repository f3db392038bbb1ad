internal import Digests
internal import Foundation

/// A small XML reader for packets as they circulate: non-validating and with namespace processing off.
///
/// A namespace-aware parser refuses packets in everyday use, whose prefixes are unbound. No document type, no
/// entities but the five of XML 1.0 §4.6 and numeric references, no recursion, bounded in every direction. The source
/// is read once from front to back; attachments are decoded as they pass by.
struct XMLReader {
    /// The element whose text is an attachment.
    private static let contentName = "ContentTransferEncoded"

    private let window: XMLWindow
    private let limits: PacketLimits
    private let place: AttachmentPlace
    private var open: [XMLNode] = []
    private var root: XMLNode?
    private var elementCount = 0
    private var contentCount = 0
    private var textBytes = 0
    private var looseAmpersands = 0
    private var respelledNames: [(written: String, meant: String)] = []
    private var misdeclaredEncoding: String?

    /// - Parameter fault: set when the disk failed; what is returned or thrown then means nothing.
    static func read(
        _ window: XMLWindow, limits: PacketLimits, attachments place: AttachmentPlace, fault: inout (any Error)?
    ) throws(XMLProblem) -> XMLTree {
        let size = window.source.count
        guard size > 0 else { throw XMLProblem(reason: .empty, offset: 0) }
        guard size <= limits.packetBytes else { throw XMLProblem(reason: .tooLarge, offset: limits.packetBytes) }
        var reader = XMLReader(window: window, limits: limits, place: place)
        defer { fault = window.fault }
        return try reader.tree()
    }

    private init(window: XMLWindow, limits: PacketLimits, place: AttachmentPlace) {
        self.window = window
        self.limits = limits
        self.place = place
    }

    private mutating func tree() throws(XMLProblem) -> XMLTree {
        let junk = try skipJunk()
        while root == nil || !open.isEmpty {
            try step()
        }
        guard let root else { throw problem(.notXML) }
        return XMLTree(
            root: root, source: window.source, leadingJunk: junk, trailingJunk: try trailingJunk(),
            looseAmpersands: looseAmpersands, respelledNames: respelledNames,
            misdeclaredEncoding: misdeclaredEncoding, transcodedFrom: window.isTranscoded ? "UTF-16" : nil)
    }

    /// Moves to the first tag; how many bytes stood before it, without a byte order mark.
    private func skipJunk() throws(XMLProblem) -> Int {
        let hasMark = window.starts(with: "\u{FEFF}")
        _ = window.has(limits.leadingJunkBytes + 4)
        guard let start = window.distance(to: Byte.less), start <= limits.leadingJunkBytes + 3 else {
            if window.isBroken { throw XMLProblem(reason: .unsupportedEncoding("UTF-16"), offset: 0) }
            throw XMLProblem(reason: .notXML, offset: 0)
        }
        window.advance(start)
        return start - (hasMark ? 3 : 0)
    }

    /// One tag, comment, section or run of text.
    private mutating func step() throws(XMLProblem) {
        guard let next = window.current else { throw problem(.unexpectedEnd) }
        guard next == Byte.less else { return text() }
        if window.starts(with: "<!--") { return try skip(4, past: "-->") }
        if window.starts(with: "<![CDATA[") { return try literalSection() }
        if window.starts(with: "<!") { throw problem(.documentTypeForbidden) }
        if window.starts(with: "<?") { return try instruction() }
        if window.starts(with: "</") { return try endTag() }
        try startTag()
    }

    // MARK: Text

    private mutating func text() {
        while true {
            let end = window.distance(to: Byte.less)
            let piece = UnsafeRawBufferPointer(rebasing: window.available.prefix(end ?? .max))
            let count = end ?? Reference.cut(piece)
            if count > 0 { take(UnsafeRawBufferPointer(rebasing: piece[..<count]), isLiteral: false) }
            window.advance(count)
            if end != nil { return }
            guard window.refill() else { return takeRest() }
        }
    }

    /// What looked like the beginning of a reference where the packet ends.
    private mutating func takeRest() {
        let rest = window.available
        take(rest, isLiteral: false)
        window.advance(rest.count)
    }

    private mutating func literalSection() throws(XMLProblem) {
        let start = window.offset
        window.advance(9)
        while true {
            guard window.has(3) else { throw unterminated("]]>", from: start) }
            let end = window.distance(to: UInt8(ascii: "]"))
            let count = end ?? window.available.count
            take(UnsafeRawBufferPointer(rebasing: window.available.prefix(count)), isLiteral: true)
            window.advance(count)
            guard end != nil else { continue }
            if window.starts(with: "]]>") { return window.advance(3) }
            guard window.has(3) else { throw unterminated("]]>", from: start) }
            take(UnsafeRawBufferPointer(rebasing: window.available.prefix(1)), isLiteral: true)
            window.advance()
        }
    }

    private mutating func take(_ bytes: UnsafeRawBufferPointer, isLiteral: Bool) {
        guard !bytes.isEmpty, let last = open.indices.last else { return }
        open[last].textByteCount += bytes.count
        if let content = open[last].content {
            if isLiteral { return content.take(bytes) }
            looseAmpersands += Reference.resolve(bytes) { content.take($0) }
        } else if isLiteral {
            keep(bytes, of: last)
        } else {
            let loose = Reference.resolve(bytes) { keep($0, of: last) }
            looseAmpersands += loose
        }
    }

    /// A field longer than allowed is refused by who reads it; here it just ends.
    private mutating func keep(_ bytes: UnsafeRawBufferPointer, of index: Int) {
        let room = max(0, limits.fieldBytes + 1 - open[index].text.count)
        let kept = bytes.prefix(room)
        textBytes += kept.count
        open[index].text.append(contentsOf: kept)
    }

    // MARK: Markup without content

    /// Skips `length` bytes and everything up to and with `end`.
    private func skip(_ length: Int, past end: StaticString) throws(XMLProblem) {
        let start = window.offset
        window.advance(length)
        let count = end.utf8CodeUnitCount
        while window.has(count) {
            guard let found = window.distance(to: end.utf8Start[0]) else {
                window.advance(window.available.count)
                continue
            }
            window.advance(found)
            if window.starts(with: end) { return window.advance(count) }
            if window.has(1) { window.advance() }
        }
        throw unterminated(end, from: start)
    }

    private mutating func instruction() throws(XMLProblem) {
        let start = window.offset
        _ = window.has(200)
        let head = String(decoding: window.available.prefix(200), as: UTF8.self)
        try skip(2, past: "?>")
        guard window.offset - start < 200, let encoding = XMLReader.declaredEncoding(head) else { return }
        let known = ["utf-8", "utf8", "us-ascii", "ascii", "utf-16", "unicode"]
        guard !known.contains(encoding.lowercased()) else { return }
        // What is UTF-8 from end to end is so whatever its first line says: text of another encoding never is by chance.
        guard !window.isTranscoded, XMLWindow.isUTF8(window.source) else {
            throw XMLProblem(reason: .unsupportedEncoding(encoding), offset: start)
        }
        misdeclaredEncoding = encoding
    }

    /// The `encoding` of an XML declaration; nil for any other instruction.
    private static func declaredEncoding(_ head: String) -> String? {
        guard head.hasPrefix("<?xml"), let end = head.range(of: "?>") else { return nil }
        let text = head[..<end.lowerBound]
        guard let name = text.range(of: "encoding") else { return nil }
        let rest = text[name.upperBound...].drop { $0 == " " || $0 == "=" }
        guard let quote = rest.first, quote == "\"" || quote == "'" else { return nil }
        return String(rest.dropFirst().prefix { $0 != quote })
    }

    // MARK: Tags

    private mutating func startTag() throws(XMLProblem) {
        var node = XMLNode(name: "", offset: window.offset)
        window.advance()
        spell(&node, XMLReader.local(try name()))
        elementCount += 1
        guard elementCount <= limits.elements else { throw problem(.tooManyElements) }
        guard open.count < limits.depth else { throw problem(.tooDeep) }
        guard textBytes <= limits.textBytes else { throw problem(.tooLarge) }
        while try hasAttribute() {
            guard node.attributes.count < limits.attributesPerElement else { throw problem(.tooManyAttributes) }
            node.attributes.append(try attribute())
        }
        let closesItself = window.current == Byte.slash
        window.advance(closesItself ? 2 : 1)
        if node.name == XMLReader.contentName { node.content = content() }
        closesItself ? close(node) : open.append(node)
    }

    /// Enough to tell the clerk what a sender's system does.
    private static let respelledLimit = 50

    private mutating func spell(_ node: inout XMLNode, _ written: String) {
        node.name = written
        guard let meant = ElementNames.meant(by: written), !open.contains(where: { $0.name == "Signature" }) else {
            return
        }
        (node.name, node.writtenName) = (meant, written)
        guard respelledNames.count < Self.respelledLimit, !respelledNames.contains(where: { $0.written == written })
        else { return }
        respelledNames.append((written, meant))
    }

    /// Where the text of this element goes. More attachments than allowed make the packet refused, so that the rest
    /// need not be kept.
    private mutating func content() -> EncodedContent {
        contentCount += 1
        return EncodedContent(contentCount > limits.attachments ? .nowhere : place, limit: limits.decodedBytes)
    }

    /// Moves to the next attribute; false when the tag ends here.
    private func hasAttribute() throws(XMLProblem) -> Bool {
        skipSpace()
        guard let next = window.current else { throw problem(.unexpectedEnd) }
        if next == Byte.greater { return false }
        guard next == Byte.slash else { return true }
        guard window.starts(with: "/>") else { throw problem(.malformedTag) }
        return false
    }

    private func attribute() throws(XMLProblem) -> (name: String, value: String) {
        let name = XMLReader.local(try name())
        skipSpace()
        guard window.current == Byte.equals else { throw problem(.malformedAttribute) }
        window.advance()
        skipSpace()
        guard let quote = window.current, [Byte.quote, Byte.apostrophe].contains(quote) else {
            throw problem(.malformedAttribute)
        }
        window.advance()
        var value: [UInt8] = []
        while let next = window.current, next != quote {
            guard value.count < limits.attributeBytes else { throw problem(.attributeTooLong) }
            value.append(next)
            window.advance()
        }
        guard window.current == quote else { throw problem(.unterminated("attribute")) }
        window.advance()
        return (name, String(decoding: Reference.resolved(value), as: UTF8.self))
    }

    private mutating func endTag() throws(XMLProblem) {
        let start = window.offset
        window.advance(2)
        let name = XMLReader.local(try name())
        skipSpace()
        guard window.current == Byte.greater else { throw problem(.malformedTag) }
        window.advance()
        guard let last = open.popLast() else { throw XMLProblem(reason: .malformedTag, offset: start) }
        let expected = last.writtenName ?? last.name
        guard name == expected else {
            throw XMLProblem(reason: .mismatchedEnd(expected: expected, found: name), offset: start)
        }
        close(last)
    }

    private mutating func close(_ node: XMLNode) {
        node.content?.close()
        if let parent = open.indices.last {
            var node = node
            node.place = open[parent].text.count
            open[parent].children.append(node)
        } else {
            root = node
        }
    }

    private func name() throws(XMLProblem) -> [UInt8] {
        var name: [UInt8] = []
        while let next = window.current, Byte.isName(next) {
            guard name.count < limits.nameBytes else { throw problem(.nameTooLong) }
            name.append(next)
            window.advance()
        }
        guard !name.isEmpty else { throw problem(.malformedTag) }
        return name
    }

    private static func local(_ name: [UInt8]) -> String {
        let afterPrefix = name.lastIndex(of: Byte.colon).map { $0 + 1 } ?? 0
        return String(decoding: name[afterPrefix...], as: UTF8.self)
    }

    // MARK: Places

    private func problem(_ reason: XMLProblem.Reason) -> XMLProblem {
        if window.isBroken { return XMLProblem(reason: .unsupportedEncoding("UTF-16"), offset: window.offset) }
        return XMLProblem(reason: reason, offset: window.offset)
    }

    private func unterminated(_ end: StaticString, from start: Int) -> XMLProblem {
        XMLProblem(reason: .unterminated("\(end)"), offset: start)
    }

    private func skipSpace() {
        while let next = window.current, Byte.isSpace(next) { window.advance() }
    }

    /// Bytes after the root that are neither space nor a comment or instruction (XML 1.0 §2.1, Misc).
    private func trailingJunk() throws(XMLProblem) -> Int {
        while window.has(1) {
            skipSpace()
            if window.starts(with: "<!--") {
                try skip(4, past: "-->")
            } else if window.starts(with: "<?") {
                try skip(2, past: "?>")
            } else {
                break
            }
        }
        var count = 0
        while window.has(1) {
            count += window.available.count { !Byte.isSpace($0) }
            window.advance(window.available.count)
        }
        return count
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
