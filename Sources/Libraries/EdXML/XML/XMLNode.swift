internal import Digests

/// One element with its local name and its own text, references resolved. The content of an attachment is not text
/// here: it was decoded as it passed by.
struct XMLNode {
    /// The name without its prefix: senders bind, re-bind and forget prefixes at will.
    var name: String
    /// As the sender wrote it, where that differs in the case of its letters.
    var writtenName: String?
    var offset: Int
    var attributes: [(name: String, value: String)] = []
    var children: [XMLNode] = []
    /// How much of the text around it stands before it.
    var place = 0
    /// No more of it than a field may have.
    var text: [UInt8] = []
    /// All of it, as it was sent.
    var textByteCount = 0
    /// Of an element that holds an attachment.
    var content: EncodedContent?

    func first(_ name: String) -> XMLNode? { children.first { $0.name == name } }

    /// Its text with that of the elements within, in their order: somebody's bold letters are part of the sentence.
    var wholeText: [UInt8] {
        guard !children.isEmpty else { return text }
        var (whole, done) = ([UInt8](), 0)
        for child in children {
            whole += text[done..<child.place] + (child.isBlank ? [32] : child.wholeText)
            done = child.place
        }
        return whole + text[done...]
    }

    /// Whether it says nothing at all.
    var isBlank: Bool { children.allSatisfy(\.isBlank) && text.allSatisfy(Byte.isSpace) && content?.isBlank != false }
}

/// A parsed packet.
struct XMLTree {
    var root: XMLNode
    var source: ByteSource
    /// Bytes skipped before the first tag.
    var leadingJunk: Int
    var trailingJunk: Int
    var looseAmpersands: Int
    /// Names written in another case than the standard's, each once with the name it was read as.
    var respelledNames: [(written: String, meant: String)] = []
    /// The encoding that a packet in UTF-8 says it has.
    var misdeclaredEncoding: String?
    /// Where the packet was transcoded from, when it was not UTF-8.
    var transcodedFrom: String?

    func line(at offset: Int) -> Int { XMLWindow.line(at: offset, of: source) }
}
