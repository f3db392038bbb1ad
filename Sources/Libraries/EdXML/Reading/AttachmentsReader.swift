internal import Digests
internal import Foundation

/// Brings the manifest and the encoded attachments together: by their content id, by name, and what is left in order.
struct AttachmentsReader {
    let root: XMLNode

    private struct Entry {
        var contentId: String?
        /// What the entry may be called by, as `AttachmentsReader.key` makes it.
        var keys: [String] = []
        var name: String?
        var explanation: String?
        var declaredType: String?
        var content: EncodedContent?
    }

    func read(_ fields: inout FieldReader) throws(PacketProblem) -> [PacketAttachment] {
        noteStrangers(&fields)
        let manifest = try manifestEntries(&fields)
        let entries = try encodedEntries(&fields)
        let match = AttachmentsReader.matches(entries, manifest, &fields)
        var decoder = AttachmentDecoder(limits: fields.limits, place: fields.place)
        var attachments = entries.enumerated().map { position, entry in
            attachment(entry, listed: match[position].map { manifest[$0] }, position: position, &fields, &decoder)
        }
        let used = Set(match.compactMap(\.self))
        for (index, entry) in manifest.enumerated() where !used.contains(index) {
            guard attachments.count < fields.limits.attachments else { break }
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

    private var body: XMLNode? {
        let envelope = root.first("edXMLEnvelope") ?? root.first("Envelope") ?? root
        return envelope.first("edXMLBody") ?? envelope.first("Body")
    }

    private func noteStrangers(_ fields: inout FieldReader) {
        for (holder, known) in [
            (body, ["edXMLManifest", "AttachmentEncoded"]), (body?.first("edXMLManifest"), ["Reference"]),
        ] {
            guard let holder else { continue }
            for child in holder.children where !known.contains(child.name) { fields.unknown(child, in: holder.name) }
        }
        for list in encodedLists {
            for child in list.children where child.name != "Attachment" { fields.unknown(child, in: list.name) }
        }
    }

    private func encodedEntries(_ fields: inout FieldReader) throws(PacketProblem) -> [Entry] {
        var entries: [Entry] = []
        for node in encodedLists.flatMap(\.children) where node.name == "Attachment" {
            guard entries.count < fields.limits.attachments else { throw fields.problem(.tooManyAttachments, at: node) }
            entries.append(try entry(node, &fields))
        }
        return entries
    }

    private func manifestEntries(_ fields: inout FieldReader) throws(PacketProblem) -> [Entry] {
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
            case "AttachmentName":
                try fields.set(&entry.name, child, in: node.name, limit: AttachmentsReader.longestName)
            case "Description": try fields.set(&entry.explanation, child, in: node.name)
            case "ContentType": try fields.set(&entry.declaredType, child, in: node.name)
            case "ContentTransferEncoded": entry.content = child.content
            default: fields.unknown(child, in: node.name)
            }
        }
        // The .NET form names the content in an attribute, too, and some only there.
        let link = node.attributes.first { $0.name.lowercased() == "href" }?.value
        entry.keys = [entry.contentId, link].compactMap(\.self).map(AttachmentsReader.key).filter { !$0.isEmpty }
        entry.contentId = (entry.contentId ?? link).map(AttachmentsReader.withoutScheme)
        return entry
    }

    private static func withoutScheme(_ id: String) -> String {
        id.lowercased().hasPrefix("cid:") ? String(id.dropFirst(4)) : id
    }

    /// What is left of a content id without what senders put around it: `<cid:X>`, `cid: x`, `cid%3Ax`, `{X}` are one.
    private static func key(_ id: String) -> String {
        var key = Substring(id.replacing("%3A", with: ":").replacing("%3a", with: ":").lowercased())
        while true {
            var bare = key.drop { $0.isWhitespace || $0 == "<" || $0 == "{" }
            guard bare.hasPrefix("cid:") else {
                while let last = bare.last, last.isWhitespace || last == ">" || last == "}" { bare = bare.dropLast() }
                return String(bare)
            }
            key = bare.dropFirst(4)
        }
    }

    // MARK: Bringing together

    /// For each attachment its entry of the manifest: by content id, by the id without its host (RFC 2392), by name;
    /// what is left in order when there is as much on both sides.
    private static func matches(_ entries: [Entry], _ manifest: [Entry], _ fields: inout FieldReader) -> [Int?] {
        var pairs = Pairs(entries: entries.count, manifest: manifest.count)
        pairs.join(entries.map(\.keys), manifest.map(\.keys))
        pairs.join(entries.map { $0.keys.map(withoutHost) }, manifest.map { $0.keys.map(withoutHost) })
        pairs.join(entries.map { [$0.name].compactMap(\.self) }, manifest.map { [$0.name].compactMap(\.self) })
        let (left, free) = (pairs.open, pairs.free)
        guard left.count == free.count else { return pairs.match }
        let isOnly = entries.count == 1 && manifest.count == 1
        // Two different names are two files, unless there is but one.
        guard isOnly || zip(left, free).allSatisfy({ entries[$0].name == nil || manifest[$1].name == nil }) else {
            return pairs.match
        }
        for (position, index) in zip(left, free) {
            pairs.match[position] = index
            let name = entries[position].name ?? manifest[index].name ?? manifest[index].contentId ?? ""
            fields.note(.pairedInOrder(name: safeName(name, position: position)))
        }
        return pairs.match
    }

    private static func withoutHost(_ key: String) -> String { String(key.prefix { $0 != "@" }) }

    /// Attachments and entries of the manifest, each joined to one other at most.
    private struct Pairs {
        var match: [Int?]
        private let count: Int

        init(entries: Int, manifest: Int) {
            match = Array(repeating: nil, count: entries)
            count = manifest
        }

        var open: [Int] { match.indices.filter { match[$0] == nil } }
        var free: [Int] {
            let used = Set(match.compactMap(\.self))
            return (0..<count).filter { !used.contains($0) }
        }

        /// Joins what shares a name, the first with the first.
        mutating func join(_ names: [[String]], _ listed: [[String]]) {
            var waiting: [String: [Int]] = [:]
            for index in free.reversed() { for name in Set(listed[index]) { waiting[name, default: []].append(index) } }
            var used: Set<Int> = []
            for position in open {
                for name in names[position] where match[position] == nil {
                    while let index = waiting[name]?.popLast() {
                        guard used.insert(index).inserted else { continue }
                        match[position] = index
                        break
                    }
                }
            }
        }
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
        if attachment.isIntact, content.isUnusual { fields.note(.unusualBase64(name: attachment.name)) }
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
        guard clean.count > longestName else { return clean }
        // The end says what kind of file it is.
        let end = fileExtension(clean).count
        let tail = (1...20).contains(end) ? String(clean.suffix(end + 1)) : ""
        return clean.prefix(longestName - tail.count) + tail
    }

    private static let longestName = 200

    /// Control characters, and the marks that turn the direction of writing and so hide a name's extension.
    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<32, 127..<160, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
