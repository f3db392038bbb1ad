import Foundation
import Testing

@testable import Digests

/// Đọc tệp lớn theo từng phần: tính băm, sao chép mà không giữ cả tệp trong bộ nhớ.
@Suite struct ByteSourceTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "bytes-\(UUID().uuidString)")
    private let content = Data((0..<1_000_003).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 9) })

    private func withFile<Value>(_ body: (URL) throws -> Value) throws -> Value {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "tệp.pdf")
        try content.write(to: file)
        return try body(file)
    }

    @Test func `a file gives the same bytes and digests as its content in memory`() throws {
        try withFile { file in
            let source = try ByteSource(contentsOf: file)
            #expect(source.data == content)
            source.releasePages()
            #expect(source.bytes(in: 700_000..<700_010) == content[700_000..<700_010])
            #expect(try source.digest(.sha256) == DigestAlgorithm.sha256.digest(content))
            #expect(try ByteSource(content).digest(.sha512) == DigestAlgorithm.sha512.digest(content))
        }
    }

    @Test func `digests of nested ranges are taken in one pass and each is right`() throws {
        let source = ByteSource(content)
        let wanted = [
            RangeDigest(.sha256, before: 500_000, without: 400_000..<450_000),
            RangeDigest(.sha256, before: 1_000_003, without: 900_000..<950_001),
            RangeDigest(.sha384, before: 700_000, without: 650_000..<650_001),
            RangeDigest(.sha256, before: 1_000_003, without: 900_000..<950_001),
            RangeDigest(.sha256, [3..<9, 20..<300_000]),
            RangeDigest(.sha1, []),
        ]
        let expected = wanted.map { want in
            want.algorithm.digest(want.ranges.reduce(into: Data()) { $0 += content[$1] })
        }
        #expect(try source.digests(wanted) == expected)
        #expect(try withFile { try ByteSource(contentsOf: $0).digests(wanted) } == expected)
    }

    @Test(arguments: [1000, 1_000_003]) func `digests begun ahead are those taken when asked`(count: Int) throws {
        let source = ByteSource(content.prefix(count))
        let wanted = Set([RangeDigest(.sha256, [0..<count]), RangeDigest(.sha512, before: count, without: 10..<20)])
        for digests in (0..<20).map({ _ in DigestsAhead(wanted, of: source) }) {
            for digest in wanted { #expect(try [digests.value(of: digest)] == source.digests([digest])) }
            #expect(digests.value(of: RangeDigest(.sha256, [0..<1])) == nil)
        }
    }

    @Test(arguments: [1000, 1_000_003])
    func `a guess serves where it is what is asked for, and nothing else is given for it`(count: Int) throws {
        let source = ByteSource(content.prefix(count))
        let (likely, other) = (RangeDigest(.sha256, [0..<count]), RangeDigest(.sha384, [0..<count]))
        for asked in [[likely], [likely, other], [other], []] as [Set<RangeDigest>] {
            let digests = DigestsAhead(of: source) { _ in [likely] }.covering(asked)
            for digest in asked { #expect(try [digests.value(of: digest)] == source.digests([digest])) }
        }
    }

    @Test func `digests begun with serve others that are among them`() {
        let source = ByteSource(content)
        let (one, other) = (RangeDigest(.sha256, [0..<1000]), RangeDigest(.sha384, [0..<1000]))
        let begun = DigestsAhead([one, other], of: source)
        #expect(begun.covering([one]) === begun && begun.covering([]) === begun)
        #expect(begun.covering([RangeDigest(.sha1, [0..<1000])]) !== begun)
    }

    @Test func `a running digest goes on with the bytes of a source`() throws {
        var hasher = Hasher(.sha256)
        hasher.update(content[..<10])
        try ByteSource(content).feed(10..<content.count, to: &hasher)
        #expect(hasher.value() == DigestAlgorithm.sha256.digest(content))
    }

    @Test func `a draft takes its place whole, and its digest is that of the copy`() throws {
        try withFile { file in
            let copy = folder.appending(path: "bản sao.pdf")
            try Data("old".utf8).write(to: copy)
            var draft = try FileDraft(for: copy)
            var hasher = Hasher(.sha256)
            try draft.append(try ByteSource(contentsOf: file), feeding: &hasher)
            try draft.append(Data("tail".utf8))
            try draft.overwrite(Data("T".utf8), at: content.count)
            #expect(try Data(contentsOf: copy) == Data("old".utf8))
            try draft.commit(isDurable: true)
            #expect(try Data(contentsOf: copy) == content + Data("Tail".utf8))
            #expect(hasher.value() == DigestAlgorithm.sha256.digest(content))
        }
    }

    @Test func `a draft that is given up leaves nothing behind`() throws {
        try withFile { file in
            var draft = try FileDraft(for: folder.appending(path: "out.pdf"))
            try draft.append(Data("x".utf8))
            #expect(throws: FileFault.self) { try draft.overwrite(Data("yy".utf8), at: 0) }
            _ = consume draft
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [file.lastPathComponent])
        }
    }

    @Test func `a file beyond the limit, a folder and a missing file are refused`() throws {
        try withFile { file in
            #expect(throws: FileFault("open", EFBIG)) { try ByteSource(contentsOf: file, limit: 1_000_002) }
            #expect(throws: FileFault.self) { try ByteSource(contentsOf: folder) }
            #expect(throws: FileFault("open", ENOENT)) { try ByteSource(contentsOf: folder.appending(path: "-")) }
        }
    }

    @Test func `an empty file has no bytes and the digest of nothing`() throws {
        try withFile { _ in
            let empty = folder.appending(path: "empty")
            try Data().write(to: empty)
            #expect(try ByteSource(contentsOf: empty).digest(.sha256) == DigestAlgorithm.sha256.digest(Data()))
        }
    }
}
