import Foundation
import OfficeTestKit
import Platform
import Records
import SignatureCore
import Testing

@testable import Signing

/// Trước khi ký phải kiểm tra chứng thư số: còn hiệu lực, không bị thu hồi, đúng người, đúng mục đích
/// (TT 15/2025/TT-BKHCN); chứng thư, tình trạng và kết quả được lưu cùng văn bản.
@Suite struct ReadinessTests {
    struct Stage {
        let office: TestOffice
        let pki: PracticePKI
        var now: Date { office.now }

        init(_ engine: Engine = .sqlite, _ settings: [String: String] = [:]) async throws {
            office = try await TestOffice.make(engine, schema: SigningDesk.schema, settings: settings)
            pki = try PracticePKI.create(
                owner: "Thử nghiệm", keys: .p256,
                validity: ValidityPeriod(from: office.now.addingTimeInterval(-86_400 * 30), days: 2000), rounds: 1000)
        }

        func certificate(_ name: String, identifier: String? = nil, email: String? = nil) throws -> Certificate {
            let archive = try pki.issue(
                to: .person(name: name, agency: "Viện", identifier: identifier, emailAddress: email), keys: .p256,
                validity: ValidityPeriod(from: now.addingTimeInterval(-86_400), days: 365), passphrase: "1")
            return try PKCS12Key(data: archive, passphrase: "1").certificate
        }

        /// As authorities outside issue them, with an address to ask at.
        func certificateNamingAnAuthority() async throws -> Certificate {
            let file = office.folder.appending(path: "named.pem")
            _ = try await Judge.run(
                "openssl",
                [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=A",
                    "-addext", "authorityInfoAccess=OCSP;URI:http://ocsp.invalid/", "-keyout", "/dev/null", "-out",
                    file.path,
                ])
            return try Certificate.all(in: try Data(contentsOf: file))[0]
        }

        /// An authority that does not answer in time.
        var slow: RevocationDesk {
            RevocationDesk(
                ground: office.ground,
                lookup: StatusLookup { _, _, _, now in
                    try? await Task.sleep(for: .seconds(3600))
                    return StatusFinding(status: CertificateStatus(.good, checkedAt: now), material: .init())
                }, patience: .milliseconds(20))
        }

        func readiness(_ answer: StatusAnswer, source: String = "OCSP") -> Readiness {
            Readiness(ground: office.ground, statuses: desk(answer, source: source))
        }

        func desk(_ answer: StatusAnswer, source: String = "OCSP") -> RevocationDesk {
            RevocationDesk(
                ground: office.ground,
                lookup: StatusLookup { _, _, _, now in
                    let revokedAt = answer == .revoked ? now.addingTimeInterval(-60) : nil
                    return StatusFinding(
                        status: CertificateStatus(
                            answer, revokedAt: revokedAt, source: source, thisUpdate: now,
                            nextUpdate: answer == .good ? now.addingTimeInterval(7200) : nil, checkedAt: now),
                        material: ValidationMaterial(ocspResponses: [Data("trả lời".utf8)]))
                }, patience: .seconds(300))
        }
    }

    let holder = KeyHolder.person(PersonID(1))

