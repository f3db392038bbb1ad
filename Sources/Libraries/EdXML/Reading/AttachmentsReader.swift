internal import Digests
internal import Foundation

/// Brings the manifest and the encoded attachments together by their content id.
struct AttachmentsReader {
    let root: XMLNode

    private struct Entry {
        var contentId: String?
        var name: String?
        var explanation: String?
        var declaredType: String?
        var content: EncodedContent?
        var isUsed = false
    }

    func read(_ fields: inout FieldReader) throws(PacketProblem) -> [PacketAttachment] {
        var manifest = try manifestEntries(&fields)
        var decoder = AttachmentDecoder(limits: fields.limits, place: fields.place)
        var attachments: [PacketAttachment] = []
        for node in encodedNodes {
            guard attachments.count < fields.limits.attachments else {
                throw fields.problem(.tooManyAttachments, at: node)
            }
            let entry = try entry(node, &fields)
            let position = attachments.count
            let match = index(of: entry, at: position, in: manifest)
            if let match { manifest[match].isUsed = true }
            attachments.append(
                attachment(entry, listed: match.map { manifest[$0] }, position: position, &fields, &decoder))
        }
        for entry in manifest where !entry.isUsed && attachments.count < fields.limits.attachments {
            attachments.append(missing(entry, position: attachments.count))
        }
        if attachments.isEmpty { fields.note(.noAttachments) }
        return attachments
    }

    /// `AttachmentEncoded` stands beside the envelope; some put it inside, some write one for each file.
    var encodedLists: [XMLNode] {
        let holders = [root, root.first("edXMLEnvelope"), root.first("edXMLEnvelope")?.first("edXMLBody")]
        return holders.compactMap(\.self).flatMap { holder in holder.children.filter { $0.name == "AttachmentEncoded" }
        }
    }

    private var encodedNodes: [XMLNode] {
        encodedLists.flatMap { list in list.children.filter { $0.name == "Attachment" } }
    }

    private func manifestEntries(_ fields: inout FieldReader) throws(PacketProblem) -> [Entry] {
        let envelope = root.first("edXMLEnvelope") ?? root.first("Envelope") ?? root
        let body = envelope.first("edXMLBody") ?? envelope.first("Body")
        var entries: [Entry] = []
        for node in body?.first("edXMLManifest")?.children ?? [] where node.name == "Reference" {
            entries.append(try entry(node, &fields))
        }
        return entries
    }

    private func entry(_ node: XMLNode, _ fields: inout FieldReader) throws(PacketProblem) -> Entry {
        var entry = Entry()
        for child in fields.once(node, in: node.name) {
            switch child.name {
            case "ContentId": try fields.set(&entry.contentId, child, in: node.name)
            case "AttachmentName": try fields.set(&entry.name, child, in: node.name)
            case "Description": try fields.set(&entry.explanation, child, in: node.name)
            case "ContentType": try fields.set(&entry.declaredType, child, in: node.name)
            case "ContentTransferEncoded": entry.content = child.content
            default: fields.unknown(child, in: node.name)
            }
        }
        entry.contentId = entry.contentId.map { $0.lowercased().hasPrefix("cid:") ? String($0.dropFirst(4)) : $0 }
        return entry
    }

    /// By content id; failing that by the same name; failing that nothing.
    private func index(of entry: Entry, at position: Int, in manifest: [Entry]) -> Int? {
        let free = manifest.indices.filter { !manifest[$0].isUsed }
        if let id = entry.contentId, let match = free.first(where: { manifest[$0].contentId == id }) { return match }
        guard let name = entry.name else { return nil }
        return free.first { manifest[$0].name == name }
    }

    private func attachment(
        _ entry: Entry, listed: Entry?, position: Int, _ fields: inout FieldReader, _ decoder: inout AttachmentDecoder
    ) -> PacketAttachment {
        let id = entry.contentId ?? listed?.contentId ?? "\(position + 1)"
        if entry.name == nil, listed?.name != nil { fields.note(.nameFromManifest(contentId: id)) }
        var attachment = PacketAttachment(
            contentId: id, name: AttachmentsReader.safeName(entry.name ?? listed?.name, position: position),
            explanation: entry.explanation ?? listed?.explanation,
            declaredType: entry.declaredType ?? listed?.declaredType, content: Data(),
            state: .corrupt(.contentMissing))
        if listed == nil { fields.note(.notInManifest(name: attachment.name)) }
        guard let content = entry.content else { return attachment }
        attachment.state = .intact
        do { try decoder.judge(content, into: &attachment) } catch { fields.fault = error }
        noteContent(attachment, &fields)
        return attachment
    }

    private func missing(_ entry: Entry, position: Int) -> PacketAttachment {
        PacketAttachment(
            contentId: entry.contentId ?? "\(position + 1)",
            name: AttachmentsReader.safeName(entry.name, position: position), explanation: entry.explanation,
            declaredType: entry.declaredType, content: Data(), state: .corrupt(.contentMissing))
    }

    private func noteContent(_ attachment: PacketAttachment, _ fields: inout FieldReader) {
        guard attachment.isIntact else { return }
        let kind = attachment.fileKind
        let named = fileExtension(attachment.name)
        if kind == .pdf, attachment.source.count == attachment.byteCount,
            !AttachmentsReader.hasPDFEnd(attachment.source)
        {
            fields.note(.cutShort(name: attachment.name))
        }
        // Nothing is expected of a kind that is told by no beginning, unless the name claims one that is.
        let isExpected = kind.extensions.isEmpty && !FileKind.recognisedExtensions.contains(named)
        guard !isExpected, !named.isEmpty, !kind.extensions.contains(named) else { return }
        let isArchive = kind == .zip
        fields.note(
            isArchive ? .unexpectedArchive(name: attachment.name) : .contentDiffers(name: attachment.name, kind: kind))
    }

    /// Readers look for the end of a PDF file in its last 1024 bytes (ISO 32000-1 Annex H, note 18); a little more is
    /// allowed for what was appended.
    private static func hasPDFEnd(_ source: ByteSource) -> Bool {
        let count = min(source.count, 4_096)
        return source.peek(at: source.count - count, count: count) { Data($0).range(of: Data("%%EOF".utf8)) != nil }
    }

    /// The last component of a sender's name, without separators or control characters: it will be shown, stored
    /// and offered for download.
    static func safeName(_ name: String?, position: Int) -> String {
        let last = (name ?? "").split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? ""
        let clean = String(String.UnicodeScalarView(last.unicodeScalars.filter { !isUnsafe($0) })).trimmingXMLSpace()
        guard !clean.isEmpty, clean != ".", clean != ".." else { return "tep-\(position + 1)" }
        return String(clean.prefix(200))
    }

    /// Control characters, and the marks that turn the direction of writing and so hide a name's extension.
    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<32, 127..<160, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
