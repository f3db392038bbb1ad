// Finds the places of NĐ 30/2020 Annex I on the pages of a draft, from the words that stand there; pure.
internal import Foundation
internal import Records

/// Proposes where number, date, signature and seal go. A person may correct every proposal.
struct PlaceFinder: Sendable {
    let text: PageText
    let signerName: String

    private static let millimetre = 72 / 25.4
    /// The seal of a state agency: 36 mm across.
    private static let sealMillimetres = 36.0

    func places() -> DocumentPlaces {
        var places = DocumentPlaces(rects: [:])
        placeNumber(&places)
        placeDate(&places)
        placeSignature(&places)
        return places
    }

    // MARK: Box 3: "Số:      /QĐ-VHL"

    private func placeNumber(_ places: inout DocumentPlaces) {
        for line in headLines {
            guard let label = line.range(of: "Số:") ?? line.range(of: "Số :") else { continue }
            let from = line.edges[label.upperBound]
            let slash = line.range(of: "/", from: label.upperBound).map { line.edges[$0.lowerBound] }
            let until = slash.map { max($0, from + 4) } ?? from + 34
            if until - from < 16 {
                places.problems.append(
                    "Khoảng trống sau “Số:” hẹp hơn 6 mm; số văn bản có thể đè lên ký hiệu. Hãy chừa rộng hơn rồi tải lại."
                )
            }
            places[.number] = rect(line, from: from + 1, to: max(until - 0.5, from + 12))
            return
        }
        places.problems.append("Không tìm thấy dòng “Số: …” ở đầu trang 1. Hãy đặt ô Số bằng tay.")
    }

    // MARK: Box 4: "Hà Nội, ngày    tháng    năm 2026"

    private func placeDate(_ places: inout DocumentPlaces) {
        for line in headLines {
            guard let day = line.range(of: "ngày"), let month = line.range(of: "tháng", from: day.upperBound),
                let year = line.range(of: "năm", from: month.upperBound)
            else { continue }
            places[.day] = gap(line, day.upperBound, month.lowerBound)
            places[.month] = gap(line, month.upperBound, year.lowerBound)
            let rest = String(line.text[year.upperBound...])
            if rest.filter(\.isNumber).count < 4 {
                let from = line.edges[year.upperBound] + 1
                places[.year] = rect(line, from: from, to: from + 28)
            }
            if line.edges[month.lowerBound] - line.edges[day.upperBound] < 12 {
                places.problems.append("Khoảng trống giữa “ngày” và “tháng” hẹp; hãy kiểm tra ô Ngày trên trang.")
            }
            return
        }
        places.problems.append(
            "Không tìm thấy dòng “ngày … tháng … năm …” ở đầu trang 1. Hãy đặt các ô ngày, tháng bằng tay.")
    }

    private func gap(_ line: TextLine, _ start: Int, _ end: Int) -> PlacedRect {
        let (from, until) = (line.edges[start], line.edges[end])
        let middle = (from + until) / 2
        let half = max((until - from) / 2 - 0.5, 7)
        return rect(line, from: middle - half, to: middle + half)
    }

    // MARK: Boxes 7c and 8: between title and name; the seal over a third of the signature, on its left

    private func placeSignature(_ places: inout DocumentPlaces) {
        guard let name = nameLine else {
            places.problems.append(
                "Không tìm thấy họ tên người ký “\(signerName)” trong văn bản. Hãy đặt ô Chữ ký và ô Dấu bằng tay.")
            placeSignatureByDefault(&places)
            return
        }
        let (line, columns) = name
        let (left, right) = (line.edges[columns.lowerBound], line.edges[columns.upperBound])
        let centre = (left + right) / 2
        let ceiling = titleBottom(above: line, centre: centre) ?? line.top - 30 * Self.millimetre
        let height = min(max(line.top - ceiling - 4, 12 * Self.millimetre), 30 * Self.millimetre)
        let top = (ceiling + line.top) / 2 - height / 2
        let width = 50 * Self.millimetre
        setSignature(&places, page: line.page, centre: centre, top: top, width: width, height: height)
        places[.initials] = millimetres(
            page: line.page, x: min(right + 4, pageWidth(line.page) - 16 * Self.millimetre), y: line.top - 2,
            width: 14 * Self.millimetre, height: line.bottom - line.top + 4)
    }

    private func placeSignatureByDefault(_ places: inout DocumentPlaces) {
        guard let page = text.sizes.last else { return }
        setSignature(
            &places, page: text.sizes.count, centre: page.width * 0.7, top: page.height * 0.7,
            width: 50 * Self.millimetre,
            height: 25 * Self.millimetre)
    }

    private func setSignature(
        _ places: inout DocumentPlaces, page: Int, centre: Double, top: Double, width: Double, height: Double
    ) {
        let left = centre - width / 2
        places[.signature] = millimetres(page: page, x: left, y: top, width: width, height: height)
        let seal = Self.sealMillimetres * Self.millimetre
        places[.seal] = millimetres(
            page: page, x: max(left + width / 3 - seal, 0), y: max(top + height / 2 - seal / 2, 0), width: seal,
            height: seal)
    }

    /// The last line that carries the signer's name, and the columns of the name in it.
    private var nameLine: (TextLine, Range<Int>)? {
        let name = signerName.precomposedStringWithCanonicalMapping
        guard !name.isEmpty else { return nil }
        for line in text.lines.reversed() {
            if let range = line.range(of: name) ?? line.range(of: name.uppercased()) { return (line, range) }
        }
        return nil
    }

    /// Bottom of the nearest title in capitals above the name in its column, at most 60 mm up.
    private func titleBottom(above name: TextLine, centre: Double) -> Double? {
        text.lines
            .filter { $0.page == name.page && $0.bottom <= name.top && name.top - $0.bottom < 60 * Self.millimetre }
            .filter { $0.right > centre && String($0.text[columns($0, from: centre - 70)...]).isInCapitals }
            .map(\.bottom).max()
    }

    /// First character at or right of a place on the line.
    private func columns(_ line: TextLine, from x: Double) -> Int {
        line.edges.dropLast().firstIndex { $0 >= x } ?? line.text.count
    }

    /// The upper 45 % of page 1, where the head of a document stands.
    private var headLines: [TextLine] {
        guard let first = text.sizes.first else { return [] }
        return text.lines.filter { $0.page == 1 && $0.bottom < first.height * 0.45 }
    }

    private func pageWidth(_ page: Int) -> Double {
        text.sizes.indices.contains(page - 1) ? text.sizes[page - 1].width : 595
    }

    private func rect(_ line: TextLine, from: Double, to: Double) -> PlacedRect {
        millimetres(page: line.page, x: from, y: line.top, width: to - from, height: line.bottom - line.top)
    }

    private func millimetres(page: Int, x: Double, y: Double, width: Double, height: Double) -> PlacedRect {
        func mm(_ points: Double) -> Double { (points / Self.millimetre * 100).rounded() / 100 }
        return PlacedRect(page: page, x: mm(x), y: mm(y), width: mm(width), height: mm(height))
    }
}

extension String {
    /// At least three letters and none of them small.
    fileprivate var isInCapitals: Bool {
        let letters = filter(\.isLetter)
        return letters.count >= 3 && letters.allSatisfy { $0.isUppercase }
    }
}
