internal import Foundation

/// Takes typed values out of the tree and remembers what was odd about them.
struct FieldReader {
    let tree: XMLTree
    let limits: PacketLimits
    /// Where attachments go that are still to be unpacked.
    let place: AttachmentPlace
    private(set) var notes: [PacketNote] = []
    /// What the disk said against an attachment.
    var fault: (any Error)?

    /// Enough to explain a packet; a hostile one could ask for thousands.
    private static let noteLimit = 200

    init(tree: XMLTree, limits: PacketLimits, place: AttachmentPlace) {
        self.tree = tree
        self.limits = limits
        self.place = place
    }

    mutating func note(_ note: PacketNote) {
        guard notes.count < FieldReader.noteLimit, !notes.contains(note) else { return }
        notes.append(note)
    }

    func problem(_ reason: PacketProblem.Reason, at node: XMLNode) -> PacketProblem {
        PacketProblem(reason: reason, line: tree.line(at: node.offset), offset: node.offset)
    }

    /// The children by which a block is read, each name once: a second one is noted and left out. Two readers of which
    /// one believes the first and one the last would read two packets. An empty one beside one that is filled says
    /// nothing to either.
    mutating func once(
        _ block: XMLNode, in path: String, repeatable: Set<String> = []
    ) -> [XMLNode] {
        var places: [String: Int] = [:]
        var kept: [XMLNode] = []
        for child in block.children {
            guard !repeatable.contains(child.name), let place = places[child.name] else {
                places[child.name] = kept.count
                kept.append(child)
                continue
            }
            let here = "\(path)/\(child.name)"
            let isBlankBeside = kept[place].isBlank != child.isBlank
            note(isBlankBeside ? .blankBesideFilled(path: here) : .duplicateElement(path: here))
            if kept[place].isBlank { kept[place] = child }
        }
        return kept
    }

    /// The only child of this name. Of what says who speaks to whom there must not be two.
    func only(_ name: String, of block: XMLNode) throws(PacketProblem) -> XMLNode? {
        let found = block.children.filter { $0.name == name }
        guard found.count < 2 else { throw problem(.ambiguous(path: "\(block.name)/\(name)"), at: found[1]) }
        return found.first
    }

    /// The trimmed text; nil when there is none.
    mutating func text(_ node: XMLNode, in path: String, limit: Int = 500) throws(PacketProblem) -> String? {
        let here = "\(path)/\(node.name)"
        let bytes = node.wholeText
        guard node.textByteCount <= limits.fieldBytes, bytes.count <= limits.fieldBytes else {
            throw problem(.fieldTooLong(path: here), at: node)
        }
        let text = String(validating: bytes, as: UTF8.self)
        if text == nil { note(.brokenText(path: here)) }
        for child in node.children { unknown(child, in: here) }
        let whole = text ?? String(decoding: bytes, as: UTF8.self)
        let shown = whole.withoutHiddenMarks
        if shown.unicodeScalars.count != whole.unicodeScalars.count { note(.brokenText(path: here)) }
        let trimmed = shown.trimmingXMLSpace()
        if trimmed.count > limit { note(.tooLong(path: here, limit: limit)) }
        return trimmed.isEmpty ? nil : trimmed
    }

    /// Sets a text field once; a second value is noted and ignored.
    mutating func set(
        _ field: inout String?, _ node: XMLNode, in path: String, limit: Int = 500
    ) throws(PacketProblem) {
        let value = try text(node, in: path, limit: limit)
        guard field == nil else { return note(.duplicateElement(path: "\(path)/\(node.name)")) }
        field = value
    }

    mutating func set(_ field: inout Int?, _ node: XMLNode, in path: String) throws(PacketProblem) {
        guard let text = try text(node, in: path), field == nil else { return }
        field = digits(text)
        if field == nil { note(.unreadable(path: "\(path)/\(node.name)", text: text.shortened)) }
    }

    mutating func set(_ field: inout PacketDay?, _ node: XMLNode, in path: String) throws(PacketProblem) {
        guard let text = try text(node, in: path), field == nil else { return }
        field = PacketDay(text) ?? PacketTime(text)?.day
        if field == nil { note(.unreadable(path: "\(path)/\(node.name)", text: text.shortened)) }
    }

    mutating func set(_ field: inout PacketTime?, _ node: XMLNode, in path: String) throws(PacketProblem) {
        guard let text = try text(node, in: path), field == nil else { return }
        let midnight = PacketDay(text).flatMap { PacketTime(day: $0, hour: 0, minute: 0, second: 0) }
        field = PacketTime(text) ?? midnight
        if field == nil { note(.unreadable(path: "\(path)/\(node.name)", text: text.shortened)) }
    }

    mutating func flag(_ node: XMLNode, in path: String) throws(PacketProblem) -> Bool? {
        guard let text = try text(node, in: path) else { return nil }
        switch text.lowercased() {
        case "1", "true": return true
        case "0", "false": return false
        default:
            note(.unreadable(path: "\(path)/\(node.name)", text: text.shortened))
            return nil
        }
    }

    /// Texts of all children with this name, empty ones left out.
    mutating func texts(_ node: XMLNode, of name: String, in path: String) throws(PacketProblem) -> [String] {
        var found: [String] = []
        for child in node.children {
            guard child.name == name else {
                unknown(child, in: "\(path)/\(node.name)")
                continue
            }
            if let text = try text(child, in: "\(path)/\(node.name)") { found.append(text) }
        }
        return found
    }

    /// Texts of all children, whatever they are called, or its own: for what only one vendor's kit writes.
    mutating func texts(_ node: XMLNode, in path: String) throws(PacketProblem) -> [String] {
        let here = "\(path)/\(node.name)"
        var found: [String] = []
        for child in node.children.isEmpty ? [node] : node.children {
            if let text = try text(child, in: here) { found.append(text) }
        }
        return found
    }

    mutating func unknown(_ node: XMLNode, in path: String) {
        note(.unknownElement(path: "\(path)/\(node.name)"))
    }
}

extension String {
    func trimmingXMLSpace() -> String {
        trimmingCharacters(in: CharacterSet(charactersIn: " \t\r\n\u{FEFF}"))
    }

    /// Without what no XML text may hold (XML 1.0 §2.2), which a terminal would obey, and without the marks that turn the
    /// direction of writing and so show something else than what is there.
    var withoutHiddenMarks: String {
        guard unicodeScalars.contains(where: \.isHiddenMark) else { return self }
        return String(String.UnicodeScalarView(unicodeScalars.filter { !$0.isHiddenMark }))
    }

    var shortened: String { count <= 60 ? self : "\(prefix(57))…" }
}

extension Unicode.Scalar {
    fileprivate var isHiddenMark: Bool {
        switch value {
        case 9, 10, 13: false
        case 0..<32, 127..<160, 0x202A...0x202E, 0x2066...0x2069, 0xFFFE, 0xFFFF: true
        default: false
        }
    }
}
