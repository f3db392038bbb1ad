import Foundation
import OfficeTestKit
import Platform
import Records
import Testing

@testable import OfficeApp

/// Sổ, lịch sử và tệp phải nguyên vẹn; sửa một chỗ là biết ngay chỗ nào.
@Suite struct AuditTests {
    static let subject = RecordRef(kind: "incoming", id: 1)

    /// An office with three numbers taken, a history of two events and one file.
    static func office(_ engine: Engine) async throws -> (test: TestOffice, file: BlobRef) {
        let test = try await TestOffice.make(engine, schema: Office.featureSchema)
        let (clerk, now) = (test.people.clerk, test.now)
        let file = try test.ground.blobs.put(Data("%PDF-1.4".utf8))
        try await test.database.write { tx in
            for id in 1...3 {
                let subject = RecordRef(kind: "incoming", id: Int64(id))
                _ = try Register(tx).take(book: "incoming", for: subject, by: clerk.person, at: now)
            }
            try EventHistory(tx).append("entered", on: Self.subject, by: clerk, at: now, "Nhập văn bản")
            try EventHistory(tx).append("registered", on: Self.subject, by: clerk, at: now, "Vào sổ")
            try RecordFileStore(tx).add(
                .main, to: Self.subject, name: "a.pdf", mediaType: "application/pdf", blob: file, at: now)
        }
        return (test, file)
    }

    @Test(arguments: Engine.testable) func `an untouched office is whole`(engine: Engine) async throws {
        let (test, _) = try await Self.office(engine)
        let findings = try await OfficeAudit.findings(on: test.ground)
        #expect(findings.isClean)
        #expect(findings.lines == ["1 registers, 1 histories, 1 files: all whole"])
    }

    @Test(arguments: Engine.testable)
    func `a changed number, a changed event and a changed file are each named`(engine: Engine) async throws {
        let (test, file) = try await Self.office(engine)
        try await test.database.write { tx in
            try tx.execute("UPDATE register_entry SET subject_id = 9 WHERE number = 2")
            try tx.execute("UPDATE event SET detail = 'Khác' WHERE kind = 'entered'")
        }
        try Data("khác".utf8).write(to: test.ground.blobs.path(file))
        let findings = try await OfficeAudit.findings(on: test.ground)
        #expect(!findings.isClean)
        #expect(findings.lines.contains { $0.hasPrefix("BROKEN register incoming") && $0.hasSuffix("number 2") })
        #expect(findings.lines.contains("BROKEN history incoming 1"))
        #expect(findings.lines.contains("DAMAGED file \(file.sha256)"))
    }
}
