internal import Digests
internal import Foundation

/// From the decoded text of an attachment to its file: one ZIP layer is taken off when it is packing and not the file
/// itself, then a look at what came out. Judges each attachment by itself: a bad one does not spoil the packet.
struct AttachmentDecoder {
    let place: AttachmentPlace
    /// Bytes that may still be produced for this packet.
    private var budget: Int

    init(limits: PacketLimits, place: AttachmentPlace = .memory) {
        self.place = place
        budget = limits.decodedBytes
    }

    /// Throws what the disk says.
    mutating func judge(_ content: EncodedContent, into attachment: inout PacketAttachment) throws {
        let decoded = try content.decoded()
        attachment.hold(decoded)
        if decoded.isTooLarge || decoded.byteCount > budget { return attachment.drop(.tooLarge) }
        if let problem = content.problem { return attachment.state = .corrupt(.badBase64(at: problem.offset)) }
        guard decoded.byteCount > 0 else { return attachment.state = .corrupt(.empty) }
        let isDestroyed = try unpack(&attachment)?.isDestroyed ?? decoded.isDestroyed
        budget -= attachment.byteCount
        guard attachment.isIntact else { return }
        if attachment.byteCount == 0 { attachment.state = .corrupt(.empty) }
        if isDestroyed, AttachmentDecoder.isBinary(attachment) { attachment.state = .corrupt(.destroyedAsText) }
    }

    /// What was inside, where something was unpacked.
    private func unpack(_ attachment: inout PacketAttachment) throws -> DecodedBytes? {
        guard attachment.fileKind == .zip, place != .nowhere else { return nil }
        let archive: SingleEntryArchive
        do throws(ArchiveProblem) { archive = try SingleEntryArchive(attachment.source) } catch {
            // What is in a file that is an archive by nature is its reader's business, but it must be whole.
            let isArchive = FileKind.archiveExtensions.contains(fileExtension(attachment.name))
            if error == .noDirectory || !isArchive && error != .severalEntries {
                attachment.state = .corrupt(.badArchive(error))
            }
            return nil
        }
        guard AttachmentDecoder.isPacking(entry: archive.entryName, of: attachment.name) else { return nil }
        do {
            let draft = AttachmentDraft(place, limit: budget)
            try archive.unpack(limit: budget, into: draft)
            let unpacked = try draft.finished()
            attachment.hold(unpacked)
            attachment.encoding = .zipped(entry: archive.entryName)
            return unpacked
        } catch let problem as ArchiveProblem {
            attachment.state = .corrupt(.badArchive(problem))
            return nil
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

    /// Bytes of a kind that is never text, by their beginning or by their name.
    private static func isBinary(_ attachment: PacketAttachment) -> Bool {
        if attachment.fileKind != .other && attachment.fileKind != .xml { return true }
        let named: Set<String> = ["pdf", "docx", "doc", "xlsx", "xls", "zip", "png", "jpg", "jpeg", "tif", "rar"]
        return named.contains(fileExtension(attachment.name))
    }
}

/// The extension in lower case without its dot; empty when there is none.
func fileExtension(_ name: String) -> String {
    guard let dot = name.lastIndex(of: "."), name.index(after: dot) < name.endIndex else { return "" }
    return name[name.index(after: dot)...].lowercased()
}
