// multipart/form-data (RFC 7578) read as it arrives: nothing larger than a header or a field is held in memory.
import Foundation
import Records

/// What is wrong with a multipart body, or which limit it passed.
enum MultipartError: Error, Hashable {
    case noBoundary, malformed, headerTooLarge, truncated
}

/// Push parser: bytes in, events out; the boundary may fall across any two pieces.
struct MultipartParser {
    enum Event: Equatable {
        case part(PartHeader)
        case content([UInt8])
        case endOfPart
    }

    struct PartHeader: Equatable {
        var name: String
        var fileName: String?
        var mediaType: String
    }

    private enum State { case preamble, afterDelimiter, headers, content, done }

    static let headerBytes = 8 << 10
    private let delimiter: [UInt8]
    private var state = State.preamble
    private var buffer: [UInt8] = [0x0D, 0x0A]

    /// From the header `multipart/form-data; boundary=…` (RFC 2046 §5.1.1: at most 70 characters).
    init(contentType: String) throws(MultipartError) {
        guard let value = HeaderValue(contentType).parameters["boundary"], (1...70).contains(value.utf8.count) else {
            throw .noBoundary
        }
        delimiter = [0x0D, 0x0A, 0x2D, 0x2D] + value.utf8
    }

    mutating func feed(_ bytes: some Sequence<UInt8>) throws(MultipartError) -> [Event] {
        buffer.append(contentsOf: bytes)
        var events: [Event] = []
        while try step(&events) {}
        return events
    }

    func finish() throws(MultipartError) {
        guard state == .done else { throw .truncated }
    }

    /// One step forward; false when more bytes are needed.
    private mutating func step(_ events: inout [Event]) throws(MultipartError) -> Bool {
        switch state {
        case .preamble: return skipPreamble()
        case .afterDelimiter: return try readDelimiterEnd()
        case .headers: return try readHeaders(&events)
        case .content: return readContent(&events)
        case .done:
            buffer.removeAll(keepingCapacity: true)
            return false
        }
    }

    private mutating func skipPreamble() -> Bool {
        guard let start = firstIndex(of: delimiter, in: buffer) else {
            buffer.removeFirst(max(0, buffer.count - delimiter.count))
            return false
        }
        buffer.removeFirst(start + delimiter.count)
        state = .afterDelimiter
        return true
    }

    /// After the boundary: `--` ends the body, a line end begins a part; white space between is padding.
    private mutating func readDelimiterEnd() throws(MultipartError) -> Bool {
        let text = buffer.prefix { $0 == 0x20 || $0 == 0x09 }
        guard text.count < Self.headerBytes else { throw .malformed }
        guard buffer.count >= text.count + 2 else { return false }
        let pair = (buffer[text.count], buffer[text.count + 1])
        if pair == (0x2D, 0x2D), text.isEmpty {
            state = .done
        } else if pair == (0x0D, 0x0A) {
            state = .headers
        } else {
            throw .malformed
        }
        buffer.removeFirst(text.count + 2)
        // A part without headers begins with its blank line; the next search expects the line end before it.
        if state == .headers { buffer.insert(contentsOf: [0x0D, 0x0A], at: 0) }
        return true
    }

    private mutating func readHeaders(_ events: inout [Event]) throws(MultipartError) -> Bool {
        guard let end = firstIndex(of: [0x0D, 0x0A, 0x0D, 0x0A], in: buffer) else {
            guard buffer.count <= Self.headerBytes else { throw .headerTooLarge }
            return false
        }
        guard end <= Self.headerBytes else { throw .headerTooLarge }
        events.append(.part(try Self.header(String(decoding: buffer[..<end], as: UTF8.self))))
        // The line end stays: an empty part is followed by its delimiter at once.
        buffer.removeFirst(end + 4)
        state = .content
        return true
    }

    private mutating func readContent(_ events: inout [Event]) -> Bool {
        if let end = firstIndex(of: delimiter, in: buffer) {
            if end > 0 { events.append(.content(Array(buffer[..<end]))) }
            events.append(.endOfPart)
            buffer.removeFirst(end + delimiter.count)
            state = .afterDelimiter
            return true
        }
        let certain = buffer.count - delimiter.count
        guard certain > 0 else { return false }
        events.append(.content(Array(buffer[..<certain])))
        buffer.removeFirst(certain)
        return false
    }

    private static func header(_ text: String) throws(MultipartError) -> PartHeader {
        var disposition: HeaderValue?
        var mediaType = "text/plain"
        for line in text.split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":") else { throw .malformed }
            let value = String(line[line.index(after: colon)...])
            switch line[..<colon].lowercased() {
            case "content-disposition": disposition = HeaderValue(value)
            case "content-type": mediaType = HeaderValue(value).main.lowercased()
            default: continue
            }
        }
        guard let disposition, disposition.main.lowercased() == "form-data", let name = disposition.parameters["name"]
        else { throw .malformed }
        return PartHeader(name: name, fileName: disposition.fileName, mediaType: mediaType)
    }
}

/// `main; name=value; name="quoted value"` of a header.
struct HeaderValue {
    private(set) var main = ""
    private(set) var parameters: [String: String] = [:]

    init(_ text: String) {
        let pieces = Self.pieces(text)
        main = pieces.first ?? ""
        for piece in pieces.dropFirst() {
            guard let equals = piece.firstIndex(of: "=") else { continue }
            let name = piece[..<equals].lowercased()
            if parameters[name] == nil {
                parameters[name] = Self.unquoted(String(piece[piece.index(after: equals)...]))
            }
        }
    }

    /// Name of the sent file without folders. RFC 5987 `filename*` wins; a browser writes a quote as `%22`.
    var fileName: String? {
        if let extended = parameters["filename*"], let name = Self.extended(extended) {
            return FileName.safe(name)
        }
        return parameters["filename"].map { FileName.safe($0.replacing("%22", with: "\"")) }
    }

    private static func pieces(_ text: String) -> [String] {
        var pieces: [String] = []
        var piece = ""
        var isQuoted = false
        var isEscaped = false
        for character in text {
            if character == ";", !isQuoted {
                pieces.append(piece.trimmingSpaces)
                piece = ""
                continue
            }
            if character == "\"", !isEscaped { isQuoted.toggle() }
            isEscaped = character == "\\" && !isEscaped
            piece.append(character)
        }
        return pieces + [piece.trimmingSpaces]
    }

    /// Only `\"` and `\\` are escapes: old browsers send bare backslashes of Windows paths.
    private static func unquoted(_ text: String) -> String {
        guard text.count >= 2, text.first == "\"", text.last == "\"" else { return text }
        return String(text.dropFirst().dropLast()).replacing("\\\"", with: "\"").replacing("\\\\", with: "\\")
    }

    private static func extended(_ text: String) -> String? {
        let parts = text.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].lowercased() == "utf-8" else { return nil }
        return formDecoded(parts[2].replacing("+", with: "%2B"))
    }
}

/// Where `needle` first begins.
private func firstIndex(of needle: [UInt8], in bytes: [UInt8]) -> Int? {
    guard let first = needle.first, bytes.count >= needle.count else { return nil }
    return bytes.withUnsafeBufferPointer { haystack in
        var index = 0
        let last = haystack.count - needle.count
        while index <= last {
            if haystack[index] == first, haystack[index..<(index + needle.count)].elementsEqual(needle) { return index }
            index += 1
        }
        return nil
    }
}
