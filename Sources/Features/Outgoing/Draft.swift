// The drafter's form as a value, and the files that come with it.
package import Platform
internal import Records

/// A file that came with a form.
package struct NewFile: Sendable, Hashable {
    package let name: String
    package let blob: BlobRef

    package init(name: String, blob: BlobRef) {
        self.name = name
        self.blob = blob
    }

    var ending: String {
        name.split(separator: ".").count > 1 ? (name.split(separator: ".").last ?? "").lowercased() : ""
    }
    var mediaType: String { Self.mediaTypes[ending] ?? "application/octet-stream" }

    private static let mediaTypes = [
        "pdf": "application/pdf", "doc": "application/msword", "rtf": "application/rtf", "xml": "text/xml",
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "odt": "application/vnd.oasis.opendocument.text", "xls": "application/vnd.ms-excel",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "ods": "application/vnd.oasis.opendocument.spreadsheet", "ppt": "application/vnd.ms-powerpoint",
        "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation", "txt": "text/plain",
        "csv": "text/csv", "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "tif": "image/tiff",
        "tiff": "image/tiff", "zip": "application/zip", "rar": "application/vnd.rar",
        "7z": "application/x-7z-compressed",
    ]
    static let attachmentEndings = mediaTypes.keys.sorted()
    static let mainEndings = ["pdf", "docx", "doc", "odt", "rtf"]
}

/// The drafter's form.
package struct Draft: Sendable {
    package var content: DraftContent
    package var recipients: [NewRecipient]
    package var mainFile: NewFile?
    package var attachments: [NewFile]
    /// Ordinals of attachments to take off.
    package var removals: [Int]

    package init(
        content: DraftContent, recipients: [NewRecipient], mainFile: NewFile? = nil, attachments: [NewFile] = [],
        removals: [Int] = []
    ) {
        self.content = content
        self.recipients = recipients
        self.mainFile = mainFile
        self.attachments = attachments
        self.removals = removals
    }
}
