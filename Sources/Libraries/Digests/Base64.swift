package import Foundation

/// Base64 (RFC 4648 §4) as interchange packets carry it: line breaks allowed, missing padding forgiven, anything else an error.
package enum Base64 {
    package struct Problem: Error, Hashable, Sendable {
        /// Index of the offending byte in the text.
        package var offset: Int

        package init(offset: Int) { self.offset = offset }
    }

    /// The bytes decoded until the end or the first problem.
    package static func decode(_ text: [UInt8]) -> (content: Data, problem: Problem?) {
        var decoder = Base64Decoder()
        var out = Data()
        text.withUnsafeBytes { bytes in
            decoder.decode(bytes) { out.append(contentsOf: $0) }
        }
        decoder.finish { out.append(contentsOf: $0) }
        return (out, decoder.problem)
    }
}

/// Decodes base64 as it comes in, piece by piece; what stands behind a problem is not looked at.
package struct Base64Decoder: Sendable {
    /// Where the text stopped being base64; known at the latest after `finish`.
    package private(set) var problem: Base64.Problem?
    private var bits: UInt32 = 0
    /// Sextets collected of the four that make three bytes.
    private var sextets = 0
    private var padding = 0
    private var consumed = 0

    private static let pieceBytes = 48 << 10
    private static let space: UInt32 = 254, equals: UInt32 = 253, foreign: UInt32 = 255
    /// Set in an entry of `quads` that is no sextet.
    private static let noSextet: UInt32 = 1 << 24

    private static let values: [UInt32] = {
        var table = [UInt32](repeating: foreign, count: 256)
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        for (value, character) in alphabet.enumerated() { table[Int(character)] = UInt32(value) }
        for white in [9, 10, 13, 32] { table[white] = space }
        table[61] = equals
        return table
    }()

    /// Four tables in a row: each character already moved to its place among the four.
    private static let quads: [UInt32] = (0..<4).flatMap { place in
        values.map { $0 < 64 ? $0 << UInt32(18 - 6 * place) : noSextet }
    }

    package init() {}

    /// Hands over the bytes decoded from `text` in pieces of bounded size.
    package mutating func decode(_ text: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Void) {
        for start in stride(from: 0, to: text.count, by: Self.pieceBytes) {
            guard problem == nil else { return }
            let piece = UnsafeRawBufferPointer(rebasing: text[start..<min(start + Self.pieceBytes, text.count)])
            withUnsafeTemporaryAllocation(byteCount: piece.count / 4 * 3 + 8, alignment: 16) { out in
                let count = decode(piece.bindMemory(to: UInt8.self), into: out.bindMemory(to: UInt8.self))
                if count > 0 { body(UnsafeRawBufferPointer(rebasing: out[..<count])) }
            }
        }
    }

    private mutating func decode(_ text: UnsafeBufferPointer<UInt8>, into out: UnsafeMutableBufferPointer<UInt8>) -> Int
    {
        Self.quads.withUnsafeBufferPointer { quads in
            Self.values.withUnsafeBufferPointer { values in
                decode(text, into: out, quads, values)
            }
        }
    }

    private mutating func decode(
        _ text: UnsafeBufferPointer<UInt8>, into out: UnsafeMutableBufferPointer<UInt8>,
        _ quads: UnsafeBufferPointer<UInt32>, _ values: UnsafeBufferPointer<UInt32>
    ) -> Int {
        var (read, written) = (0, 0)
        while read < text.count {
            if sextets == 0, padding == 0 {
                Self.decodeQuads(text, &read, into: out, &written, quads)
                guard read < text.count else { break }
            }
            let value = values[Int(text[read])]
            if let byteCount = take(value, at: consumed + read) {
                for place in 0..<byteCount {
                    out[written + place] = UInt8(truncatingIfNeeded: bits >> UInt32(16 - 8 * place))
                }
                written += byteCount
            }
            if problem != nil { break }
            read += 1
        }
        consumed += read
        return written
    }

    /// The quick way, as long as four sextets follow one another.
    private static func decodeQuads(
        _ text: UnsafeBufferPointer<UInt8>, _ read: inout Int, into out: UnsafeMutableBufferPointer<UInt8>,
        _ written: inout Int, _ quads: UnsafeBufferPointer<UInt32>
    ) {
        guard let source = text.baseAddress, let target = out.baseAddress, let table = quads.baseAddress else { return }
        var (from, to) = (read, written)
        while from &+ 4 <= text.count {
            let word =
                table[Int(source[from])] | table[256 &+ Int(source[from &+ 1])]
                | table[512 &+ Int(source[from &+ 2])] | table[768 &+ Int(source[from &+ 3])]
            if word >= noSextet { break }
            target[to] = UInt8(truncatingIfNeeded: word >> 16)
            target[to &+ 1] = UInt8(truncatingIfNeeded: word >> 8)
            target[to &+ 2] = UInt8(truncatingIfNeeded: word)
            from &+= 4
            to &+= 3
        }
        (read, written) = (from, to)
    }

    /// Goes on behind what stopped it, as though nothing had stood there.
    package mutating func resume() { problem = nil }

    /// One character; three when it completes a group.
    private mutating func take(_ value: UInt32, at offset: Int) -> Int? {
        switch value {
        case Self.space: return nil
        case Self.equals:
            padding += 1
            if sextets < 2 || padding > 2 { problem = Base64.Problem(offset: offset) }
            return nil
        case Self.foreign:
            problem = Base64.Problem(offset: offset)
            return nil
        default:
            guard padding == 0 else {
                problem = Base64.Problem(offset: offset)
                return nil
            }
            bits = bits << 6 | value
            sextets = (sextets + 1) % 4
            return sextets == 0 ? 3 : nil
        }
    }

    /// The last group, when it was not whole.
    package mutating func finish(_ body: (UnsafeRawBufferPointer) -> Void) {
        var rest: [UInt8] = []
        if sextets == 2 { rest = [UInt8(truncatingIfNeeded: bits >> 4)] }
        if sextets == 3 { rest = [UInt8(truncatingIfNeeded: bits >> 10), UInt8(truncatingIfNeeded: bits >> 2)] }
        rest.withUnsafeBytes { if !$0.isEmpty { body($0) } }
        let isWhole = sextets != 1 && (padding == 0 || sextets + padding == 4)
        if problem == nil, !isWhole { problem = Base64.Problem(offset: consumed) }
        sextets = 0
    }
}

