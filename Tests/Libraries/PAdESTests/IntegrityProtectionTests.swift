import Digests
import Foundation
import PDFCore
import SamplePDFs
import SignatureCore
import Testing

@testable import PAdES

/// Tệp mã hóa có mã bảo vệ toàn vẹn (ISO/TS 32004): mỗi phần ghi thêm mang mã của chính nó, chữ ký trước vẫn còn nguyên vẹn.
@Suite(.enabled(if: Tool.hasPython, "needs the Python tools"))
struct IntegrityProtectionTests {
    private static func intent(_ name: String) -> SignatureIntent {
        var intent = SignatureIntent(target: .newField(name: name, rect: nil), reason: "Duyệt", signedAt: now)
        intent.password = ProtectedFile.password
        return intent
    }

    private static func report(on file: Data) throws -> VerificationReport {
        let trust = try Practice.shared.get().trust
        return SignatureVerifier.report(
            on: ByteSource(file), VerificationRequest(trust: trust, date: now, password: ProtectedFile.password))
    }

    /// pyHanko's line for each revision after the file as it was made.
    private static let expected: [SignatureLevel: [String]] = [
        .bB: ["SUCCESSFUL; A OK ENTIRE_FILE NONE"],
        .bT: ["SUCCESSFUL; A OK ENTIRE_FILE NONE"],
        .bLT: ["SUCCESSFUL; A OK ENTIRE_FILE NONE", "SUCCESSFUL; A OK ENTIRE_REVISION LTA_UPDATES"],
        .bLTA: [
            "SUCCESSFUL; A OK ENTIRE_FILE NONE",
            "SUCCESSFUL; A OK ENTIRE_REVISION LTA_UPDATES; Timestamp1 OK ENTIRE_FILE NONE",
        ],
    ]

    @Test(arguments: SignatureLevel.allCases, ProtectedFile.Shape.allCases)
    func `a signature of every level carries codes that pyHanko and we accept`(
        level: SignatureLevel, shape: ProtectedFile.Shape
    ) async throws {
        let file = try await ProtectedFile.made(SamplePDF().data, shape)
        let signed = try await PDFSigner.sign(
            file, Self.intent("A"), with: try Practice.shared.get().leader, level: level,
            proofs: try LevelTests.proofs())
        #expect(signed.prefix(file.count) == file)
        #expect(try await ProtectedFile.judged(signed).dropFirst() == Self.expected[level, default: []][...])
        let report = try Self.report(on: signed)
        #expect(report.verdict == .valid, "\(report.sentence) \(report.signatures.map(\.sentence))")
    }

    @Test(arguments: ProtectedFile.Shape.allCases)
    func `five signatures in sequence and an archive timestamp over them all hold`(
        shape: ProtectedFile.Shape
    ) async throws {
        let practice = try Practice.shared.get()
        var file = try await ProtectedFile.made(SamplePDF().data, shape)
        for (number, level) in [SignatureLevel.bB, .bT, .bLTA, .bLT, .bB].enumerated() {
            var intent = Self.intent("Sig\(number)")
            intent.format = number == 1 ? .adbe : .cades
            intent.digestAlgorithm = number == 2 ? .sha512 : .sha256
            file = try await PDFSigner.sign(
                file, intent, with: number == 4 ? practice.seal : practice.leader, level: level,
                proofs: try LevelTests.proofs())
        }
        file = try await PDFExtender.extend(
            file, to: .bLTA, proofs: try LevelTests.proofs(), password: ProtectedFile.password)
        let judged = try await ProtectedFile.judged(file)
        #expect(judged.allSatisfy { $0.hasPrefix("SUCCESSFUL") && !$0.contains("NOT-OK") }, "\(judged)")
        #expect(judged.last?.split(separator: ";").count == 10, "\(judged.last ?? "")")
        let report = try Self.report(on: file)
        #expect(report.signatures.count == 9)
        #expect(report.verdict == .valid, "\(report.sentence) \(report.signatures.map(\.sentence))")
    }

    @Test(arguments: ["B-T", "B-LT", "B-LTA"].compactMap(SignatureLevel.init))
    func `a signature another program made in such a file is lifted`(level: SignatureLevel) async throws {
        let file = try await withFolder { folder in
            try Tool.pyHankoSigned(
                try await ProtectedFile.made(SamplePDF().data, .table), field: "Theirs", subfilter: "PADES",
                permission: "", key: try Practice.shared.get().leaderFile, password: ProtectedFile.password, in: folder)
        }
        #expect(try Self.report(on: file).verdict == .valid)
        let lifted = try await PDFExtender.extend(
            file, to: level, proofs: try LevelTests.proofs(), password: ProtectedFile.password)
        let judged = try await ProtectedFile.judged(lifted)
        #expect(judged.allSatisfy { $0.hasPrefix("SUCCESSFUL") && !$0.contains("NOT-OK") }, "\(judged)")
        #expect(try Self.report(on: lifted).verdict == .valid)
    }

    @Test(.enabled(if: Sample.fontPath != nil, "needs Tinos"), arguments: ProtectedFile.Shape.allCases)
    func `fields laid out and filled by the office carry codes that stand by themselves`(
        shape: ProtectedFile.Shape
    ) async throws {
        let file = try await Sample.issued(try await ProtectedFile.made(SamplePDF().data, shape, password: ""))
        #expect(
            try await ProtectedFile.judged(file, password: "") == [
                "SUCCESSFUL", "SUCCESSFUL", "SUCCESSFUL; ChuKy OK ENTIRE_FILE NONE",
                "SUCCESSFUL; ChuKy OK ENTIRE_REVISION FORM_FILLING",
                "SUCCESSFUL; ChuKy OK ENTIRE_REVISION FORM_FILLING; ConDau OK ENTIRE_FILE NONE",
            ])
    }

    /// The file's key is kept nowhere: it comes again from the password, which may be the empty one.
    @Test(arguments: [ProtectedFile.password, ""], ProtectedFile.Shape.allCases)
    func `a signature prepared here is finished elsewhere by who can open the file`(
        password: String, shape: ProtectedFile.Shape
    ) async throws {
        let practice = try Practice.shared.get()
        var intent = Self.intent("A")
        intent.password = password
        let original = try await ProtectedFile.made(SamplePDF().data, shape, password: password)
        let (prepared, file) = try PDFSigner.prepare(original, intent)
        let restored = try JSONDecoder().decode(PreparedSignature.self, from: JSONEncoder().encode(prepared))
        let cms = try await restored.request(
            certificate: practice.leader.certificate, chain: practice.leader.chain
        ).signed(by: practice.leader)
        if password.isEmpty {
            #expect(try restored.finish(file, cms: cms).count == file.count)
        } else {
            #expect(throws: PAdESError.document(PDFError(.encrypted))) { try restored.finish(file, cms: cms) }
        }
        let signed = try restored.finish(file, cms: cms, password: password)
        #expect(
            try await ProtectedFile.judged(signed, password: password).last == "SUCCESSFUL; A OK ENTIRE_FILE NONE")
    }

    @Test func `user and owner make codes under the same key`() async throws {
        let file = try await ProtectedFile.made(SamplePDF().data, .table)
        let keys = try [ProtectedFile.password, "chủ"].map { try PDFDocument(data: file, password: $0).codeWrappingKey }
        #expect(keys[0]?.count == 32 && keys[0] == keys[1])
    }
}
