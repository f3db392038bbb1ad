/// One page with what it inherits (ISO 32000-2 §7.7.3).
package struct PDFPage: Sendable {
    package var reference: PDFReference
    package var dictionary: PDFDictionary
    package var mediaBox: PDFRectangle
    /// What of the page is shown: the CropBox, as far as it lies in the MediaBox (ISO 32000-2 §14.11.2.1).
    package var cropBox: PDFRectangle
    /// 0, 90, 180 or 270 degrees clockwise.
    package var rotation: Int
    /// Size of one unit in points: 1 unless the page says otherwise.
    package var userUnit: Double
}

/// A rectangle in the units of a page, normalised.
package struct PDFRectangle: Hashable, Sendable, Codable {
    package var minX: Double
    package var minY: Double
    package var maxX: Double
    package var maxY: Double

    package init(minX: Double, minY: Double, maxX: Double, maxY: Double) {
        self.minX = min(minX, maxX)
        self.minY = min(minY, maxY)
        self.maxX = max(minX, maxX)
        self.maxY = max(minY, maxY)
    }

    package init?(_ values: [PDFObject]) {
        let numbers = values.compactMap(\.number)
        guard numbers.count == 4, numbers.allSatisfy({ $0.isFinite && abs($0) < 1e7 }) else { return nil }
        self.init(minX: numbers[0], minY: numbers[1], maxX: numbers[2], maxY: numbers[3])
    }

    package var width: Double { maxX - minX }
    package var height: Double { maxY - minY }
    package var object: PDFObject { .numbers([minX, minY, maxX, maxY]) }

    /// What both have in common; nil when that is nothing.
    package func intersection(_ other: Self) -> Self? {
        guard overlaps(other) else { return nil }
        return Self(
            minX: max(minX, other.minX), minY: max(minY, other.minY), maxX: min(maxX, other.maxX),
            maxY: min(maxY, other.maxY))
    }

    package func overlaps(_ other: Self) -> Bool {
        minX < other.maxX && other.minX < maxX && minY < other.maxY && other.minY < maxY
    }
}

extension PDFDocument {
    private static let inheritable: [PDFName] = ["Resources", "MediaBox", "CropBox", "Rotate"]

    /// Page `index`, counted from 0; kids are followed in order, never the counts the file claims.
    package func page(_ index: Int) throws(PDFError) -> PDFPage {
        var position = 0
        var found: PDFPage?
        try walkPages { leaf throws(PDFError) in
            if position == index { found = try page(leaf) }
            position += 1
            return found == nil
        }
        guard let found else { throw PDFError(.noSuchPage) }
        return found
    }

    /// Of the first `limit` pages those whose own dictionary `isWanted`, with their place counted from 0. One that is
    /// no object of its own is left out.
    package func pages(
        first limit: Int, where isWanted: (PDFDictionary) -> Bool
    ) throws(PDFError) -> [(index: Int, page: PDFPage)] {
        var found: [(index: Int, page: PDFPage)] = []
        var position = 0
        try walkPages { leaf in
            if position < limit, isWanted(leaf.own), let page = try? page(leaf) { found.append((position, page)) }
            position += 1
            return position < limit
        }
        return found
    }

    package func pageCount() throws(PDFError) -> Int {
        var count = 0
        try walkPages { _ in
            count += 1
            return true
        }
        return count
    }

    /// Pages that are objects of their own, as the standard wants all to be.
    package func pageReferences() throws(PDFError) -> [PDFReference] {
        var references: [PDFReference] = []
        try walkPages { leaf in
            if let reference = leaf.reference { references.append(reference) }
            return true
        }
        return references
    }

    /// A leaf of the page tree, and what the nodes above it pass on.
    private struct Leaf {
        var reference: PDFReference?
        var own: PDFDictionary
        var inherited: PDFDictionary
    }

    /// Visits the leaves of the page tree until `visit` says no.
    private func walkPages(_ visit: (Leaf) throws(PDFError) -> Bool) throws(PDFError) {
        guard let root = try catalog()["Pages"] else { throw PDFError(.expected("page tree")) }
        var pending: [(node: PDFObject, inherited: PDFDictionary)] = [(root, [:])]
        var seen: Set<PDFReference> = []
        var count = 0
        while let (next, inherited) = pending.popLast() {
            if let reference = next.reference, !seen.insert(reference).inserted { throw PDFError(.loop) }
            count += 1
            guard count <= PDFLimits.pages else { throw PDFError(.limit(.pages)) }
            // A kid that is not there is passed over, as readers do.
            guard let node = try resolve(next).dictionary else { continue }
            guard let kids = try value("Kids", of: node).array, node["Type"]?.name != "Page" else {
                if try !visit(Leaf(reference: next.reference, own: node, inherited: inherited)) { return }
                continue
            }
            guard pending.count + kids.count <= PDFLimits.pages * 2 else { throw PDFError(.limit(.pages)) }
            let passedOn = Self.completed(node, by: inherited).filter { Self.inheritable.contains($0.key) }
            for kid in kids.reversed() { pending.append((kid, passedOn)) }
        }
    }

    private static func completed(_ node: PDFDictionary, by inherited: PDFDictionary) -> PDFDictionary {
        var node = node
        for (key, value) in inherited where node[key] == nil { node[key] = value }
        return node
    }

    private func page(_ leaf: Leaf) throws(PDFError) -> PDFPage {
        guard let reference = leaf.reference else { throw PDFError(.unsoundForSigning("page without a number")) }
        return try page(reference, Self.completed(leaf.own, by: leaf.inherited))
    }

    private func page(_ reference: PDFReference, _ dictionary: PDFDictionary) throws(PDFError) -> PDFPage {
        // A4 where the page says nothing.
        let box = try rectangle("MediaBox", dictionary) ?? PDFRectangle(minX: 0, minY: 0, maxX: 595.276, maxY: 841.89)
        let crop = try rectangle("CropBox", dictionary).flatMap { box.intersection($0) }
        let turn = (try value("Rotate", of: dictionary).integer ?? 0) % 360
        let unit = try value("UserUnit", of: dictionary).number ?? 1
        return PDFPage(
            reference: reference, dictionary: dictionary, mediaBox: box, cropBox: crop ?? box,
            rotation: (turn + 360) % 360 / 90 * 90, userUnit: unit > 0.01 && unit < 1000 ? unit : 1)
    }

    /// A rectangle with something in it.
    private func rectangle(_ key: PDFName, _ dictionary: PDFDictionary) throws(PDFError) -> PDFRectangle? {
        var corners: [PDFObject] = []
        for corner in try value(key, of: dictionary).array?.prefix(4) ?? [] { corners.append(try resolve(corner)) }
        return PDFRectangle(corners).flatMap { $0.width > 0 && $0.height > 0 ? $0 : nil }
    }
}
