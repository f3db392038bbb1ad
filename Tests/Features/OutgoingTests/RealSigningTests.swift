import Foundation
import OfficeTestKit
import Platform
import Records
import SignatureCore
import Testing

@testable import Outgoing
@testable import Signing

/// Văn bản điện tử có chữ ký số của người có thẩm quyền và của cơ quan (NĐ 30/2020/NĐ-CP, Điều 5, 17).
@Suite struct RealSigningTests {
    @Test(.enabled(if: Judge.isPresent, "needs Python with pyHanko (VASTOFFICE_PYTHON)"))
    func `a letter typed in an office program is converted, approved, numbered, sealed and trusted`() async throws {
        let office = try await TestOffice.make(schema: SigningDesk.schema + OutgoingFeature.schema)
        let signing = try await Self.signing(office)
        let feature = OutgoingFeature(ground: office.ground, signing: signing, shell: TestOffice.shell) { _, _, _ in
            false
        }
        let (desk, people) = (feature.desk, office.people)
        let docx = office.folder.appending(path: "draft.docx")
        try await Judge.python("docx_sample.py", [docx.path, "--kind", "decision", "--signer", people.chairman.name])
        let source = try office.ground.blobs.put(try Data(contentsOf: docx))
        let content = DraftContent(
            type: .decision, notation: "", subject: "Về việc thành lập Hội đồng khoa học",
            signer: people.chairman.person)
        let id = try await desk.create(
            Draft(
                content: content, recipients: [NewRecipient(.agency(AgencyCode("000.00.97.G31")), name: "")],
                mainFile: NewFile(name: "quyet-dinh.docx", blob: source)), by: people.specialist)
        try await Worker(database: office.database, clock: office.clock.value, handlers: feature.jobs).drain()
        let ready = try await desk.open(id, for: people.specialist)
        #expect(ready.document.preparation == .ready)
        #expect(DocumentPlaces(json: ready.document.places)?.problems == [])
        try await desk.submit(id, by: people.specialist)
        try await desk.initial(id, by: people.officeHead, with: .pin(Self.pin), seen: nil)
        try await desk.sign(id, by: people.chairman, with: .pin(Self.pin), seen: nil)
        try await desk.number(id, by: people.clerk)
        try await desk.seal(id, by: people.clerk, with: .pin(Self.pin))
        try await desk.issue(id, by: people.clerk)

        let main = try #require(try await desk.open(id, for: people.specialist).main)
        let verdict = try await signing.verification(of: main.blob)
        #expect(verdict.level == .trusted, "\(verdict)")
        #expect(verdict.signatures.map(\.signer) == [people.officeHead.name, people.chairman.name, "Viện Hàn lâm"])
        // Who operated each key; for the seal, the clerk (TT 15/2025).
        let signers: [String] = try await office.database.read { tx in
            try tx.rows("SELECT person_name FROM signature_evidence ORDER BY id").map { try $0.get("person_name") }
        }
        #expect(signers == [people.officeHead.name, people.chairman.name, people.clerk.name])
        let text = try await Judge.run("pdftotext", ["-layout", office.ground.blobs.path(main.blob).path, "-"])
        #expect(text.contains("01"))
        #expect(text.contains("24"))
    }

    static let pin = "123456"

    /// The chairman, the office head and the seal hold practice keys.
    static func signing(_ office: TestOffice) async throws -> SigningDesk {
        let now = office.now
        let validity = ValidityPeriod(from: now.addingTimeInterval(-86_400), days: 365)
        let pki = try PracticePKI.create(
            owner: "Thử nghiệm", keys: .p256,
            validity: ValidityPeriod(from: now.addingTimeInterval(-86_400 * 800), days: 2000),
            rounds: 1000)
        let desk = SigningDesk(ground: office.ground, timestamps: nil)
        try await desk.trust(pki.root, isAnchor: true)
        for actor in [office.people.chairman, office.people.officeHead] {
            let archive = try pki.issue(
                to: .person(name: actor.name, agency: "Viện Hàn lâm"), keys: .p256, validity: validity, passphrase: pin)
            try await desk.enrol(.person(actor.person), archive: archive, pin: pin, image: nil)
        }
        let seal = try pki.issue(to: .seal(agency: "Viện Hàn lâm"), keys: .p256, validity: validity, passphrase: pin)
        try await desk.enrol(.seal, archive: seal, pin: pin, image: nil)
        return desk
    }
}
