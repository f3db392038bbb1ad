import Directory
import Foundation
import OfficeTestKit
import Platform
import Records
import Testing

@testable import Outgoing

/// Sổ đăng ký văn bản đi, mẫu tại Phụ lục IV NĐ 30/2020/NĐ-CP.
@Suite struct RegisterPrintTests {
    @Test func `the printed register has the ten columns and every line, and its text can be read back`() async throws {
        let stage = try await OutgoingStage()
        _ = try await stage.document(.issued)
        let voided = try await stage.document(
            .numbered, stage.draft(stage.content("Về việc nghỉ Tết & trực <cơ quan>", type: .notice)))
        try await stage.desk.voidNumber(voided, by: stage.people.clerk, reason: "Ban hành nhầm thẩm quyền.")
        let pdf = try await RegisterPrint(ground: stage.office.ground).pdf(of: RegisterPeriod(year: 2026))
        let text = try await Self.text(pdf, stage)
        for (index, heading) in RegisterColumns.headings.enumerated() {
            for word in heading.split(separator: " ") { #expect(text.contains(word), "\(heading)") }
            #expect(text.contains("(\(index + 1))"))
        }
        for words in [
            "SỔ ĐĂNG KÝ VĂN BẢN ĐI", "VIỆN HÀN LÂM KHOA HỌC VÀ CÔNG NGHỆ VIỆT NAM", "Năm: 2026", "01/QĐ-VHL",
            "02/TB-VHL",
            "24/11/2026", "Từ số 01 đến số 02", "nhầm", "<cơ", "quan>", "Tổng số: 2 văn bản.",
        ] {
            #expect(text.contains(words), "\(words)")
        }
        let info = try await Self.info(pdf, stage)
        #expect(info.contains("841.9 x 595.3 pts") || info.contains("841.89 x 595.304"), "\(info)")
    }

    @Test func `an empty period prints an empty register`() async throws {
        let stage = try await OutgoingStage()
        let agency = try await stage.office.database.read { try DirectoryStore($0).ownAgency() }
        let sheet = RegisterPrint.sheet(agency, RegisterPeriod(year: 2026), [])
        #expect(sheet.flatODT.contains("Chưa có văn bản."))
    }

    private static func text(_ pdf: Data, _ stage: OutgoingStage) async throws -> String {
        String(
            decoding: try await stage.office.ground.sandbox.run("pdftotext", ["-layout", "-", "-"], input: pdf),
            as: UTF8.self)
    }

    private static func info(_ pdf: Data, _ stage: OutgoingStage) async throws -> String {
        String(decoding: try await stage.office.ground.sandbox.run("pdfinfo", ["-"], input: pdf), as: UTF8.self)
    }
}
