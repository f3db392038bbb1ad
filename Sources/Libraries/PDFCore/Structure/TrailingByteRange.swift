package import Digests
package import Foundation

/// What the last signature of a file covers and holds, by the byte range nearest to its end: looked for without reading the
/// file, to begin with what takes long. Nothing here is checked; whoever reads the file decides what counts.
package struct TrailingByteRange: Sendable {
    /// Between what is covered: `<`, the value in hexadecimal digits and `>`.
    package let hole: Range<Int>
    package let end: Int
    /// The bytes the digits stand for.
    package let contents: Data

    /// Room for the value of a signature and some changes after it.
    private static let tailBytes = 64 << 10
    private static let mostHoleBytes = 1 << 20

    package init?(in source: ByteSource) {
        let found = source.data.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) -> Self? in
            guard let numbers = Self.lastNumbers(in: bytes), numbers[0] == 0, numbers[1] + 2 <= numbers[2],
                numbers[2] - numbers[1] <= Self.mostHoleBytes, numbers[2] + numbers[3] <= bytes.count
            else { return nil }
            let digits = bytes[numbers[1] + 1..<numbers[2] - 1]
            let contents = Data.decoded(hexadecimal: UnsafeRawBufferPointer(rebasing: digits)).bytes
            return Self(hole: numbers[1]..<numbers[2], end: numbers[2] + numbers[3], contents: contents)
        }
        guard let found else { return nil }
        self = found
    }

    private init(hole: Range<Int>, end: Int, contents: Data) {
        (self.hole, self.end, self.contents) = (hole, end, contents)
    }

    private static func lastNumbers(in bytes: UnsafeRawBufferPointer) -> [Int]? {
        var cursor = ByteCursor(bytes, at: bytes.count - tailBytes)
        var isFound = false
        while let next = cursor.find("/ByteRange", from: cursor.offset, before: bytes.count) {
            cursor.offset = next + 10
            isFound = true
        }
        cursor.skipSpace()
        guard isFound, cursor.take("[") else { return nil }
        var numbers: [Int] = []
        while numbers.count < 4 {
            cursor.skipSpace()
            guard let number = cursor.natural() else { return nil }
            numbers.append(number)
        }
        return numbers
    }
}
