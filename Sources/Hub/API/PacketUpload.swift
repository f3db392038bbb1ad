internal import Digests
internal import Foundation
internal import VXP

/// The packet file in a `sendEdoc` request: the body itself, or the one file of a multipart form (RFC 7578), as older
/// clients send it. The body lies on the disk and is read in pieces.
enum PacketUpload {
    static func isForm(_ contentType: String) -> Bool { contentType.lowercased().hasPrefix("multipart/") }

    /// Where in `body` the file lies that `hash` proves.
    static func range(in body: ByteSource, contentType: String, hash: String) throws -> Range<Int> {
        guard isForm(contentType) else { return try proved(0..<body.count, of: body, by: hash) }
        guard let boundary = boundary(in: contentType), let file = try firstFile(in: body, boundary: boundary) else {
            throw HubRefusal(.invalidFile, "Không đọc được tệp trong biểu mẫu gửi lên")
        }
        return try proved(file, of: body, by: hash)
    }

    /// The platform's kit ends the body with a line break that is not part of the file and not in its hash.
    private static func proved(_ file: Range<Int>, of body: ByteSource, by hash: String) throws -> Range<Int> {
        let end = body.peek(at: max(file.lowerBound, file.upperBound - 2), count: min(2, file.count)) { Data($0) }
        let ends = ["", "\r\n", "\n"].filter { end.suffix($0.utf8.count) == Data($0.utf8) }
        let candidates = ends.map { file.lowerBound..<file.upperBound - $0.utf8.count }
        let digests = try body.digests(candidates.map { RangeDigest(.sha256, [$0]) })
        guard let match = zip(candidates, digests).first(where: { FileHash.matches(hash, sha256: $0.1) }) else {
            throw HubRefusal(.fileFault, "Mã băm hash-file không khớp với tệp nhận được")
        }
        return match.0
    }

    private static func boundary(in type: String) -> String? {
        guard let mark = type.range(of: "boundary=", options: .caseInsensitive) else { return nil }
        let value = type[mark.upperBound...].prefix { $0 != ";" }.trimmingCharacters(
            in: CharacterSet(charactersIn: " \""))
        return (1...70).contains(value.utf8.count) ? value : nil
    }

    private static let headerBytes = 8_192
    /// Parts before the file: a form of the kit has three.
    private static let mostParts = 100

    /// The content of the first part that has a file name.
    private static func firstFile(in body: ByteSource, boundary: String) throws -> Range<Int>? {
        let delimiter = Data("--\(boundary)".utf8)
        var position = 0
        for _ in 0..<mostParts {
            guard let start = try body.first(delimiter, in: position..<body.count) else { return nil }
            let head = start.upperBound..<min(body.count, start.upperBound + headerBytes + 4)
            guard let blank = try body.first(Data("\r\n\r\n".utf8), in: head),
                let end = try body.first(Data("\r\n".utf8) + delimiter, in: blank.upperBound..<body.count)
            else { return nil }
            let header = body.peek(at: head.lowerBound, count: blank.lowerBound - head.lowerBound) {
                String(decoding: $0, as: UTF8.self)
            }
            if namesFile(header) { return blank.upperBound..<end.lowerBound }
            position = end.lowerBound + 2
        }
        return nil
    }
}

extension PacketUpload {
    /// Whether the part is a file: its disposition has the parameter `filename` (RFC 7578 §4.2), not just a field so called.
    static func namesFile(_ header: String) -> Bool {
        header.split(whereSeparator: \.isNewline).contains { line in
            guard line.lowercased().hasPrefix("content-disposition:") else { return false }
            return line.split(separator: ";").dropFirst().contains { parameter in
                let name = parameter.prefix { $0 != "=" }.trimmingCharacters(in: .whitespaces).lowercased()
                return name == "filename" || name == "filename*"
            }
        }
    }
}

extension ByteSource {
    /// Where `word` stands first within `range`.
    fileprivate func first(_ word: Data, in range: Range<Int>) throws -> Range<Int>? {
        var (carried, found, offset) = (Data(), Range<Int>?.none, range.lowerBound)
        try forEachPiece(of: range) { piece in
            guard found == nil else { return }
            // A word may lie across two pieces.
            let text = carried + Data(piece)
            if let place = text.range(of: word) {
                let start = offset - carried.count + place.lowerBound
                found = start..<start + word.count
            }
            carried = Data(text.suffix(word.count - 1))
            offset += piece.count
        }
        return found
    }
}
