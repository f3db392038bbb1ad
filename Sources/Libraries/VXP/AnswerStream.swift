internal import Digests
internal import Foundation

/// An answer read while it comes: the frame's members, then either one long base64 text under `data` or an array of flat
/// objects there. Neither is ever in memory as a whole.
///
/// Takes JSON (RFC 8259) as far as answers use it: nesting beyond eight levels, members beyond 64 KB and anything that is
/// not JSON are refused; values inside rows that are not flat are skipped.
struct AnswerStream: Sendable {
    enum Problem: Error, Hashable {
        case malformed, tooDeep, tooLong
    }

    /// Members of the frame, as text: `status`, `ErrorCode` …
    private(set) var frame: [String: String] = [:]
    /// Whether `data` was there and not null.
    private(set) var hasContent = false

    /// The objects of the array under `data` that were read since they were last taken.
    private(set) var rows: [[String: String]] = []

    private let take: AnswerTaker?
    private var base64 = Base64Decoder()

    private enum Container { case object, array }
    private enum State { case value, memberOrEnd, member, colon, commaOrEnd, string, escape, unicode, bare, done }

    private var stack: [Container] = []
    private var keys: [String] = []
    private var state = State.value
    private var isKey = false
    /// What is collected of a string or a number.
    private var text: [UInt8] = []
    private var unicode: [UInt8] = []
    private var highSurrogate: UInt32?
    private var members: [String: String] = [:]

    private static let deepest = 8, longest = 64 << 10, widest = 64

    /// - Parameter take: gets the bytes under `data`, decoded; without it the rows there are collected.
    init(take: AnswerTaker? = nil) { self.take = take }

    mutating func takeRows() -> [[String: String]] {
        defer { rows.removeAll(keepingCapacity: true) }
        return rows
    }

    /// Throws `Problem`, or what the taker throws.
    mutating func feed(_ bytes: UnsafeRawBufferPointer) throws {
        var position = 0
        while position < bytes.count {
            if state == .string {
                position = try plain(bytes, from: position)
                continue
            }
            try step(bytes[position])
            position += 1
        }
    }

    /// After the last piece.
    mutating func finish() throws {
        guard state == .done else { throw Problem.malformed }
        var fault: (any Error)?
        let take = take
        base64.finish { piece in do { try take?(piece) } catch { fault = error } }
        if let fault { throw fault }
        if take != nil, base64.problem != nil { throw Problem.malformed }
    }

    // MARK: Strings

    /// The long text itself, not its key.
    private var isContent: Bool { take != nil && !isKey && stack == [.object] && keys.last == "data" }
    private var isRowMember: Bool { stack == [.object, .array, .object] && keys.first == "data" }

    /// As many bytes of the string as need no care; where to go on.
    private mutating func plain(_ bytes: UnsafeRawBufferPointer, from start: Int) throws -> Int {
        var end = start
        while end < bytes.count, bytes[end] != UInt8(ascii: "\""), bytes[end] != UInt8(ascii: "\\") {
            guard bytes[end] >= 32 else { throw Problem.malformed }
            end += 1
        }
        if end > start { try collect(UnsafeRawBufferPointer(rebasing: bytes[start..<end])) }
        guard end < bytes.count else { return end }
        if bytes[end] == UInt8(ascii: "\\") { state = .escape } else { try endString() }
        return end + 1
    }

    private mutating func collect(_ bytes: UnsafeRawBufferPointer) throws {
        guard isContent else {
            guard text.count + bytes.count <= Self.longest else { throw Problem.tooLong }
            return text.append(contentsOf: bytes)
        }
        var fault: (any Error)?
        let take = take
        base64.decode(bytes) { piece in
            do { if fault == nil { try take?(piece) } } catch { fault = error }
        }
        if let fault { throw fault }
        guard base64.problem == nil else { throw Problem.malformed }
    }

    private mutating func collect(_ scalar: Unicode.Scalar) throws {
        try Array(String(scalar).utf8).withUnsafeBytes { try collect($0) }
    }