/// Encodes as it comes in: three bytes to four characters, without line breaks.
package struct Base64Encoder: Sendable {
    private var rest: [UInt8] = []

    package init() {}

    /// Two characters for each twelve bits.
    private static let pairs: [UInt16] = {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        return (0..<4096).map { UInt16(alphabet[$0 >> 6]) | UInt16(alphabet[$0 & 63]) << 8 }
    }()

    private static let pieceBytes = 48 << 10

    package mutating func encode(
        _ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) rethrows {
        var position = 0
        while !rest.isEmpty, rest.count < 3, position < bytes.count {
            rest.append(bytes[position])
            position += 1
        }
        if rest.count == 3 {
            try rest.withUnsafeBytes { try Self.groups($0, body) }
            rest = []
        }
        guard rest.isEmpty else { return }
        let whole = position + (bytes.count - position) / 3 * 3
        while position < whole {
            let end = min(position + Self.pieceBytes, whole)
            try Self.groups(UnsafeRawBufferPointer(rebasing: bytes[position..<end]), body)
            position = end
        }
        rest = [UInt8](bytes[whole...])
    }

    package mutating func finish(_ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
        guard !rest.isEmpty else { return }
        try Data(Data(rest).base64EncodedString().utf8).withUnsafeBytes { try body($0) }
        rest = []
    }

    /// `bytes` holds whole groups of three.
    private static func groups(
        _ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) rethrows {
        try withUnsafeTemporaryAllocation(byteCount: bytes.count / 3 * 4, alignment: 16) { out in
            pairs.withUnsafeBufferPointer { pairs in
                guard let source = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self),
                    let target = out.baseAddress, let table = pairs.baseAddress
                else { return }
                var (from, to) = (0, 0)
                while from < bytes.count {
                    let word =
                        Int(source[from]) << 16 | Int(source[from &+ 1]) << 8 | Int(source[from &+ 2])
                    target.storeBytes(of: table[word >> 12].littleEndian, toByteOffset: to, as: UInt16.self)
                    target.storeBytes(of: table[word & 4095].littleEndian, toByteOffset: to &+ 2, as: UInt16.self)
                    from &+= 3
                    to &+= 4
                }
            }
            try body(UnsafeRawBufferPointer(out))
        }
    }
}
