internal import Digests

/// The content of one attachment between its tags: base64 on its way into a draft. A class because the element it
/// belongs to is a value that moves while the tree is built.
final class EncodedContent {
    private var decoder = Base64Decoder()
    private let draft: AttachmentDraft
    /// Bytes of text taken.
    private var taken = 0
    /// Set from where the text is no plain base64.
    private var unusual: UnusualBase64?
    private var hasAddressHead = false

    init(_ place: AttachmentPlace, limit: Int) {
        draft = AttachmentDraft(place, limit: limit)
    }

    /// Known once the content is closed.
    var problem: Base64.Problem? { decoder.problem }
    /// Whether it is base64 in an unusual way.
    var isUnusual: Bool { unusual != nil || hasAddressHead }
    /// Whether there was nothing to decode.
    var isBlank: Bool { draft.count == 0 && problem == nil && !draft.isTooLarge }
    /// What the disk said against it.
    var fault: (any Error)? { draft.fault }

    func take(_ text: UnsafeRawBufferPointer) {
        let text = taken == 0 ? withoutAddressHead(text) : text
        let (before, wasWhole) = (taken, decoder.problem == nil)
        taken += text.count
        if unusual != nil { return takeUnusual(text) }
        decode(text)
        guard wasWhole, let stop = decoder.problem?.offset, (before..<taken).contains(stop) else { return }
        let rest = UnsafeRawBufferPointer(rebasing: text[(stop - before)...])
        guard UnusualBase64.begins(at: rest) else { return }
        decoder.resume()
        unusual = UnusualBase64()
        takeUnusual(rest)
    }

    private func withoutAddressHead(_ text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        guard let length = UnusualBase64.addressHead(text) else { return text }
        hasAddressHead = true
        return UnsafeRawBufferPointer(rebasing: text[length...])
    }

    private func takeUnusual(_ text: UnsafeRawBufferPointer) {
        unusual?.plain(text).withUnsafeBytes { decode($0) }
    }

    private func decode(_ text: UnsafeRawBufferPointer) {
        decoder.decode(text) { draft.append($0) }
    }

    /// At the end tag.
    func close() {
        unusual?.held.withUnsafeBytes { decode($0) }
        decoder.finish { draft.append($0) }
    }

    func decoded() throws -> DecodedBytes { try draft.finished() }
}
