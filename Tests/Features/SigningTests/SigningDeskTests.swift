import Digests
import Foundation
import OfficeTestKit
import Platform
import Records
import SignatureCore
import Testing

@testable import Signing

/// Trình tự ký văn bản điện tử: người có thẩm quyền ký trước, văn thư cấp số và ký số của cơ quan sau
/// (NĐ 30/2020 Điều 14, 17); mọi chữ ký trên cùng một tệp đều phải còn nguyên vẹn.
@Suite struct SigningDeskTests {
    static let pin = "123456"
    let code = DocumentCode(number: 7, notation: "QĐ-VHL")

    /// An office whose chairman, office head and seal hold practice keys, with a local timestamp authority.
    struct Stage {
        let office: TestOffice
        let desk: SigningDesk
        let root: Certificate

        init() async throws {
            office = try await TestOffice.make(schema: SigningDesk.schema)
            let now = office.now
            let pki = try PracticePKI.create(
                owner: "Thử nghiệm", keys: .p256,
                validity: ValidityPeriod(from: now.addingTimeInterval(-86_400 * 800), days: 2000), rounds: 1000)
            root = pki.root
            let current = ValidityPeriod(from: now.addingTimeInterval(-86_400), days: 365)
            let tsa = try PKCS12Key(
                data: try pki.issue(to: .timestampAuthority(agency: "Thử nghiệm"), validity: current, passphrase: "t"),
                passphrase: "t")
            desk = SigningDesk(
                ground: office.ground, timestamps: .local(TimestampResponder(key: tsa), clock: { now }))
            try await desk.trust(pki.root, isAnchor: true)
            for actor in [office.people.chairman, office.people.officeHead] {
                let archive = try pki.issue(
                    to: .person(name: actor.name, agency: "Viện Hàn lâm"), keys: .p256, validity: current,
                    passphrase: SigningDeskTests.pin)
                try await desk.enrol(.person(actor.person), archive: archive, pin: SigningDeskTests.pin, image: nil)
            }
            let seal = try pki.issue(
                to: .seal(agency: "Viện Hàn lâm"), keys: .p256, validity: current, passphrase: SigningDeskTests.pin)
            try await desk.enrol(.seal, archive: seal, pin: SigningDeskTests.pin, image: nil)
        }

        /// Signs one file by the seam that everything goes through; the errand takes whatever was signed.
        func sign(
            _ file: BlobRef, _ place: SigningPart.Place, by actor: Actor,
            _ answer: KeyAnswer = .pin(SigningDeskTests.pin),
            reason: String = "", showsImage: Bool = false, isSeal: Bool = false, through desk: SigningDesk? = nil
        ) async throws -> BlobRef {
            let taken = Taken()
            let part = SigningPart(
                file, name: "van-ban.pdf", place, reason: reason, signerName: isSeal ? nil : actor.name,
                showsImage: showsImage)
            let errand = TestErrand.make([part], isSeal: isSeal, taken: taken, database: office.database)
            let outcome = try await (desk ?? self.desk).tasks.begin(errand, Int64(taken.id), by: actor, answer)
            #expect(outcome == .signed)
            return try #require(taken.results.first ?? nil)
        }

        /// A decision typed in an office program, converted and laid out.
        func laidOut() async throws -> BlobRef {
            let docx = office.folder.appending(path: "draft.docx")
            try await Judge.python(
                "docx_sample.py", [docx.path, "--kind", "decision", "--signer", office.people.chairman.name])
            let source = try office.ground.blobs.put(try Data(contentsOf: docx))
            let pdf = try await desk.convertToPDF(source, name: "du-thao.docx")
            let places = try await desk.proposePlaces(
                in: pdf, signerName: office.people.chairman.name)
            #expect(places.missing.isEmpty)
            #expect(places.problems.isEmpty)
            return try await desk.layOut(pdf, places: places)
        }

        func rootFile() throws -> URL {
            let url = office.folder.appending(path: "root.pem")
            try Data(root.pem.utf8).write(to: url)
            return url
        }
    }

