import Digests
package import Foundation

/// New and changed objects to be appended to a file; no byte that is there already is touched (ISO 32000-2 §7.5.6).
package struct IncrementalUpdate: Sendable {
    private enum Body: Sendable {
        case object(PDFObject)
        case raw(Data)
    }

    /// The bytes to append, and where each body starts in the whole file.
    package struct Written: Sendable {
        package var appended: Data
        package var bodyOffsets: [PDFReference: Int]
        /// The authentication code that stands by itself, yet to be made, and where it starts in the whole file.
        package var code: (dictionary: HoleDictionary, offset: Int)?
    }

    package let document: PDFDocument
    private var bodies: [PDFReference: Body] = [:]
    private var nextNumber: Int
    private var code: RevisionCode?

    /// Continues `document`, which must show the newest revision and be sound: readers disagree about broken files, and
    /// what they disagree about must not be signed.
    ///
    /// Where each revision must carry an authentication code the update has room for one of `codeByteCount`; who gives
    /// none cannot make it, and is refused.
    package init(continuing document: PDFDocument, codeByteCount: Int? = nil) throws(PDFError) {
        guard document.isLatest else { throw PDFError(.unsoundForSigning("not the newest revision")) }
        guard document.data.prefix(5) == Data("%PDF-".utf8) else {
            throw PDFError(.unsoundForSigning("bytes before the header"))
        }
        if document.isLocked { throw PDFError(.encrypted) }
        if document.isIntegrityProtected {
            guard let codeByteCount, document.codeWrappingKey != nil else { throw PDFError(.integrityProtected) }
            code = .standalone(byteCount: codeByteCount)
        }
        if let problem = document.problems.first(where: \.isGuess) {
            throw PDFError(.unsoundForSigning(problem.description))
        }
        guard document.catalogReference != nil else { throw PDFError(.unsoundForSigning("catalog")) }
        guard document.revision.end > document.revision.crossReferenceOffset, document.trailingByteCount == 0 else {
            throw PDFError(.unsoundForSigning("bytes after the end"))
        }
        nextNumber = document.nextNumber
        guard nextNumber < PDFLimits.objectNumbers else { throw PDFError(.limit(.objects)) }
        self.document = document
    }

    package var isEmpty: Bool { bodies.isEmpty }

    /// A number for an object written later.
    package mutating func reserve() -> PDFReference {
        defer { nextNumber += 1 }
        return PDFReference(nextNumber)
    }

    package mutating func add(_ object: PDFObject) -> PDFReference {
        let reference = reserve()
        bodies[reference] = .object(object)
        return reference
    }

    package mutating func set(_ reference: PDFReference, to object: PDFObject) { bodies[reference] = .object(object) }

    /// Writes `body` byte for byte, for objects whose places matter; its strings must have gone through `encrypted`.
    package mutating func set(_ reference: PDFReference, toRaw body: Data) { bodies[reference] = .raw(body) }

    /// The object as this update leaves it.
    package func object(_ reference: PDFReference) throws(PDFError) -> PDFObject {
        if case .object(let object) = bodies[reference] { return object }
        return try document.object(reference)
    }

    package func resolve(_ object: PDFObject?) throws(PDFError) -> PDFObject {
        guard case .reference(let reference) = object else { return object ?? .null }
        return try document.resolve(try self.object(reference))
    }

    /// Has the authentication code, where the file asks for one, travel inside the signature `reference`: neither could
    /// be made over the other otherwise.
    package mutating func carryCode(in reference: PDFReference) {
        if code != nil { code = .attached(to: reference) }
    }

    // MARK: writing

    /// The object as it must be written into this file: strings and streams encrypted where the file's are, but for
    /// the value of a signature.
    package func encrypted(_ object: PDFObject, as reference: PDFReference) -> PDFObject {
        guard case .unlocked(let handler) = document.security else { return object }
        return handler.encrypted(object, as: reference)
    }

    package func written() -> Written {
        var writer = ObjectWriter()
        let base = document.data.count
        if let last = document.data.last, last != 10, last != 13 { writer.write("\n") }
        var offsets: [PDFReference: Int] = [:]
        var bodyOffsets: [PDFReference: Int] = [:]
        for (reference, body) in bodies.sorted(by: { $0.key < $1.key }) {
            offsets[reference] = base + writer.bytes.count
            writer.write("\(reference.number) \(reference.generation) obj\n")
            bodyOffsets[reference] = base + writer.bytes.count
            switch body {
            case .object(let object): writer.write(encrypted(object, as: reference))
            case .raw(let data): writer.write(raw: data)
            }
            writer.write("\nendobj\n")
        }
        let start = base + writer.bytes.count
        // Readers refuse mixtures: the kind of the last section is kept; a hybrid file goes on with tables.
        let isStream = document.revision.kind == .stream
        let place = base + (isStream ? writeStream(&writer, offsets, start) : writeTable(&writer, offsets))
        writer.write("startxref\n\(start)\n%%EOF\n")
        return Written(
            appended: Data(writer.bytes), bodyOffsets: bodyOffsets, code: code?.room.map { ($0, place) })
    }

    /// The whole file with this update appended.
    package func file() -> Data {
        var data = document.data
        data.append(written().appended)
        return data
    }

    /// Writes the file with this update appended to another place, without holding it in memory.
    package func write(to destination: URL) throws {
        var draft = try FileDraft(for: destination)
        try draft.append(document.source)
        try draft.append(written().appended)
        try draft.commit()
    }

    private var trailer: PDFDictionary {
        var trailer = document.trailer.filter { ["Root", "Info", "Encrypt"].contains($0.key) }
        trailer["Size"] = .integer(nextNumber)
        trailer["Prev"] = .integer(document.revision.crossReferenceOffset)
        let fresh = PDFObject.string(randomBytes(16))
        let identifiers = (try? document.resolve(document.trailer["ID"]))?.array ?? []
        // The first half names the file for good, the second this state of it (§14.4).
        // Where it goes into the key (§7.6.4.3.2), none counts as an empty one; a new one would lock everybody out.
        let first = identifiers.first ?? (document.isEncrypted ? .string(Data()) : fresh)
        trailer["ID"] = .array([first, fresh])
        return trailer
    }

    /// Tells where the authentication code starts in what was written.
    private func writeTable(_ writer: inout ObjectWriter, _ offsets: [PDFReference: Int]) -> Int {
        writer.write("xref\n")
        for run in Self.runs(offsets.keys.sorted()) {
            writer.write("\(run[0].number) \(run.count)\n")
            for reference in run {
                let offset = Self.padded(offsets[reference] ?? 0, 10)
                writer.write("\(offset) \(Self.padded(reference.generation, 5)) n \n")
            }
        }
        writer.write("trailer\n")
        defer { writer.write("\n") }
        return writer.write(trailer: .dictionary(trailer), code)
    }

    /// Tells where the authentication code starts in what was written.
    private func writeStream(_ writer: inout ObjectWriter, _ offsets: [PDFReference: Int], _ start: Int) -> Int {
        let own = PDFReference(nextNumber)
        var all = offsets
        all[own] = start
        var rows: [UInt8] = []
        var index: [PDFObject] = []
        for run in Self.runs(all.keys.sorted()) {
            index += [.integer(run[0].number), .integer(run.count)]
            for reference in run {
                let offset = UInt64(all[reference] ?? 0)
                rows.append(1)
                rows += (0..<5).reversed().map { UInt8(truncatingIfNeeded: offset >> ($0 * 8)) }
                rows += [UInt8(reference.generation >> 8 & 0xFF), UInt8(reference.generation & 0xFF)]
            }
        }
        var dictionary = trailer
        dictionary["Type"] = .name("XRef")
        dictionary["Size"] = .integer(nextNumber + 1)
        dictionary["W"] = .array([.integer(1), .integer(5), .integer(2)])
        dictionary["Index"] = .array(index)
        writer.write("\(own.number) 0 obj\n")
        defer { writer.write("\nendobj\n") }
        return writer.write(trailer: .stream(PDFStream(dictionary, encoded: Data(rows))), code)
    }

    /// References in runs of consecutive numbers.
    private static func runs(_ references: [PDFReference]) -> [[PDFReference]] {
        references.reduce(into: []) { runs, reference in
            if let last = runs.last?.last, last.number + 1 == reference.number {
                runs[runs.count - 1].append(reference)
            } else {
                runs.append([reference])
            }
        }
    }

    private static func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension PDFDocument {
    /// Whether a revision with what stands behind its end marker goes up to this offset: white space, or bytes of no
    /// revision at all. Some programs pad a file before they sign it.
    package func endsRevision(_ index: Int, at offset: Int) -> Bool {
        let revision = revisions[index]
        guard revision.end < offset else { return revision.endOfMarker <= offset }
        guard index + 1 < revisions.count else { return offset == data.count || isBlank(revision.end..<offset) }
        return revisions[index + 1].begins(atOrAfter: offset)
    }

    private func isBlank(_ range: Range<Int>) -> Bool {
        data.piece(range).reduce(true) { $0 && ByteCursor.isSpace(Int($1)) }
    }

    /// Bytes after the last revision that are not white space.
    package var trailingByteCount: Int {
        guard let end = revisions.last?.end, end < data.count else { return 0 }
        return data.piece(end..<data.count).reduce(0) { $0 + (ByteCursor.isSpace(Int($1)) ? 0 : 1) }
    }
}
