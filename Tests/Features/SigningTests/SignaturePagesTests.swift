import Foundation
import Hummingbird
import OfficeTestKit
import PAdES
import Platform
import Records
import SignatureCore
import Testing
import WebUI

@testable import Signing

/// Kết quả kiểm tra chữ ký trên màn hình: một câu trước, chi tiết sau; xem được văn bản như lúc ký; báo cáo PDF và JSON.
@Suite struct SignaturePagesTests {
    /// A file with two signatures, the second laid over the first, and pages about it.
    struct Stage {
        let office: TestOffice
        let desk: SigningDesk
        let pki: PracticePKI
        let first: Data
        let both: BlobRef
        let browser: Browser
        let folder: URL

        init(_ engine: Engine = .sqlite) async throws {
            office = try await TestOffice.make(engine, schema: SigningDesk.schema)
            let now = office.now
            pki = try PracticePKI.create(
                owner: "Thử nghiệm", keys: .p256,
                validity: ValidityPeriod(from: now.addingTimeInterval(-86_400 * 30), days: 2000), rounds: 1000)
            desk = SigningDesk(ground: office.ground, timestamps: nil)
            try await desk.trust(pki.root, isAnchor: true)
            first = try await SampleFile.signed(by: pki, at: now)
            both = try office.ground.blobs.put(
                try await SampleFile.signed(by: pki, "Trần Thị Hạnh", on: first, field: "ConDau", at: now))
            folder = office.folder
            let blob = both
            let file = try await office.database.write { tx in
                try RecordFileStore(tx).add(
                    .main, to: RecordRef(kind: "outgoing", id: 1), name: "quyết định.pdf",
                    mediaType: "application/pdf", blob: blob, at: now)
            }
            let pages = SignaturePages(
                base: "/van-ban/{id}/tep/{file}", desk: desk.verification, ground: office.ground,
                shell: TestOffice.shell
            ) { context in
                guard try context.requireActor().has(.recordsClerk) else { throw CommonRefusal.notFound }
                return SignedFile(file: file, address: "/van-ban/1/tep/7", home: "/van-ban/1")
            }
            browser = try await office.browser(pages.routes, as: office.people.clerk)
        }

        func text(_ pdf: Data) async throws -> String {
            let file = folder.appending(path: "\(UUID().uuidString).pdf")
            try pdf.write(to: file)
            return try await Judge.run("pdftotext", ["-layout", file.path, "-"])
        }
    }

    static let base = "/van-ban/1/tep/7/chu-ky"

    @Test(arguments: Engine.testable)
    func `one sentence comes first, then each signature with what TT 15/2025 asks for`(engine: Engine) async throws {
        let stage = try await Stage(engine)
        let page = try await stage.browser.get(Self.base)
        #expect(page.status == 200)
        let sentence = try #require(page.text.range(of: "Còn nguyên vẹn, 2 chữ ký tin cậy."))
        let signer = try #require(page.text.range(of: "Nguyễn Văn Đức"))
        #expect(sentence.lowerBound < signer.lowerBound)
        for words in [
            "Tổ chức cấp (CA)", "Đơn vị quản lý", "Thời điểm ký", "Hiệu lực chứng thư", "Tình trạng thu hồi",
            "Mức chữ ký", "Các bước kiểm tra", "Xem văn bản như lúc ký", "Trần Thị Hạnh",
        ] {
            #expect(page.text.contains(words), "\(words)")
        }
    }

