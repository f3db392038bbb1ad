/// What a later revision wrote, looked at as exactly as the standard wants it: readers that repair a file find what no
/// cross reference lists.
extension PDFDocument {
    /// Readers look for `startxref` and `%%EOF` in the last kilobyte (ISO 32000-2 Annex I).
    package static let endingBytes = 1024

    /// So much stands after the last revision that readers do not find its end.
    package var isEndBuried: Bool {
        guard let last = revisions.last, data.count > last.end else { return false }
        return data.count - last.endingOffset > Self.endingBytes
    }

    /// Whether the object stands where an older revision has it.
    package func isUntouched(_ number: Int, since older: PDFDocument) -> Bool {
        guard let entry = entry(number), entry == older.entry(number) else { return false }
        guard case .compressed(let stream, _) = entry else { return true }
        return self.entry(Int(stream)) == older.entry(Int(stream))
    }

    /// Whether the object departs from the standard's form, or cannot be read at all.
    package func isRepaired(_ number: Int) -> Bool {
        do throws(PDFError) {
            switch entry(number) {
            case nil, .free: return false
            case .offset: return try found(number)?.object.isRepaired ?? true
            case .compressed(let stream, let index):
                return try packed(number, in: stream, at: index).isRepaired
            }
        } catch {
            return true
        }
    }

    /// Numbers of objects that stand in the bytes this revision appended after `older`, or in the object streams among
    /// `touched`, and are not listed there; of very many the first.
    package func unlistedNumbers(after older: PDFDocument, touched: Set<Int>) -> Set<Int> {
        var unlisted = unlistedHeaders(after: older)
        for number in touched where !isUntouched(number, since: older) {
            guard isObjectStream(number), let stream = try? container(number) else { continue }
            for (index, packed) in stream.numbers.enumerated() where unlisted.count < Self.maximumUnlisted {
                let listed = CrossReferenceEntry.compressed(
                    stream: UInt32(clamping: number), index: UInt32(clamping: index))
                if entry(packed) != listed { unlisted.insert(packed) }
            }
        }
        return unlisted
    }

    private static let maximumUnlisted = 100

    private func isObjectStream(_ number: Int) -> Bool {
        (try? found(number)?.object.object.stream?.dictionary["Type"]?.name) == "ObjStm"
    }

    /// Cross reference streams stand where `startxref` and /XRefStm say, and need not be listed where their number is
    /// no other object's.
    private func unlistedHeaders(after older: PDFDocument) -> Set<Int> {
        let sections = [revision.crossReferenceOffset, trailer["XRefStm"]?.integer]
        let start = older.revision.end
        var unlisted: Set<Int> = []
        HeaderScan(source).forEach(in: start..<max(start, end(ofRevision: revisionIndex))) { number, offset in
            if case .offset(offset, _)? = entry(number) { return true }
            if sections.contains(offset), !contains(number), !older.contains(number) { return true }
            unlisted.insert(number)
            return unlisted.count < Self.maximumUnlisted
        }
        return unlisted
    }
}
