import Testing

@testable import Signing

/// NĐ 30/2020, Phụ lục I: số ở ô 3, ngày tháng ở ô 4, chữ ký giữa chức vụ và họ tên, dấu trùm 1/3 chữ ký về bên trái.
@Suite struct PlaceFinderTests {
    /// The head and foot of a decision as LibreOffice sets it, in the words of `pdftotext -bbox-layout`.
    static let decision = page([
        ("Số:", 119.1, 128.9, 136.4), ("/QĐ-VHL", 181.8, 128.9, 235.2), ("Hà", 310, 114.4, 326),
        ("Nội,", 329, 114.4, 351),
        ("ngày", 354.0, 114.4, 379.3), ("tháng", 405.3, 114.4, 434.9), ("năm", 460.8, 114.4, 483.2),
        ("2026", 486, 114.4, 512),
        ("ngày", 325.8, 254.7, 351.1), ("05", 354, 254.7, 366), ("tháng", 372.5, 254.7, 402.1),
        ("năm", 416.9, 254.7, 439.3),
        ("Nơi", 84, 536, 100), ("nhận:", 103, 536, 128), ("CHỦ", 400, 536, 428), ("TỊCH", 431, 536, 465),
        ("Trần", 372, 639.7, 396), ("Thị", 399, 639.7, 415), ("Thu", 418, 639.7, 440), ("Hương", 453.2, 639.7, 492.0),
    ])

    static func page(_ words: [(text: String, left: Double, top: Double, right: Double)]) -> String {
        let lines = words.map {
            #"<word xMin="\#($0.left)" yMin="\#($0.top)" xMax="\#($0.right)" yMax="\#($0.top + 17)">\#($0.text)</word>"#
        }
        return ([#"<page width="595.3" height="841.9">"#] + lines + ["</page>"]).joined(separator: "\n")
    }

    static func places(_ text: String, signer: String = "Trần Thị Thu Hương") -> DocumentPlaces {
        PlaceFinder(text: PageText(bboxLayout: text), signerName: signer).places()
    }

    @Test func `the number stands between its label and the notation`() throws {
        let number = try #require(Self.places(Self.decision)[.number])
        #expect(number.page == 1)
        #expect(abs(number.x - (136.4 + 1) / 72 * 25.4) < 0.1)
        #expect(abs(number.x + number.width - 181.3 / 72 * 25.4) < 0.1)
    }

    @Test func `day and month stand in the gaps of the date line, and a printed year needs no field`() throws {
        let places = Self.places(Self.decision)
        let day = try #require(places[.day])
        let month = try #require(places[.month])
        #expect(day.x >= 379.3 / 72 * 25.4 && day.x + day.width <= 405.3 / 72 * 25.4)
        #expect(month.x >= 434.9 / 72 * 25.4 && month.x + month.width <= 460.8 / 72 * 25.4)
        #expect(places[.year] == nil)
    }

    @Test func `a year left blank gets a field after its word`() throws {
        let text = Self.decision.replacing(
            #"yMin="114.4" xMax="512.0" yMax="131.4">2026"#, with: #"yMin="700" xMax="512.0" yMax="717">."#)
        let year = try #require(Self.places(text)[.year])
        #expect(year.x >= 483.2 / 72 * 25.4)
    }

    @Test func `the signature is centred on the name, below the title`() throws {
        let signature = try #require(Self.places(Self.decision)[.signature])
        let centre = (372 + 492) / 2 / 72 * 25.4
        #expect(abs(signature.x + signature.width / 2 - centre) < 0.1)
        #expect(signature.y >= 553 / 72 * 25.4)
        #expect(signature.y + signature.height <= 639.7 / 72 * 25.4)
    }

    @Test func `the seal has its real size and covers a third of the signature from its left`() throws {
        let places = Self.places(Self.decision)
        let (signature, seal) = (try #require(places[.signature]), try #require(places[.seal]))
        #expect(seal.width == 36 && seal.height == 36)
        #expect(abs(seal.x + seal.width - signature.x - signature.width / 3) < 0.1)
    }

    @Test func `what cannot be found is said and nothing required is guessed for the head`() {
        let places = Self.places(Self.page([("Kính", 100, 100, 120), ("gửi", 124, 100, 140)]))
        #expect(places.missing == [.number, .day, .month])
        #expect(places.problems.count == 3)
        #expect(places.problems.contains { $0.contains("Trần Thị Thu Hương") })
    }

    @Test(arguments: ["", "<page>", "<word>", #"<page width="1" height="1">\#n<word xMin="a">x</word>\#n</page>"#])
    func `broken output of the text program gives no places and no crash`(text: String) {
        #expect(Self.places(text).missing.contains(.number))
    }
}
