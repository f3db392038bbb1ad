internal import Digests
internal import Foundation

/// A form with some texts and one file (RFC 7578), put together on the disk, so that memory does not follow the file.
struct MultipartFile {
    let boundary: String
    private let file: ByteSource
    private let head: Data

    init(_ file: ByteSource, field: String, name: String, texts: [(name: String, value: String)]) {
        boundary = "vast-\(randomBytes(16).hex)"
        self.file = file
        var head = ""
        for text in texts {
            head += "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(text.name)\"\r\n\r\n\(text.value)\r\n"
        }
        head += "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(field)\"; filename=\"\(name)\"\r\n"
        head += "Content-Type: application/octet-stream\r\n\r\n"
        self.head = Data(head.utf8)
    }

    /// The file has no name any more when this returns; it is gone when the source is.
    func encoded() throws -> ByteSource {
        var draft = try FileDraft(
            for: FileManager.default.temporaryDirectory.appending(path: "vast-office-form-\(boundary)"))
        try draft.append(head)
        try draft.append(file)
        try draft.append(Data("\r\n--\(boundary)--\r\n".utf8))
        return try draft.source()
    }
}
