internal import Digests

/// The content of one attachment between its tags: base64 on its way into a draft. A class because the element it
/// belongs to is a value that moves while the tree is built.
final class EncodedContent {
    private var decoder = Base64Decoder()
    private let draft: AttachmentDraft

    init(_ place: AttachmentPlace, limit: Int) {
        draft = AttachmentDraft(place, limit: limit)
    }

    /// Known once the content is closed.
    var problem: Base64.Problem? { decoder.problem }
    /// What the disk said against it.
    var fault: (any Error)? { draft.fault }

    func take(_ text: UnsafeRawBufferPointer) {
        decoder.decode(text) { draft.append($0) }
    }

    /// At the end tag.
    func close() { decoder.finish { draft.append($0) } }

    func decoded() throws -> DecodedBytes { try draft.finished() }
}