    @Test(arguments: Engine.testable)
    func `a certificate in good standing may sign, and what was answered is kept with the signature`(
        engine: Engine
    )
        async throws
    {
        let stage = try await Stage(engine)
        let certificate = try stage.certificate("Nguyễn Văn Đức")
        try await stage.readiness(.good).demand(certificate, holder: holder, personName: "Nguyễn Văn Đức")
        let file = try stage.office.ground.blobs.put(Data("đã ký".utf8))
        let evidence = Evidence(ground: stage.office.ground)
        for _ in 0..<2 {
            try await evidence.record(
                [file], certificate: certificate, holder: holder, by: PersonID(1), personName: "Nguyễn Văn Đức")
        }
        let kept = try #require(try await evidence.of([file.sha256]).first)
        #expect(try await evidence.of([file.sha256]).count == 1)
        #expect(kept.certificate == certificate && kept.status.answer == .good && kept.status.source == "OCSP")
        let material = try stage.office.ground.blobs.get(try #require(kept.material))
        #expect(try JSONDecoder().decode(ValidationMaterial.self, from: material).ocspResponses.count == 1)
    }

    @Test func `a revoked certificate is refused, and stays so when nobody answers any more`() async throws {
        let stage = try await Stage()
        let certificate = try stage.certificate("Nguyễn Văn Đức")
        for answer in [StatusAnswer.revoked, .unknown] {
            await #expect {
                try await stage.readiness(answer).demand(certificate, holder: holder, personName: "Nguyễn Văn Đức")
            } throws: { error in
                guard case .revoked(let sentence) = error as? SigningRefusal else { return false }
                return sentence.contains("đã bị thu hồi từ")
            }
        }
    }

