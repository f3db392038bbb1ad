internal import Foundation
internal import VXP

/// The packet file in a `sendEdoc` request: the body itself, or the one file of a multipart form (RFC 7578), as older
/// clients send it.
enum PacketUpload {
    static func file(in request: VXPRequest) throws(HubRefusal) -> Data {
        // Content-Type appears twice: as itself and among the signed parameters.
        let type = request.headers.first { $0.name.lowercased() == "content-type" }?.value ?? ""
        guard type.lowercased().hasPrefix("multipart/") else { return request.body }
        guard let boundary = boundary(in: type), let file = firstFile(in: request.body, boundary: boundary) else {
            throw HubRefusal(.invalidFile, "Không đọc được tệp trong biểu mẫu gửi lên")
        }
        return file
    }

    private static func boundary(in type: String) -> String? {
        guard let mark = type.range(of: "boundary=") else { return nil }
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
            if header.contains("filename") { return Data(body[blank.upperBound..<end.lowerBound]) }
            position = end.lowerBound + 2
        }
        return nil
    }
}
