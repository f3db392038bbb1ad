import Foundation
import OfficeTestKit
import Platform
import Records
import SignatureCore
import Testing
import WebUI

@testable import Signing

/// Gốc tin cậy là dữ liệu của cơ quan: nhập từ tệp, xác nhận dấu vân tay, có mục đích và thời hạn, tắt được, có lịch sử.
@Suite struct TrustTests {
    /// An empty list and an authority to be imported.
    struct Stage {
        let office: TestOffice
        let desk: TrustDesk
        let pki: PracticePKI
        let file: URL

        init(_ engine: Engine = .sqlite) async throws {
            let folder = try TestOffice.temporaryFolder()
            file = folder.appending(path: "trust.json")
            office = try await TestOffice.make(
                engine, schema: SigningDesk.schema, settings: ["trust.file": file.path])
            desk = TrustDesk(ground: office.ground)
            pki = try PracticePKI.create(
                owner: "Thử nghiệm", keys: .p256,
                validity: ValidityPeriod(from: office.now.addingTimeInterval(-86_400 * 800), days: 2000), rounds: 1000)
        }

        func decision(
            _ certificate: Certificate, isAnchor: Bool = true, limit: AnchorLimit = AnchorLimit(),
            confirmation: String? = nil
        ) -> TrustDecision {
            TrustDecision(
                certificate: certificate, isAnchor: isAnchor, limit: limit,
                confirmation: confirmation ?? String(certificate.fingerprint.suffix(8)))
        }

        func browser(_ actor: Actor) async throws -> Browser {
            try await office.browser(TrustPages(desk: desk, shell: TestOffice.shell).routes, as: actor)
        }
    }

    @Test(arguments: Engine.testable)
    func `an anchor is imported, dated, switched off and on, and every step is in the history`(
        engine: Engine
    )
        async throws
    {
        let stage = try await Stage(engine)
        let (desk, admin, root) = (stage.desk, stage.office.people.administrator, stage.pki.root)
        try await desk.add([stage.decision(root)], by: admin)
        #expect(try await desk.current().list.store.anchors == [root])
        let limit = AnchorLimit(usages: [.signing], until: stage.office.now.addingTimeInterval(86_400))
        try await desk.setLimit(limit, of: root.fingerprint, by: admin)
        #expect(try await desk.current().list.store.limits[root.fingerprint] == limit)
        try await desk.setEnabled(false, of: root.fingerprint, reason: "Khóa gốc bị lộ", by: admin)
        #expect(try await desk.current().list.entries.isEmpty)
        try await desk.setEnabled(true, of: root.fingerprint, reason: "", by: admin)
        #expect(try await desk.current().list.entries.count == 1)
        let told = try await desk.history()
        #expect(told.map(\.kind) == ["trusted", "limited", "disabled", "enabled"])
        #expect(told.allSatisfy { $0.personName == admin.name && $0.at == stage.office.now })
        #expect(told[2].detail.contains("Khóa gốc bị lộ"))
    }

    @Test func `what is trusted changes its name with purpose, dates and switching off`() async throws {
        let stage = try await Stage()
        let (desk, admin, root) = (stage.desk, stage.office.people.administrator, stage.pki.root)
        var names = [try await desk.current().version]
        try await desk.add([stage.decision(root)], by: admin)
        names.append(try await desk.current().version)
        try await desk.setLimit(AnchorLimit(usages: [.timestamping]), of: root.fingerprint, by: admin)
        names.append(try await desk.current().version)
        try await desk.setLimit(
            AnchorLimit(usages: [.timestamping], from: stage.office.now), of: root.fingerprint, by: admin)
        names.append(try await desk.current().version)
        #expect(Set(names).count == 4)
        try await desk.setEnabled(false, of: root.fingerprint, reason: "thử", by: admin)
        #expect(try await desk.current().version == names[0])
    }

