// How a signature shows.
import ArgumentParser
import Foundation
import PAdES
import SignatureCore

struct AppearanceOptions: ParsableArguments {
    @Option(help: "Show the signature: page,x,y,width,height in millimetres from the top left corner.")
    var visible: String?
    @Option(help: "PNG image of a visible signature.", completion: .file()) var image: String?
    @Option(help: "A line of text of a visible signature. May be repeated.") var text: [String] = []
    @Option(help: "Size of the text in points.") var textSize = 10.0

    func validate() throws {
        _ = try rect()
        guard textSize > 0, textSize <= 1000 else {
            throw ValidationError("--text-size cần lớn hơn 0, không quá 1000.")
        }
    }

    func rect() throws -> PageRect? {
        guard let visible else { return nil }
        let numbers = visible.split(separator: ",").compactMap { Double($0) }
        guard numbers.count == 5, numbers.allSatisfy({ abs($0) < 100_000 }), let page = Int(exactly: numbers[0]),
            page >= 1, numbers[3] > 0, numbers[4] > 0
        else {
            throw ValidationError("--visible cần trang,x,y,rộng,cao tính bằng milimét.")
        }
        return PageRect(page: page, x: numbers[1], y: numbers[2], width: numbers[3], height: numbers[4])
    }

    /// What was asked for; a place without image and text shows who signed and when.
    func appearance(signer: String, at date: Date) throws -> SignatureAppearance? {
        let picture = try image.map { try PNGImage(try contents($0)) }
        var lines = text
        if visible != nil, picture == nil, lines.isEmpty {
            lines = ["Ký bởi: \(signer)", "Thời gian ký: \(officeTime(date))"]
        }
        guard picture != nil || !lines.isEmpty else { return nil }
        if lines.isEmpty { return SignatureAppearance(image: picture) }
        let block = TextBlock(lines, font: try OfficeFont.upright.program(), sizePoints: textSize)
        return SignatureAppearance(image: picture, text: block)
    }
}
