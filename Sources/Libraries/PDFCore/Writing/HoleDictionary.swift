package import Foundation

/// The bytes of a dictionary that says which bytes of its file a value is made over, with room for that value: a
/// signature (ISO 32000-2 Table 255) or an authentication code (ISO/TS 32004).
package struct HoleDictionary: Sendable {
    package private(set) var body: Data
    /// Where the value of /ByteRange stands in `body`, padded for the largest file.
    package let range: Range<Int>
    /// Where the hexadecimal string stands in `body`, `<` and `>` included.
    package let hole: Range<Int>

    /// Room for `[0 n n n]` with ten digits each.
    private static let rangeByteCount = 36

    /// `members` are written as they are after the two that come first; `key` names the one with room for `capacity` bytes.
    package init(_ members: PDFDictionary, hole key: PDFName, capacity: Int) {
        let (head, middle) = ("<</ByteRange ", " /\(key.text) ")
        body = Data(capacity: capacity * 2 + 1024)
        body += Data(head.utf8)
        body += Data(repeating: 0x20, count: Self.rangeByteCount)
        range = head.utf8.count..<body.count
        body += Data(middle.utf8)
        let start = body.count
        body.append(0x3C)
        body += Data(repeating: 0x30, count: capacity * 2)
        body.append(0x3E)
        hole = start..<body.count
        body += PDFObject.dictionary(members).encoded.dropFirst(2)
    }

    /// The value of /ByteRange, as long as its place.
    package static func padded(_ byteRange: [Int]) -> Data {
        let text = "[\(byteRange.map(String.init).joined(separator: " "))]"
        return Data(text.utf8) + Data(repeating: 0x20, count: max(0, rangeByteCount - text.utf8.count))
    }
}
