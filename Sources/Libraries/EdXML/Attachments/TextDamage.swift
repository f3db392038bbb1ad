/// Watches bytes pass by for the mark of a binary file that was decoded as UTF-8 and encoded again, with U+FFFD for
/// what was lost: wholly valid UTF-8 with EF BF BD in it, which a real PDF or image with binary parts practically
/// never is.
struct TextDamage {
    private var isValid = true
    private var hasReplacement = false
    /// Continuation bytes still expected, and the bounds of the next (The Unicode Standard, table 3-7).
    private var expected = 0
    private var bounds: ClosedRange<UInt8> = 0x80...0xBF
    /// The last two bytes and this one make U+FFFD when they are EF BF BD.
    private var recent: UInt32 = 0

    /// Once all bytes have passed.
    var isDestroyed: Bool { isValid && hasReplacement && expected == 0 }

    mutating func watch(_ bytes: UnsafeRawBufferPointer) {
        guard isValid else { return }
        var position = 0
        while position < bytes.count {
            if expected == 0 {
                position = Self.pastASCII(bytes, from: position)
                guard position < bytes.count else { return }
            }
            take(bytes[position])
            guard isValid else { return }
            position += 1
        }
    }

    /// Eight bytes at a time: text is mostly ASCII.
    private static func pastASCII(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var position = start
        while position + 8 <= bytes.count,
            bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
        {
            position += 8
        }
        while position < bytes.count, bytes[position] < 0x80 { position += 1 }
        return position
    }

    private mutating func take(_ byte: UInt8) {
        recent = (recent << 8 | UInt32(byte)) & 0xFF_FFFF
        if recent == 0xEF_BFBD { hasReplacement = true }
        guard expected == 0 else {
            isValid = bounds.contains(byte)
            expected -= 1
            bounds = 0x80...0xBF
            return
        }
        switch byte {
        case 0xC2...0xDF: (expected, bounds) = (1, 0x80...0xBF)
        case 0xE0: (expected, bounds) = (2, 0xA0...0xBF)
        case 0xED: (expected, bounds) = (2, 0x80...0x9F)
        case 0xE1...0xEF: (expected, bounds) = (2, 0x80...0xBF)
        case 0xF0: (expected, bounds) = (3, 0x90...0xBF)
        case 0xF1...0xF3: (expected, bounds) = (3, 0x80...0xBF)
        case 0xF4: (expected, bounds) = (3, 0x80...0x8F)
        default: isValid = false
        }
    }
}