    private mutating func escaped(_ byte: UInt8) throws {
        state = .string
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): try collect(Unicode.Scalar(byte))
        case UInt8(ascii: "n"): try collect("\n")
        case UInt8(ascii: "r"): try collect("\r")
        case UInt8(ascii: "t"): try collect("\t")
        case UInt8(ascii: "b"): try collect("\u{8}")
        case UInt8(ascii: "f"): try collect("\u{C}")
        case UInt8(ascii: "u"): (state, unicode) = (.unicode, [])
        default: throw Problem.malformed
        }
    }

    private mutating func unicodeDigit(_ byte: UInt8) throws {
        unicode.append(byte)
        guard unicode.count == 4 else { return }
        state = .string
        guard let unit = UInt32(String(decoding: unicode, as: UTF8.self), radix: 16) else { throw Problem.malformed }
        if let high = highSurrogate {
            highSurrogate = nil
            let scalar = Unicode.Scalar(0x10000 + ((high - 0xD800) << 10) + (unit &- 0xDC00))
            guard (0xDC00...0xDFFF).contains(unit), let scalar else { throw Problem.malformed }
            return try collect(scalar)
        }
        if (0xD800...0xDBFF).contains(unit) { return highSurrogate = unit }
        try collect(Unicode.Scalar(unit) ?? "\u{FFFD}")
    }

    private mutating func endString() throws {
        if isKey {
            keys[keys.count - 1] = String(decoding: text, as: UTF8.self)
            (isKey, state) = (false, .colon)
        } else {
            if isContent { hasContent = true } else { keep(String(decoding: text, as: UTF8.self)) }
            endValue()
        }
        text.removeAll(keepingCapacity: true)
    }

    private mutating func keep(_ value: String) {
        if stack == [.object], frame.count < Self.widest { frame[keys.last ?? ""] = value }
        if isRowMember, members.count < Self.widest { members[keys.last ?? ""] = value }
    }

    // MARK: Everything else

    private mutating func step(_ byte: UInt8) throws {
        switch state {
        case .escape: return try escaped(byte)
        case .unicode: return try unicodeDigit(byte)
        case .bare: if try bare(byte) { return }
        default: break
        }
        if byte == 32 || byte == 9 || byte == 10 || byte == 13 { return }
        switch (state, byte) {
        case (.value, UInt8(ascii: "{")), (.value, UInt8(ascii: "[")): try open(byte)
        case (.value, UInt8(ascii: "]")) where stack.last == .array: close()
        case (.value, UInt8(ascii: "\"")): state = .string
        case (.value, UInt8(ascii: "-")), (.value, 48...57), (.value, 97...122):
            state = .bare
            text.append(byte)
        case (.memberOrEnd, UInt8(ascii: "}")), (.commaOrEnd, UInt8(ascii: "}")):
            guard stack.last == .object else { throw Problem.malformed }
            close()
        case (.memberOrEnd, UInt8(ascii: "\"")), (.member, UInt8(ascii: "\"")): (isKey, state) = (true, .string)
        case (.colon, UInt8(ascii: ":")): state = .value
        case (.commaOrEnd, UInt8(ascii: ",")): state = stack.last == .object ? .member : .value
        case (.commaOrEnd, UInt8(ascii: "]")) where stack.last == .array: close()
        default: throw Problem.malformed
        }
    }

    /// A number or a word; false when this byte no longer belongs to it.
    private mutating func bare(_ byte: UInt8) throws -> Bool {
        switch byte {
        case 43, 45, 46, 48...57, 65...90, 97...122:
            guard text.count < 64 else { throw Problem.tooLong }
            text.append(byte)
            return true
        default:
            let word = String(decoding: text, as: UTF8.self)
            guard ["null", "true", "false"].contains(word) || Double(word) != nil else { throw Problem.malformed }
            if word != "null" { keep(word) }
            text.removeAll(keepingCapacity: true)
            endValue()
            return false
        }
    }

    private mutating func open(_ byte: UInt8) throws {
        guard stack.count < Self.deepest else { throw Problem.tooDeep }
        let isObject = byte == UInt8(ascii: "{")
        guard isObject || !stack.isEmpty else { throw Problem.malformed }
        if !isObject, stack == [.object], keys.last == "data" { hasContent = true }
        stack.append(isObject ? .object : .array)
        if isObject { keys.append("") }
        state = isObject ? .memberOrEnd : .value
        if isRowMember { members.removeAll(keepingCapacity: true) }
    }

    private mutating func close() {
        if isRowMember { rows.append(members) }
        if stack.popLast() == .object { keys.removeLast() }
        endValue()
    }

    private mutating func endValue() { state = stack.isEmpty ? .done : .commaOrEnd }
}