    @Test(.enabled(if: Judge.isPresent, "needs Python with pyHanko (VASTOFFICE_PYTHON)"))
    func `initials, signature, number and seal stand on one file and every validator accepts them all`() async throws {
        let stage = try await Stage()
        let (desk, people) = (stage.desk, stage.office.people)
        let draft = try await stage.laidOut()
        let initialled = try await stage.sign(draft, .field(.initials), by: people.officeHead)
        let signed = try await stage.sign(initialled, .field(.signature), by: people.chairman, reason: "Chủ tịch")
        let stamped = try await desk.stamp(signed, code: code, day: Day(at: stage.office.now))
        let sealed = try await stage.sign(stamped, .field(.seal), by: people.clerk, isSeal: true)

        let verdict = try await desk.verification(of: sealed)
        #expect(verdict.level == .trusted, "\(verdict)")
        #expect(verdict.signatures.map(\.signer) == [people.officeHead.name, people.chairman.name, "Viện Hàn lâm"])
        #expect(verdict.signatures.allSatisfy { $0.pades == "B-T" && $0.timeSource == "dấu thời gian" })

        let file = stage.office.ground.blobs.path(sealed)
        let opinion = try await Judge.pyHanko(file, root: try stage.rootFile(), at: stage.office.now)
        #expect(opinion.count == 3)
        for signature in opinion {
            #expect(signature.intact && signature.valid && signature.trusted, "\(signature)")
            #expect(
                ["NONE", "LTA_UPDATES", "FORM_FILLING"].contains(signature.modificationLevel ?? ""), "\(signature)")
            #expect(signature.timestamp?.trusted == true)
        }
        let text = try await Judge.run("pdftotext", ["-layout", file.path, "-"])
        #expect(text.contains("07") && text.contains("/QĐ-VHL"))
        #expect(text.contains("24") && text.contains("11"))
        #expect(try await Judge.run("qpdf", ["--check", file.path]).contains("No syntax or stream encoding errors"))
        #expect(try await Judge.run("pdfsig", ["-nocert", file.path]).matches(of: /Signature is Valid/).count == 3)
        let original = try stage.office.ground.blobs.get(draft)
        #expect(try stage.office.ground.blobs.get(sealed).prefix(original.count) == original)
    }

    @Test(.enabled(if: Judge.isPresent, "needs Python with pyHanko (VASTOFFICE_PYTHON)"))
    func `a separate attachment carries the mark with code and time, and no image`() async throws {
        let stage = try await Stage()
        let docx = stage.office.folder.appending(path: "phu-luc.docx")
        try await Judge.python("docx_sample.py", [docx.path, "--kind", "report"])
        let pdf = try await stage.desk.convertToPDF(
            try stage.office.ground.blobs.put(try Data(contentsOf: docx)), name: "a.docx")
        let line = "\(code); 24/11/2026 \(LocalTime(stage.office.now).clock)+07:00"
        let marked = try await stage.sign(pdf, .mark(line: line), by: stage.office.people.clerk, isSeal: true)
        let text = try await Judge.run("pdftotext", ["-layout", stage.office.ground.blobs.path(marked).path, "-"])
        #expect(text.contains("07/QĐ-VHL; 24/11/2026 \(LocalTime(stage.office.now).clock)+07:00"))
        let verdict = try await stage.desk.verification(of: marked)
        #expect(verdict.level == .trusted)
    }

    @Test(.enabled(if: Judge.isPresent, "needs Python (VASTOFFICE_PYTHON)"))
    func `a wrong PIN is refused, counted, and locks the key after the fifth time`() async throws {
        let stage = try await Stage()
        let draft = try await stage.laidOut()
        for remaining in [4, 3, 2, 1] {
            await #expect(throws: SigningRefusal.wrongPIN(remaining: remaining)) {
                try await stage.sign(draft, .field(.signature), by: stage.office.people.chairman, .pin("000000"))
            }
        }
        await #expect(throws: SigningRefusal.locked(minutes: 15)) {
            try await stage.sign(draft, .field(.signature), by: stage.office.people.chairman, .pin("000000"))
        }
        await #expect(throws: SigningRefusal.locked(minutes: 15)) {
            try await stage.sign(draft, .field(.signature), by: stage.office.people.chairman, .pin(Self.pin))
        }
    }

    @Test func `an expired certificate is refused before its PIN is tried`() async throws {
        let stage = try await Stage()
        stage.office.clock.advance(by: 366 * 86_400)
        let file = try stage.office.ground.blobs.put(Data("%PDF-1.7".utf8))
        await #expect {
            try await stage.sign(file, .field(.signature), by: stage.office.people.chairman, .pin("wrong"))
        } throws: { error in
            guard case SigningRefusal.notFit = error else { return false }
            return true
        }
    }

    @Test func `a person without a key is told who can help`() async throws {
        let stage = try await Stage()
        let file = try stage.office.ground.blobs.put(Data("%PDF-1.7".utf8))
        await #expect(throws: SigningRefusal.noKey) {
            try await stage.sign(file, .field(.signature), by: stage.office.people.specialist, .pin(Self.pin))
        }
    }

    @Test func `a damaged file is refused with its reason and stays as it was`() async throws {
        let stage = try await Stage()
        let file = try stage.office.ground.blobs.put(Data("%PDF-1.7\nkhông phải PDF".utf8))
        await #expect {
            try await stage.sign(file, .field(.signature), by: stage.office.people.chairman, .pin(Self.pin))
        } throws: { error in
            guard case SigningRefusal.damaged = error else { return false }
            return true
        }
        try stage.office.ground.blobs.verify(file)
    }

    @Test func `a silent timestamp authority means no signature`() async throws {
        let stage = try await Stage()
        let desk = SigningDesk(
            ground: stage.office.ground,
            timestamps: TimestampAuthority { _ in throw HTTPTransportError.unreachable("tsa") })
        guard Judge.isPresent else { return }
        let draft = try await stage.laidOut()
        await #expect(throws: SigningRefusal.noTimestamp) {
            try await stage.sign(draft, .field(.signature), by: stage.office.people.chairman, through: desk)
        }
    }

    @Test func `a signed directive is bound to every byte of its payload and to its leader`() async throws {
        let stage = try await Stage()
        let payload = Data("{\"text\":\"Giao Ban KHTC chủ trì\"}".utf8)
        let blobs = stage.office.ground.blobs
        let signature = try blobs.get(
            try await stage.sign(try blobs.put(payload), .detached, by: stage.office.people.chairman))
        let check = try await stage.desk.checkDirective(payload: payload, signature: signature)
        #expect(check.isIntact && check.isTrusted)
        #expect(check.signerName == stage.office.people.chairman.name)
        let changed = try await stage.desk.checkDirective(payload: payload + Data(" ".utf8), signature: signature)
        #expect(!changed.isIntact && !changed.isTrusted)
    }

    @Test func `what was once found about a directive is not told of another, nor after trust was added`() async throws
    {
        let stage = try await Stage()
        let stranger = try PracticePKI.create(
            owner: "Nơi khác", keys: .p256,
            validity: ValidityPeriod(from: stage.office.now.addingTimeInterval(-86_400), days: 365), rounds: 1000)
        let key = try PKCS12Key(
            data: try stranger.issue(
                to: .person(name: "Người Lạ", agency: "Nơi khác"), keys: .p256,
                validity: ValidityPeriod(from: stage.office.now.addingTimeInterval(-86_400), days: 300), passphrase: "x"
            ),
            passphrase: "x")
        let payload = Data("{\"text\":\"Giao việc\"}".utf8)
        let signature = try await key.signDetached(payload)
        for _ in 0..<2 {
            #expect(!(try await stage.desk.checkDirective(payload: payload, signature: signature)).isTrusted)
        }
        #expect(!(try await stage.desk.checkDirective(payload: Data("khác".utf8), signature: signature)).isIntact)
        try await stage.desk.trust(stranger.root, isAnchor: true)
        #expect((try await stage.desk.checkDirective(payload: payload, signature: signature)).isTrusted)
        // The certificate runs out: noticed once the hour for which an answer is kept is over.
        stage.office.clock.advance(by: 301 * 86_400)
        #expect(!(try await stage.desk.checkDirective(payload: payload, signature: signature)).isTrusted)
    }
}
