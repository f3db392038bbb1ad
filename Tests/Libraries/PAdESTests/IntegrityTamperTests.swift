import Digests
import Foundation
import PDFCore
import SamplePDFs
import Testing

@testable import PAdES
@testable import SignatureCore

/// Mã bảo vệ toàn vẹn bị sửa, bị bỏ hoặc do người không mở được tệp tính ra đều bị phát hiện (ISO/TS 32004).
@Suite(.enabled(if: Tool.hasPython, "needs the Python tools"))
struct IntegrityTamperTests {
    /// At B-B the code is in the signature, at B-LT in the trailer of what was appended to it.
    private static let signed = Task { () async throws -> [SignatureLevel: Data] in
        let file = try await ProtectedFile.made(SamplePDF().data, .table)
        var intent = SignatureIntent(target: .newField(name: "A", rect: nil), signedAt: now)
        intent.password = ProtectedFile.password
        var made: [SignatureLevel: Data] = [:]
        for level in [SignatureLevel.bB, .bLT] {
            made[level] = try await PDFSigner.sign(
                file, intent, with: try Practice.shared.get().leader, level: level, proofs: try LevelTests.proofs())
        }
        return made
    }

    struct Way: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// What was found, in the signature and in the trailer.
        var finding: SignatureFacts.CodeFinding
        /// The newest code in the file, `<` and `>` not included, may be changed.
        var change: @Sendable (_ file: inout Data, _ code: Range<Int>) throws -> Void
    }

    private static let hmac = "06082a864886f70d02"

    static let ways = [
        Way(testDescription: "nothing", finding: .right) { _, _ in },
        Way(testDescription: "the code itself", finding: .wrong) { file, code in
            file[code.upperBound - 2] = file[code.upperBound - 2] == 0x31 ? 0x32 : 0x31
        },
        Way(testDescription: "the wrapped key", finding: .wrong) { file, code in
            let wrap = try #require(file.range(of: Data("60864801650304012d0428".utf8), in: code))
            file[wrap.upperBound] = file[wrap.upperBound] == 0x31 ? 0x32 : 0x31
        },
        Way(testDescription: "made by somebody who cannot open the file", finding: .wrong) { file, code in
            try forge(&file, code)
        },
        Way(testDescription: "algorithms nobody knows", finding: .unsupported) { file, code in
            let algorithm = try #require(file.range(of: Data((hmac + "09").utf8), in: code))
            file[algorithm.upperBound - 1] = 0x38
        },
        Way(testDescription: "a line after the end", finding: .wrong) { file, _ in file.append(10) },
        Way(testDescription: "not a structure", finding: .wrong) { file, code in
            file.replaceSubrange(code, with: Data(repeating: 0x30, count: code.count))
        },
    ]

    /// As long as the right one, under a key that is not the file's.
    private static func forge(_ file: inout Data, _ code: Range<Int>) throws {
        let text = String(decoding: file[code], as: UTF8.self)
        let right = try #require(Data(hex: text))
        let isAttached = right.count > IntegrityCode.byteCount(.sha256)
        let digest = Data(repeating: 7, count: 32)
        let subject = IntegrityCode.Subject(
            .sha256, documentDigest: digest, signatureDigest: isAttached ? digest : nil)
        let forged = try IntegrityCode.made(over: subject, under: Data(repeating: 1, count: 32))
        #expect(forged.count == right.count)
        file.replaceSubrange(code, with: Data(forged.hex.utf8))
    }

    /// The last AuthenticatedData in the file: as long as one carried by a signature, or alone.
    private static func code(in file: Data, isAttached: Bool) throws -> Range<Int> {
        let identifier = Data("060b2a864886f70d0109100102".utf8)
        let found = try #require(file.range(of: identifier, options: .backwards))
        let start = found.lowerBound - 8
        #expect(file[start..<start + 4] == Data("3082".utf8))
        let length = try #require(Int(String(decoding: file[start + 4..<start + 8], as: UTF8.self), radix: 16))
        return start..<start + 2 * (length + 4)
    }

    private static func facts(_ file: Data) throws -> [SignatureFacts] {
        let document = try PDFDocument(data: file, password: ProtectedFile.password)
        let request = VerificationRequest(trust: try Practice.shared.get().trust, date: now)
        return try FactsCollector(document, request).facts()
    }

    @Test(arguments: [SignatureLevel.bB, .bLT], ways)
    func `a code that is not right is told, and pyHanko refuses it too`(level: SignatureLevel, way: Way) async throws {
        var file = try #require(try await Self.signed.value[level])
        let code = try Self.code(in: file, isAttached: level == .bB)
        try way.change(&file, code)
        let facts = try Self.facts(file)
        #expect(facts.map(\.code) == [way.finding])
        let verdict = SignaturePolicy(try #require(facts.first)).verdict
        let isRight = way.finding == .right
        #expect((verdict == .valid) == isRight, "\(verdict)")
        guard way.finding != .unsupported else { return }
        let judged = try await ProtectedFile.judged(file).last ?? ""
        #expect(judged.hasPrefix(isRight ? "SUCCESSFUL" : "FAILED"), "\(judged)")
    }

    @Test func `a code left out of the trailer is missed`() async throws {
        var file = try #require(try await Self.signed.value[.bLT])
        let start = try #require(file.range(of: Data("/AuthCode".utf8), options: .backwards)).lowerBound
        let end = try #require(file.range(of: Data(">>".utf8), in: start..<file.count)).upperBound
        file.replaceSubrange(start..<end, with: Data(repeating: 0x20, count: end - start))
        let facts = try Self.facts(file)
        #expect(facts.map(\.code) == [.absent])
        #expect(SignaturePolicy(try #require(facts.first)).verdict == .modifiedAfterSigning)
        #expect(try await ProtectedFile.judged(file).last?.hasPrefix("FAILED") == true)
    }

    @Test func `a file that asks for no codes is not checked for any`() async throws {
        #expect(try Self.facts(try await LevelTests.signed(.bLTA)).map(\.code) == [nil, nil])
    }
}