    @Test func `the document as it was signed is its first bytes, drawn and to be taken away`() async throws {
        let stage = try await Stage()
        let compare = try await stage.browser.get("\(Self.base)/1")
        #expect(compare.status == 200)
        #expect(compare.text.contains("Như lúc ký") && compare.text.contains("Bản hiện tại"))
        let taken = try await stage.browser.get("\(Self.base)/1/tep")
        #expect(taken.body == stage.first)
        #expect(try await stage.browser.get("\(Self.base)/1/trang/1").body.starts(with: [0x89, 0x50, 0x4E, 0x47]))
        let last = try await stage.browser.get("\(Self.base)/2")
        #expect(last.text.contains("hai bản là một"))
        #expect(
            try await stage.browser.get("\(Self.base)/2/tep").body == (try stage.office.ground.blobs.get(stage.both)))
    }

    @Test(arguments: ["0", "3", "-1", "x", "99999999999999999999"])
    func `a signature that is not there does not exist`(number: String) async throws {
        let stage = try await Stage()
        for path in ["", "/tep", "/trang/1"] {
            #expect(try await stage.browser.get("\(Self.base)/\(number)\(path)").status == 404)
        }
    }

    @Test func `who may not see the file sees nothing of its signatures`() async throws {
        let stage = try await Stage()
        try await stage.browser.become(stage.office.people.specialist, in: stage.office)
        for path in ["", "/bao-cao/pdf", "/bao-cao/json", "/1", "/1/tep", "/1/trang/1"] {
            let answer = try await stage.browser.get(Self.base + path)
            #expect(answer.status == 404 && !answer.text.contains("Nguyễn Văn Đức"), "\(path)")
        }
    }

    @Test func `the report in PDF says in Vietnamese what the screen says`() async throws {
        let stage = try await Stage()
        _ = try await stage.browser.get(Self.base)
        let answer = try await stage.browser.get("\(Self.base)/bao-cao/pdf")
        #expect(answer.status == 200 && answer.headers[.contentType] == "application/pdf")
        let text = try await stage.text(answer.body)
        for words in [
            "BÁO CÁO XÁC MINH CHỮ KÝ SỐ", "Còn nguyên vẹn, 2 chữ ký tin cậy.", "Chữ ký 1: Nguyễn Văn Đức",
            "Chữ ký 2: Trần Thị Hạnh", "quyết định.pdf", "Đạt",
        ] {
            #expect(text.contains(words), "\(words)")
        }
        #expect(text.replacing(/\s/, with: "").contains(stage.both.sha256))
    }

    @Test func `a report over many signatures runs over several pages and loses no line`() async throws {
        let stage = try await Stage()
        let record = try await stage.desk.verification.check(stage.both, name: "dài.pdf")
        var report = record.report
        report.signatures = (1...40).map { number in
            var signature = record.report.signatures[0]
            signature.reason = "Lần thứ \(number) " + String(repeating: "dài ", count: 60)
            return signature
        }
        let long = CheckRecord(
            fileName: String(repeating: "x", count: 200), byteCount: 1, sha256: record.sha256,
            checkedAt: record.checkedAt, trustVersion: "", report: report)
        let printer = ReportPrinter(sandbox: stage.office.ground.sandbox, agencyName: "Viện Hàn lâm")
        let text = try await stage.text(try await printer.pdf(long))
        for number in 1...40 { #expect(text.contains("Lần thứ \(number) ")) }
        #expect(text.matches(of: /\d+ \/ \d+/).count > 5)
    }

    @Test func `the report in JSON is the record of the check`() async throws {
        let stage = try await Stage()
        let answer = try await stage.browser.get("\(Self.base)/bao-cao/json")
        let record = try CheckRecord(json: answer.body)
        #expect(record.sha256 == stage.both.sha256 && record.report.signatures.count == 2)
        #expect(record.report.signatures.allSatisfy { $0.certificate != nil })
    }

    @Test func `a verdict is remembered until the next day or until trust changes`() async throws {
        let stage = try await Stage()
        let desk = stage.desk.verification
        #expect(try await desk.known(of: [stage.both]).isEmpty)
        let first = try await desk.check(stage.both, name: "a.pdf")
        stage.office.clock.advance(by: 3600)
        #expect(try await desk.known(of: [stage.both])[stage.both.sha256]?.checkedAt == first.checkedAt)
        #expect(try await stage.desk.verification.check(stage.both, name: "a.pdf").checkedAt == first.checkedAt)
        try await TrustDesk(ground: stage.office.ground).setEnabled(
            false, of: stage.pki.root.fingerprint, reason: "thử", by: stage.office.people.administrator)
        #expect(try await desk.known(of: [stage.both]).isEmpty)
        let later = try await stage.desk.verification.check(stage.both, name: "a.pdf")
        #expect(later.checkedAt > first.checkedAt && later.verdict.level == .caution)
        stage.office.clock.advance(by: 86_500)
        #expect(try await stage.desk.verification.check(stage.both, name: "a.pdf").checkedAt > later.checkedAt)
    }
}
