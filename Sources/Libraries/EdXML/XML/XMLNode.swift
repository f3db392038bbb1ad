/// One element with its local name; text stays as ranges of the source, so that an attachment of many megabytes
/// is neither copied nor turned into a `String` while the tree is built.
struct XMLNode {
    struct Piece {
        var range: Range<Int>
        /// A CDATA section: no references inside.
        var isLiteral: Bool
    }

    /// The name without its prefix: senders bind, re-bind and forget prefixes at will.
    var name: String
    var offset: Int
    var attributes: [(name: String, value: String)] = []
    var children: [XMLNode] = []
    var text: [Piece] = []

    var textByteCount: Int { text.reduce(0) { $0 + $1.range.count } }

    func first(_ name: String) -> XMLNode? { children.first { $0.name == name } }
}

/// A parsed packet: the tree and the bytes its text ranges point into.
struct XMLTree {
    var root: XMLNode
    var bytes: [UInt8]
    /// Bytes skipped before the first tag.
    var leadingJunk: Int
    var trailingJunk: Int
    var looseAmpersands: Int
    /// Where the packet was transcoded from, when it was not UTF-8.
    var transcodedFrom: String?
}
