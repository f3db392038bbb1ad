import PDFCore

/// A place that refers to an object: the object that holds the reference, and the keys that lead to it inside.
struct Place: Hashable {
    /// Number of the holding object; 0 is the trailer.
    var holder: Int
    /// Keys joined by strokes; members of arrays share the place of their array.
    var path: PDFName = ""

    static let trailer = Place(holder: 0)

    func member(_ key: PDFName) -> Place {
        var key = key.text
        if key.utf8.contains(0x2F) { key = key.split(separator: "/").joined(separator: "//") + "//" }
        return Place(holder: holder, path: PDFName(path.isEmpty ? key : "\(path)/\(key)"))
    }

    var lastKey: PDFName { PDFName(String(path.text.split(separator: "/").last ?? "")) }
}

/// Who refers to whom in one revision, as far as the trailer reaches. It is built once and then follows the file from
/// revision to revision, so that its cost does not grow with their number.
struct ReferenceIndex {
    private var uses: [Int: Set<Place>] = [:]
    private var targets: [Int: [Int]] = [:]
    private var pending: [Int] = []
    private var referenceCount = 0
    /// An object of the revision goes on in bytes that were added later.
    private(set) var reachesBeyondRevision = false

    private static let maximumReferences = 3_000_000

    init(_ document: PDFDocument) throws(PDFError) {
        try scanTrailer(document)
        try scanPending(document)
    }

    /// Goes on to the next revision, in which `touched` objects are no longer what they were.
    mutating func advance(to document: PDFDocument, touched: Set<Int>) throws(PDFError) {
        try scanTrailer(document)
        let touched = touched.filter { $0 > 0 }
        for number in touched where targets.removeValue(forKey: number).map({ forget($0, of: number) }) != nil {
            pending.append(number)
        }
        pending += touched.filter { targets[$0] == nil && uses[$0] != nil }
        try scanPending(document)
    }

    /// Numbers of everything met on the way from the trailer, in this revision or an earlier one.
    var numbers: Set<Int> { Set(targets.keys) }

    // MARK: scanning

    private mutating func scanTrailer(_ document: PDFDocument) throws(PDFError) {
        forget(targets[0] ?? [], of: 0)
        let structural: Set<PDFName> = ["Prev", "XRefStm"]
        try scan(.dictionary(document.trailer.filter { !structural.contains($0.key) }), of: 0)
    }

    private mutating func scanPending(_ document: PDFDocument) throws(PDFError) {
        while let number = pending.popLast() {
            guard targets[number] == nil else { continue }
            let reference = document.reference(number)
            if document.reachesBeyondRevision(reference) { reachesBeyondRevision = true }
            // What cannot be read now cannot be read later either, and refers to nothing.
            guard let object = try? document.object(reference) else {
                targets[number] = []
                continue
            }
            try scan(object, of: number)
        }
    }

    private mutating func scan(_ object: PDFObject, of holder: Int) throws(PDFError) {
        var found: [Int] = []
        var stack = [(object, Place(holder: holder))]
        while let (object, place) = stack.popLast() {
            switch object {
            case .reference(let reference):
                uses[reference.number, default: []].insert(place)
                found.append(reference.number)
                if targets[reference.number] == nil { pending.append(reference.number) }
            case .array(let values): for value in values { stack.append((value, place)) }
            case .dictionary(let members): for (key, value) in members { stack.append((value, place.member(key))) }
            case .stream(let stream):
                for (key, value) in stream.dictionary { stack.append((value, place.member(key))) }
            default: break
            }
        }
        targets[holder] = found
        referenceCount += found.count
        guard referenceCount <= Self.maximumReferences else { throw PDFError(.limit(.objects)) }
    }

    private mutating func forget(_ targets: [Int], of holder: Int) {
        for target in targets { uses[target] = uses[target]?.filter { $0.holder != holder } }
    }

    // MARK: answers

    /// The places that refer to an object and are within reach of the trailer themselves.
    func uses(of number: Int) -> Set<Place> { (uses[number] ?? []).filter { isReachable($0.holder) } }

    func isReachable(_ number: Int) -> Bool {
        var seen: Set = [number]
        var stack = [number]
        while let next = stack.popLast() {
            if next == 0 { return true }
            for place in uses[next] ?? [] where seen.insert(place.holder).inserted { stack.append(place.holder) }
        }
        return false
    }
}
