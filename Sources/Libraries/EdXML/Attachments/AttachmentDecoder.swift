import Foundation

/// From the text of an attachment to its file: base64, one ZIP layer when it is packing and not the file itself,
/// then a look at what came out. Judges each attachment by itself: a bad one does not spoil the packet.
struct AttachmentDecoder {
    let limits: PacketLimits
    /// Bytes that may still be produced for this packet.
    var budget: Int

    init(limits: PacketLimits) {
        self.limits = limits
        budget = limits.decodedBytes
    }

    mutating func decode(_ text: [UInt8], into attachment: inout PacketAttachment) {
        let (content, problem) = Base64.decode(text)
        attachment.content = content
        if let problem {
            attachment.state = .corrupt(.badBase64(at: problem.offset))
            return
        }
        guard !content.isEmpty else {
            attachment.state = .corrupt(.empty)
            return
        }
        guard content.count <= budget else {
            attachment.content = Data()
            attachment.state = .corrupt(.tooLarge)
            return
        }
        unpack(&attachment)
        budget -= attachment.content.count
        guard attachment.isIntact else { return }
        if attachment.content.isEmpty { attachment.state = .corrupt(.empty) }
        if AttachmentDecoder.isDestroyedAsText(attachment) { attachment.state = .corrupt(.destroyedAsText) }
    }

    private func unpack(_ attachment: inout PacketAttachment) {
        guard attachment.fileKind == .zip else { return }
        do {
            let archive = try SingleEntryArchive(attachment.content)
            guard AttachmentDecoder.isPacking(entry: archive.entryName, of: attachment.name) else { return }
            attachment.content = try archive.unpacked(limit: budget)
            attachment.encoding = .zipped(entry: archive.entryName)
        } catch {
            // A file that is an archive by nature is its reader's business; so is one with several entries.
            let isArchive = FileKind.archiveExtensions.contains(fileExtension(attachment.name))
            guard !isArchive, error != .severalEntries else { return }
            attachment.state = .corrupt(.badArchive(error))
        }
    }

    /// The archive wraps the file if the file is no archive by nature, or if the entry is named `<uuid>.<ext>`
    /// with the attachment's own extension.
    static func isPacking(entry: String, of name: String) -> Bool {
        let wanted = fileExtension(name)
        if !wanted.isEmpty, !FileKind.archiveExtensions.contains(wanted) { return true }
        let stem = entry.prefix { $0 != "." }
        guard UUID(uuidString: String(stem)) != nil else { return false }
        return wanted.isEmpty || fileExtension(entry) == wanted
    }

    /// Seen in the wild: a binary file decoded as UTF-8 and encoded again, with U+FFFD for what was lost. Such
    /// bytes are wholly valid UTF-8, which a real PDF or image with binary parts practically never is.
    static func isDestroyedAsText(_ attachment: PacketAttachment) -> Bool {
        let isBinary = attachment.fileKind != .other && attachment.fileKind != .xml
        let named: Set<String> = ["pdf", "docx", "doc", "xlsx", "xls", "zip", "png", "jpg", "jpeg", "tif", "rar"]
        guard isBinary || named.contains(fileExtension(attachment.name)) else { return false }
        guard attachment.content.range(of: Data([0xEF, 0xBF, 0xBD])) != nil else { return false }
        return String(validating: attachment.content, as: UTF8.self) != nil
    }
}

/// The extension in lower case without its dot; empty when there is none.
func fileExtension(_ name: String) -> String {
    guard let dot = name.lastIndex(of: "."), name.index(after: dot) < name.endIndex else { return "" }
    return name[name.index(after: dot)...].lowercased()
}
