package import Foundation

/// Reads what a page draws, operator by operator (ISO 32000-2 §7.8.2), as far as it can be read.
package struct ContentReader: Sendable {
    private let content: Data
    private static let maximumOperands = 4096
    private static let maximumOperators = 400_000

    package init(_ content: Data) { self.content = content }

    /// Tells each operator with what stands before it; an inline image is one operator, `BI`, with the keys and values of
    /// its dictionary, its data passed over.
    package func forEach(_ body: (_ name: PDFName, _ operands: [PDFObject]) -> Void) {
        content.withUnsafeBytes { bytes in
            var parser = ObjectParser(content, bytes, at: 0)
            var operands: [PDFObject] = []
            for _ in 0..<Self.maximumOperators {
                guard let name = Self.operator(&parser, &operands) else { return }
                if name == "BI" { Self.readImage(&parser, &operands) }
                body(name, operands)
                operands.removeAll(keepingCapacity: true)
            }
        }
    }

    /// The next operator; nil at the end, or where nothing can be made out.
    private static func `operator`(_ parser: inout ObjectParser, _ operands: inout [PDFObject]) -> PDFName? {
        while true {
            parser.skipSpace()
            let start = parser.offset
            if let word = parser.takeOperator() { return word }
            guard operands.count < maximumOperands, let object = try? parser.object(depth: 1), parser.offset > start
            else { return nil }
            operands.append(object)
        }
    }

    /// From after `BI` to after `EI`, which stands between white space.
    private static func readImage(_ parser: inout ObjectParser, _ members: inout [PDFObject]) {
        let (bytes, start) = (parser.cursor.bytes, parser.offset)
        members.removeAll(keepingCapacity: true)
        _ = Self.operator(&parser, &members)
        var position = start
        while let place = parser.cursor.find("EI", from: position, before: bytes.count) {
            let cursor = ByteCursor(bytes, at: place)
            if ByteCursor.isSpace(cursor.peek(-1)), !ByteCursor.isRegular(cursor.peek(2)) {
                parser.offset = place + 2
                return
            }
            position = place + 2
        }
        parser.offset = bytes.count
    }
}

extension ObjectParser {
    /// A word that begins neither a number nor any other object.
    fileprivate mutating func takeOperator() -> PDFName? {
        let first = cursor.peek()
        guard ByteCursor.isRegular(first), !ByteCursor.isDigit(first), first != 0x2B, first != 0x2D, first != 0x2E
        else {
            return nil
        }
        let start = offset
        var end = cursor
        end.skipRegular()
        for word in ["true", "false", "null"] as [StaticString]
        where cursor.matches(word, at: start) && end.offset - start == word.utf8CodeUnitCount {
            return nil
        }
        guard end.offset - start <= 8 else { return nil }
        offset = end.offset
        return PDFName(
            String(decoding: UnsafeRawBufferPointer(rebasing: cursor.bytes[start..<end.offset]), as: UTF8.self))
    }
}