    @Test func `where nobody answers, nothing is signed and a job goes on asking`() async throws {
        let stage = try await Stage()
        let certificate = try stage.certificate("Nguyễn Văn Đức")
        await #expect(throws: SigningRefusal.statusUnknown) {
            try await stage.readiness(.unknown).demand(certificate, holder: holder, personName: nil)
        }
        let worker = Worker(
            database: stage.office.database, clock: stage.office.clock.value,
            handlers: [JobHandler(RefreshStatusJob.self) { try await stage.desk(.good).refresh($0) }])
        #expect(try await worker.drain() == 1)
        try await stage.readiness(.unknown).demand(certificate, holder: holder, personName: nil)
    }

    @Test func `an office may sign without an answer, and the evidence then says that nobody answered`() async throws {
        let stage = try await Stage(.sqlite, ["signing.revocation.required": "false"])
        let certificate = try stage.certificate("Nguyễn Văn Đức")
        try await stage.readiness(.unknown).demand(certificate, holder: holder, personName: nil)
        let file = try stage.office.ground.blobs.put(Data("đã ký".utf8))
        let evidence = Evidence(ground: stage.office.ground)
        try await evidence.record([file], certificate: certificate, holder: holder, by: nil, personName: "")
        #expect(try await evidence.of([file.sha256]).first?.status.answer == .unknown)
    }

    @Test func `an authority that is slow keeps nobody waiting`() async throws {
        let stage = try await Stage()
        let status = try await stage.slow.statusForSigning(try await stage.certificateNamingAnAuthority(), beside: [])
        #expect(status.answer == .unknown)
    }

    @Test func `where nobody can be asked a slow machine changes nothing, and a job asks about the authorities above`()
        async throws
    {
        let stage = try await Stage()
        let certificate = try stage.certificate("Nguyễn Văn Đức")
        #expect(try await stage.slow.statusForSigning(certificate, beside: []).answer == .nobodyToAsk)
        let worker = Worker(
            database: stage.office.database, clock: stage.office.clock.value,
            handlers: [JobHandler(RefreshStatusJob.self) { try await stage.desk(.revoked).refresh($0) }])
        #expect(try await worker.drain() == 1)
        #expect(try await stage.slow.statusForSigning(certificate, beside: []).answer == .revoked)
    }

    @Test func `an answer is relied on until its next update, then asked for anew`() async throws {
        let stage = try await Stage()
        let certificate = try stage.certificate("Nguyễn Văn Đức")
        #expect(try await stage.desk(.good).statusForSigning(certificate, beside: []).answer == .good)
        #expect(try await stage.desk(.revoked).statusForSigning(certificate, beside: []).answer == .good)
        stage.office.clock.advance(by: 7300)
        #expect(try await stage.desk(.revoked).statusForSigning(certificate, beside: []).answer == .revoked)
    }

    @Test func `statuses of certificates in use are refreshed before they run out`() async throws {
        let stage = try await Stage()
        let certificate = try stage.certificate("Nguyễn Văn Đức")
        _ = try await stage.desk(.good).statusForSigning(certificate, beside: [])
        stage.office.clock.advance(by: 6000)
        try await stage.desk(.revoked).refreshAll()
        #expect(try await stage.desk(.good).statusForSigning(certificate, beside: []).answer == .revoked)
    }

    @Test func `somebody else's certificate is refused before anything else is tried`() async throws {
        let stage = try await Stage()
        let other = try stage.certificate("Trần Thị Hạnh")
        await #expect(throws: SigningRefusal.otherPerson("Trần Thị Hạnh")) {
            try await stage.readiness(.good).demand(other, holder: holder, personName: "Nguyễn Văn Đức")
        }
    }

    @Test func `a later certificate must carry the number that was recorded with the first`() async throws {
        let stage = try await Stage()
        let readiness = stage.readiness(.good)
        try await readiness.demand(
            try stage.certificate("Nguyễn Văn Đức", identifier: "CCCD:001"), holder: holder,
            personName: "Nguyễn Văn Đức")
        try await readiness.demand(
            try stage.certificate("Nguyễn Văn Đức", identifier: "cccd: 001"), holder: holder,
            personName: "Nguyễn Văn Đức")
        let recorded = "“Nguyễn Văn Đức”, CCCD:001"
        await #expect(throws: SigningRefusal.otherHolder("Nguyễn Văn Đức", recorded: recorded)) {
            try await readiness.demand(
                try stage.certificate("Nguyễn Văn Đức", identifier: "CCCD:002"), holder: holder,
                personName: "Nguyễn Văn Đức")
        }
        let identities = IdentityDesk(ground: stage.office.ground)
        #expect(try await identities.recorded(holder).identity == recorded)
        await #expect(throws: CommonRefusal.self) {
            try await identities.forget(holder, reason: " ", operator: "quản trị")
        }
        try await identities.forget(holder, reason: "Cấp lại thẻ căn cước", operator: "quản trị")
        let after = try await identities.recorded(holder)
        #expect(after.identity == nil && after.history.map(\.kind) == ["forgotten"])
        #expect(after.history[0].detail.contains(recorded) && after.history[0].detail.contains("Cấp lại thẻ"))
        try await readiness.demand(
            try stage.certificate("Nguyễn Văn Đức", identifier: "CCCD:002"), holder: holder,
            personName: "Nguyễn Văn Đức")
    }

    @Test func `an expired certificate, or one of an authority, signs nothing`() async throws {
        let stage = try await Stage()
        let certificate = try stage.certificate("Nguyễn Văn Đức")
        await #expect {
            try await stage.readiness(.good).demand(stage.pki.issuingCertificate, holder: .seal, personName: nil)
        } throws: { "\($0)".contains("notFit") }
        stage.office.clock.advance(by: 86_400 * 400)
        await #expect {
            try await stage.readiness(.good).demand(certificate, holder: holder, personName: nil)
        } throws: { "\($0)".contains("notFit") }
    }

    @Test(arguments: [
        ("Nguyễn Văn Đức", "NGUYỄN VĂN ĐỨC", true), ("Nguyễn Văn Đức", "Đức Nguyễn Văn", true),
        ("Nguyễn Văn Đức", "Nguyễn Văn Dực", false), ("Nguyễn Văn Đức", "Nguyễn Văn Đức Anh", false),
        ("Nguyễn Văn Đức", "", false), ("PGS.TS. Nguyễn Văn Đức", "Nguyễn Văn Đức", true),
    ])
    func `tones tell names apart, case and order do not`(a: String, b: String, isSame: Bool) {
        #expect(SignerIdentity.sameName(a, b) == isSame)
    }

    @Test func `a name written without tones by the authority is the person's all the same`() async throws {
        let stage = try await Stage()
        #expect(SignerIdentity.bearsName(try stage.certificate("NGUYEN VAN DUC"), "Nguyễn Văn Đức"))
        #expect(!SignerIdentity.bearsName(try stage.certificate("Nguyễn Văn Dục"), "Nguyễn Văn Đức"))
    }
}