    @Test(arguments: ["", "12345678", "0000"])
    func `an anchor whose fingerprint is not confirmed is refused and nothing is kept`(typed: String) async throws {
        let stage = try await Stage()
        await #expect(throws: TrustRefusal.notConfirmed(stage.pki.root.commonName)) {
            try await stage.desk.add(
                [stage.decision(stage.pki.root, confirmation: typed)], by: stage.office.people.administrator)
        }
        #expect(try await stage.desk.all().isEmpty)
        #expect(try await stage.desk.history().isEmpty)
    }

    @Test func `an intermediate needs no confirmation and ends no path`() async throws {
        let stage = try await Stage()
        try await stage.desk.add(
            [stage.decision(stage.pki.issuingCertificate, isAnchor: false, confirmation: "")],
            by: stage.office.people.administrator)
        let store = try await stage.desk.current().list.store
        #expect(store.anchors.isEmpty && store.intermediates == [stage.pki.issuingCertificate])
    }

    @Test func `a period that ends before it begins, or an anchor for nothing, is refused`() async throws {
        let stage = try await Stage()
        let (root, now) = (stage.pki.root, stage.office.now)
        let backwards = AnchorLimit(from: now, until: now.addingTimeInterval(-1))
        await #expect(throws: TrustRefusal.badPeriod(root.commonName)) {
            try await stage.desk.add([stage.decision(root, limit: backwards)], by: stage.office.people.administrator)
        }
        await #expect(throws: TrustRefusal.noUsage(root.commonName)) {
            try await stage.desk.add(
                [stage.decision(root, limit: AnchorLimit(usages: []))], by: stage.office.people.administrator)
        }
    }

    @Test func `the list is written for the command line after every change`() async throws {
        let stage = try await Stage()
        try await stage.desk.add([stage.decision(stage.pki.root)], by: nil, operator: "dòng lệnh")
        #expect(try TrustList(file: stage.file).store.anchors == [stage.pki.root])
        try await stage.desk.setEnabled(false, of: stage.pki.root.fingerprint, reason: "thử", by: nil)
        #expect(try TrustList(file: stage.file).entries.isEmpty)
    }

    @Test func `what an administrator switched off stays off when set-up runs again`() async throws {
        let stage = try await Stage()
        try await stage.desk.trust(stage.pki.root, isAnchor: true)
        try await stage.desk.setEnabled(
            false, of: stage.pki.root.fingerprint, reason: "thử", by: stage.office.people.administrator)
        try await stage.desk.trust(stage.pki.root, isAnchor: true)
        #expect(try await stage.desk.current().list.entries.isEmpty)
    }

    @Test func `on the page a file is previewed, its fingerprint typed, and the anchor then listed`() async throws {
        let stage = try await Stage()
        let browser = try await stage.browser(stage.office.people.administrator)
        #expect(try await browser.get(TrustPages.base).text.contains("Chưa có gốc tin cậy nào"))
        let pem = Data((stage.pki.root.pem + stage.pki.issuingCertificate.pem).utf8)
        let preview = try await browser.post(
            "\(TrustPages.base)/xem-truoc", [:], files: [FormFile("file", name: "ca.pem", bytes: pem)])
        #expect(preview.status == 200)
        #expect(preview.text.contains("Chưa có gì được ghi"))
        #expect(try await stage.desk.all().isEmpty)
        let (root, issuing) = (stage.pki.root, stage.pki.issuingCertificate)
        let wrong = try await browser.post(
            "\(TrustPages.base)/nhap",
            [
                "chon-0": "1", "chung-thu-0": root.der.base64EncodedString(), "loai-0": "goc", "ky-0": "1",
                "van-tay-0": "0000 0000",
            ])
        #expect(wrong.status == 422 && wrong.text.contains("chưa được xác nhận đúng"))
        let done = try await browser.post(
            "\(TrustPages.base)/nhap",
            [
                "chon-0": "1", "chung-thu-0": root.der.base64EncodedString(), "loai-0": "goc", "ky-0": "1",
                "van-tay-0": String(root.fingerprint.suffix(8)).uppercased(), "tu-0": "2026-01-01",
                "den-0": "2030-12-31", "chon-1": "1", "chung-thu-1": issuing.der.base64EncodedString(),
                "loai-1": "trung-gian",
            ])
        #expect(done.status == 302 || done.status == 303, "\(done.text)")
        let page = try await browser.get(TrustPages.base).text
        #expect(page.contains("để ký văn bản, từ 01/01/2026, đến trước 01/01/2031"))
        #expect(page.contains("Chứng thư trung gian"))
        #expect(page.contains(stage.office.people.administrator.name))
    }

    @Test func `a file without certificates is refused in words`() async throws {
        let stage = try await Stage()
        let browser = try await stage.browser(stage.office.people.administrator)
        _ = try await browser.get(TrustPages.base)
        let answer = try await browser.post(
            "\(TrustPages.base)/xem-truoc", [:],
            files: [FormFile("file", name: "a.pem", bytes: Data("không phải chứng thư".utf8))])
        #expect(answer.status == 422 && answer.text.contains("PKCS#7"))
    }

    @Test func `the subject of a certificate cannot put markup on the page`() async throws {
        let stage = try await Stage()
        let evil = try PracticePKI.create(
            owner: "<script>alert(1)</script>", keys: .p256,
            validity: ValidityPeriod(from: stage.office.now, days: 10), rounds: 1000)
        try await stage.desk.add([stage.decision(evil.root)], by: stage.office.people.administrator)
        let page = try await stage.browser(stage.office.people.administrator).get(TrustPages.base).text
        #expect(!page.contains("<script>alert") && page.contains("&lt;script&gt;"))
    }
}
