import Foundation

/// Objects packed in a stream (ISO 32000-2 §7.5.7), each read when asked for.
struct ObjectStream: Sendable {
    /// What the beginning of the stream says of one object.
    private struct Member: Sendable {
        var number: Int
        var offset: Int
    }

    private let content: Data
    private let members: [Member]
    /// Places by number, where several members have one number the first.
    private let places: [Int: Int]
    /// Each number stands once, and the objects in the order of their offsets, after all of these.
    private let isInOrder: Bool

    init(_ dictionary: PDFDictionary, content: Data) throws(PDFError) {
        guard let count = dictionary["N"]?.integer, let first = dictionary["First"]?.integer, count >= 0,
            count <= PDFLimits.objects, first >= 0
        else { throw PDFError(.expected("object stream")) }
        self.content = content
        let (members, end) = try content.scanning { bytes throws(PDFError) in Self.members(bytes, count, first) }
        self.members = members
        places = Dictionary(members.enumerated().map { ($1.number, $0) }) { first, _ in first }
        isInOrder =
            dictionary["Type"]?.name == "ObjStm" && members.count == count && places.count == count && end <= first
            && zip(members, members.dropFirst()).allSatisfy { $0.offset < $1.offset }
    }

    private static func members(
        _ bytes: UnsafeRawBufferPointer, _ count: Int, _ first: Int
    ) -> (members: [Member], end: Int) {
        var cursor = ByteCursor(bytes)
        var members: [Member] = []
        for _ in 0..<count {
            cursor.skipSpace()
            guard let number = cursor.natural() else { break }
            cursor.skipSpace()
            guard let offset = cursor.natural() else { break }
            members.append(Member(number: number, offset: first + offset))
        }
        return (members, cursor.offset)
    }

    var count: Int { members.count }
    var byteCount: Int { content.count }

    /// Numbers of the members in turn.
    var numbers: [Int] { members.map(\.number) }

    /// The object, null when there is none of that number; and what it cost to read.
    ///
    /// The index of its entry tells which member it is (§7.5.8.3, Table 18); where another object stands there, it is
    /// looked for by its number, as some readers always do.
    func object(_ number: Int, at index: Int) throws(PDFError) -> Packed {
        let isNamed = members.indices.contains(index) && members[index].number == number
        guard let place = isNamed ? index : places[number] else { return Packed(object: .null, isRepaired: true) }
        let (offset, limit) = (members[place].offset, end(ofMember: place))
        return try content.scanning { bytes throws(PDFError) in
            var parser = ObjectParser(content, bytes, at: offset)
            let object = try parser.object()
            let end = parser.offset
            parser.skipBlanks()
            // Where the next object begins this one ends, with nothing between them.
            let isExact = isNamed && isInOrder && end <= limit && parser.offset >= limit
            return Packed(
                object: object, members: parser.members, byteCount: end - offset, repeatsKeys: parser.repeatsKeys,
                isRepaired: parser.isRepaired || !isExact)
        }
    }

    private func end(ofMember place: Int) -> Int {
        place + 1 < members.count ? members[place + 1].offset : content.count
    }

    struct Packed: Sendable {
        var object: PDFObject
        var members = 0
        var byteCount = 0
        var repeatsKeys = false
        /// It departs from the standard's form, or its stream does, and was read all the same.
        var isRepaired = false
    }
}
