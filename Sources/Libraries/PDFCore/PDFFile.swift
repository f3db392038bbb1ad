import Digests
import Foundation
import Synchronization

/// The bytes of a file with its revisions, and what was read of it so far. A class because objects are read lazily
/// and shared by all views of the file.
final class PDFFile: Sendable {
    let source: ByteSource
    var data: Data { source.data }
    let revisions: [PDFRevision]
    private let cache = Mutex(Cache())

    private struct Cache {
        var objects: [Int: ObjectParser.Indirect] = [:]
        var containers: [Int: ObjectStream] = [:]
        var repairs = 0
    }

    /// Streams whose end had to be searched for; each search may run through the whole file.
    private static let maximumRepairs = 500

    init(_ source: ByteSource) throws(PDFError) {
        self.source = source
        let data = source.data
        revisions = try data.scanning { bytes throws(PDFError) in
            let cursor = ByteCursor(bytes)
            guard cursor.find("%PDF-", from: 0, before: 1024) != nil else { throw PDFError(.notAPDF) }
            var reader = CrossReferenceReader(data, bytes)
            return try reader.revisions()
        }
        guard let last = revisions.last else { throw PDFError(.badCrossReference) }
        if let encryption = last.trailer["Encrypt"], !encryption.isNull { throw PDFError(.encrypted) }
    }

    /// The object at `offset`, whatever its number.
    func indirect(
        at offset: Int, length: (PDFReference) throws(PDFError) -> Int?
    ) throws(PDFError) -> ObjectParser.Indirect {
        if let known = cache.withLock({ $0.objects[offset] }) { return known }
        guard offset >= 0, offset < data.count else { throw PDFError(.badCrossReference, at: offset) }
        guard cache.withLock({ $0.repairs }) <= Self.maximumRepairs else {
            throw PDFError(.limit(.decodedBytes), at: offset)
        }
        let (result, isRepaired) = try data.scanning { bytes throws(PDFError) in
            var parser = ObjectParser(data, bytes, at: offset)
            var result: Result<ObjectParser.Indirect, PDFError>
            do throws(PDFError) {
                result = .success(try parser.indirect(length: length))
            } catch {
                result = .failure(error)
            }
            return (result, parser.isRepaired)
        }
        cache.withLock { cache in
            cache.repairs += isRepaired ? 1 : 0
            if case .success(let found) = result { cache.objects[offset] = found }
        }
        return try result.get()
    }

    /// The object stream whose own object stands at `offset`.
    func container(at offset: Int, make: () throws(PDFError) -> ObjectStream) throws(PDFError) -> ObjectStream {
        if let known = cache.withLock({ $0.containers[offset] }) { return known }
        let made = try make()
        cache.withLock { $0.containers[offset] = made }
        return made
    }
}

/// Objects packed in a stream (ISO 32000-2 §7.5.7), all read at once.
struct ObjectStream: Sendable {
    private var objects: [Int: PDFObject] = [:]

    init(_ stream: PDFStream) throws(PDFError) {
        guard stream.dictionary["Type"]?.name == "ObjStm", let count = stream.dictionary["N"]?.integer,
            let first = stream.dictionary["First"]?.integer, count >= 0, count <= PDFLimits.objects, first >= 0
        else { throw PDFError(.expected("object stream")) }
        let content = try stream.decoded()
        objects = try content.scanning { bytes throws(PDFError) in
            var cursor = ByteCursor(bytes)
            var objects: [Int: PDFObject] = [:]
            // Entries that overlap may make a small stream cost a great deal of reading.
            var budget = 65_536 + 2 * content.count
            for _ in 0..<count {
                cursor.skipSpace()
                guard let number = cursor.natural() else { throw PDFError(.corruptStream) }
                cursor.skipSpace()
                guard let offset = cursor.natural() else { throw PDFError(.corruptStream) }
                var parser = ObjectParser(content, bytes, at: first.addingReportingOverflow(offset).partialValue)
                // The first of two with one number counts.
                guard objects[number] == nil else { continue }
                let start = parser.offset
                objects[number] = try parser.object()
                budget -= parser.offset - start
                guard budget > 0 else { throw PDFError(.limit(.decodedBytes)) }
            }
            return objects
        }
    }

    subscript(number: Int) -> PDFObject? { objects[number] }
}
