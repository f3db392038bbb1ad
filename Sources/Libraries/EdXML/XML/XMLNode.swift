internal import Digests

/// One element with its local name and its own text, references resolved. The content of an attachment is not text
/// here: it was decoded as it passed by.
struct XMLNode {
    /// The name without its prefix: senders bind, re-bind and forget prefixes at will.
    var name: String
    var offset: Int
    var attributes: [(name: String, value: String)] = []
    var children: [XMLNode] = []
    /// No more of it than a field may have.
    var text: [UInt8] = []
    /// All of it, as it was sent.
    var textByteCount = 0
    /// Of an element that holds an attachment.
    var content: EncodedContent?

    func first(_ name: String) -> XMLNode? { children.first { $0.name == name } }
}

/// A parsed packet.
struct XMLTree {
    var root: XMLNode
    var source: ByteSource
    /// Bytes skipped before the first tag.
    var leadingJunk: Int
    var trailingJunk: Int
    var looseAmpersands: Int
    /// Where the packet was transcoded from, when it was not UTF-8.
    var transcodedFrom: String?

    func line(at offset: Int) -> Int { XMLWindow.line(at: offset, of: source) }
}
