import Foundation
import PDFCore

/// Where a page shows text, its forms (Form XObjects) included wherever they are drawn: the places at which strings
/// begin, in the page's own units. Enough to see that something was laid over words; no more is promised.
struct TextPlaces {
    struct Point: Hashable {
        var x: Double
        var y: Double
    }

    private(set) var points: [Point] = []
    /// A picture was drawn over words that stood there, and lets nothing shine through.
    private(set) var liesUnderPicture = false
    /// Bytes of content that were looked at.
    private(set) var byteCount = 0

    /// Bytes of content looked at on one page.
    private static let maximumBytes = 4 << 20

    init(of page: PDFPage, in document: PDFDocument) {
        var content = Data()
        for stream in Self.streams(of: page, in: document) {
            guard let piece = try? document.decoded(stream, limit: Self.maximumBytes - content.count) else { continue }
            content += piece
            content.append(0x0A)
            if content.count >= Self.maximumBytes { break }
        }
        var drawing = PageDrawing(document, bytes: Self.maximumBytes)
        drawing.draw(content, page.dictionary["Resources"])
        (points, liesUnderPicture) = (drawing.words.map(\.place), drawing.hidesWords)
        byteCount = Self.maximumBytes - drawing.bytesLeft
    }

    private static func streams(of page: PDFPage, in document: PDFDocument) -> [PDFStream] {
        guard let contents = try? document.value("Contents", of: page.dictionary) else { return [] }
        if let stream = contents.stream { return [stream] }
        return (contents.array ?? []).prefix(256).compactMap { try? document.resolve($0).stream }
    }

    func isAny(in box: PDFRectangle) -> Bool {
        points.contains { $0.x > box.minX && $0.x < box.maxX && $0.y > box.minY && $0.y < box.maxY }
    }
}
