import Foundation

/// Objects packed in a stream (ISO 32000-2 §7.5.7), each read when asked for.
struct ObjectStream: Sendable {
    private let content: Data
    private let offsets: [Int: Int]

    init(_ dictionary: PDFDictionary, content: Data) throws(PDFError) {
        guard let count = dictionary["N"]?.integer, let first = dictionary["First"]?.integer, count >= 0,
            count <= PDFLimits.objects, first >= 0
        else { throw PDFError(.expected("object stream")) }
        self.content = content
        offsets = try content.scanning { bytes throws(PDFError) in
            var cursor = ByteCursor(bytes)
            var offsets: [Int: Int] = [:]
            for _ in 0..<count {
                cursor.skipSpace()
                guard let number = cursor.natural() else { break }
                cursor.skipSpace()
                guard let offset = cursor.natural() else { break }
                // The first of two with one number counts.
                if offsets[number] == nil { offsets[number] = first + offset }
            }
            return offsets
        }
    }

    var numbers: [Int] { Array(offsets.keys) }
    var byteCount: Int { content.count }

    /// The object, null when there is none of that number; and what it cost to read.
    func object(_ number: Int) throws(PDFError) -> Packed {
        guard let offset = offsets[number] else { return Packed(object: .null) }
        return try content.scanning { bytes throws(PDFError) in
            var parser = ObjectParser(content, bytes, at: offset)
            let object = try parser.object()
            return Packed(
                object: object, members: parser.members, byteCount: parser.offset - offset,
                repeatsKeys: parser.repeatsKeys)
        }
    }

    struct Packed: Sendable {
        var object: PDFObject
        var members = 0
        var byteCount = 0
        var repeatsKeys = false
    }
}
