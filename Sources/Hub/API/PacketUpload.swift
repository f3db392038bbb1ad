internal import Foundation
internal import VXP

/// The packet file in a `sendEdoc` request: the body itself, or the one file of a multipart form (RFC 7578), as older
/// clients send it.
enum PacketUpload {
    static func isForm(_ contentType: String) -> Bool { contentType.lowercased().hasPrefix("multipart/") }

    /// The part of `body` that `hash` proves; a view of the same bytes.
    static func file(in body: Data, contentType: String, hash: String) throws(HubRefusal) -> Data {
        guard isForm(contentType) else { return try proved(body, by: hash) }
        guard let boundary = boundary(in: contentType), let file = firstFile(in: body, boundary: boundary) else {
            throw HubRefusal(.invalidFile, "Không đọc được tệp trong biểu mẫu gửi lên")
        }
        return try proved(file, by: hash)
    }

    /// The platform's kit ends the body with a line break that is not part of the file and not in its hash.
    private static func proved(_ file: Data, by hash: String) throws(HubRefusal) -> Data {
        if FileHash.matches(hash, file) { return file }
        for end in ["\r\n", "\n"] where file.suffix(end.utf8.count) == Data(end.utf8) {
            let shorter = file.dropLast(end.utf8.count)
            if FileHash.matches(hash, shorter) { return shorter }
        }
        throw HubRefusal(.fileFault, "Mã băm hash-file không khớp với tệp nhận được")
    }

    private static func boundary(in type: String) -> String? {
        guard let mark = type.range(of: "boundary=", options: .caseInsensitive) else { return nil }
        let value = type[mark.upperBound...].prefix { $0 != ";" }.trimmingCharacters(
            in: CharacterSet(charactersIn: " \""))
        return (1...70).contains(value.utf8.count) ? value : nil
    }

    /// The content of the first part that has a file name.
    private static func firstFile(in body: Data, boundary: String) -> Data? {
        let delimiter = Data("--\(boundary)".utf8)
        let headerEnd = Data("\r\n\r\n".utf8)
        var position = body.startIndex
        while let start = body.range(of: delimiter, in: position..<body.endIndex) {
            guard let blank = body.range(of: headerEnd, in: start.upperBound..<body.endIndex),
                body.distance(from: start.upperBound, to: blank.lowerBound) <= 8_192,
                let end = body.range(of: Data("\r\n".utf8) + delimiter, in: blank.upperBound..<body.endIndex)
            else { return nil }
            let header = String(decoding: body[start.upperBound..<blank.lowerBound], as: UTF8.self)
            if header.contains("filename") { return body[blank.upperBound..<end.lowerBound] }
            position = end.lowerBound + 2
        }
        return nil
    }
}
