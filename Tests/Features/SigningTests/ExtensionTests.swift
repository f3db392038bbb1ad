import Foundation
import OfficeTestKit
import PAdES
import Platform
import Records
import SignatureCore
import Testing

@testable import Signing

/// Văn bản đã ban hành được nâng mức chữ ký để kiểm tra được lâu dài, thành một bản riêng; bản đã gửi giữ nguyên.
@Suite struct ExtensionTests {
    struct Stage {
        let office: TestOffice
        let extensions: ExtensionDesk
        let signed: BlobRef
        let subject = RecordRef(kind: "outgoing", id: 1)

        init(_ engine: Engine = .sqlite, level: String = "B-LTA", tsaDays: Int = 400) async throws {
            office = try await TestOffice.make(
                engine, schema: SigningDesk.schema, settings: ["signing.level": level])
            let (now, clock) = (office.now, office.clock)
            let pki = try PracticePKI.create(
                owner: "Thử nghiệm", keys: .p256,
                validity: ValidityPeriod(from: now.addingTimeInterval(-86_400 * 30), days: 4000), rounds: 1000)
            let tsa = try PKCS12Key(
                data: try pki.issue(
                    to: .timestampAuthority(agency: "Thử"), keys: .p256,
                    validity: ValidityPeriod(from: now.addingTimeInterval(-60), days: tsaDays), passphrase: "t"),
                passphrase: "t")
            try await TrustDesk(ground: office.ground).trust(pki.root, isAnchor: true)
            extensions = ExtensionDesk(
                ground: office.ground,
                timestamps: .local(TimestampResponder(key: tsa), clock: { clock.now })
            ) { _, _ in ValidationMaterial(certificates: [pki.issuingCertificate], crls: [Data([0x30, 0x00])])
            }
            signed = try office.ground.blobs.put(try await SampleFile.signed(by: pki, at: now))
            let (blob, subject) = (signed, subject)
            try await office.database.write { tx in
                _ = try RecordFileStore(tx).add(
                    .main, to: subject, name: "quyết định.pdf", mediaType: "application/pdf", blob: blob, at: now)
            }
        }

        func extended() async throws -> ExtendedFile? { try await extensions.current(of: signed) }
    }

    @Test(arguments: Engine.testable)
    func `an issued file gets a long-term copy with an archive timestamp, and stays itself`(engine: Engine) async throws
    {
        let stage = try await Stage(engine)
        let before = try stage.office.ground.blobs.get(stage.signed)
        for _ in 0..<2 { try await stage.extensions.extend(ExtendFilesJob(stage.subject)) }
        let extended = try #require(try await stage.extended())
        #expect(extended.level == "B-LTA" && extended.file != stage.signed)
        let lifted = try stage.office.ground.blobs.get(extended.file)
        #expect(lifted.prefix(before.count) == before)
        #expect(try stage.office.ground.blobs.get(stage.signed) == before)
        let trust = try await TrustDesk(ground: stage.office.ground).current().list.store
        let report = SignatureVerifier.report(on: lifted, trust: trust, at: stage.office.now)
        #expect(report.signatures.contains { $0.kind == .timestamp }, "\(report)")
        let current = try await stage.office.database.read { try RecordFileStore($0).current(of: stage.subject) }
        #expect(current.map(\.blob) == [stage.signed])
    }

    @Test func `an archive timestamp is renewed before its authority's certificate ends`() async throws {
        let stage = try await Stage(tsaDays: 400)
        try await stage.extensions.extend(ExtendFilesJob(stage.subject))
        let first = try #require(try await stage.extended())
        try await stage.extensions.renew()
        #expect(try await stage.extended() == first)
        stage.office.clock.advance(by: 86_400 * 320)
        try await stage.extensions.renew()
        let second = try #require(try await stage.extended())
        #expect(second.file != first.file && second.extendedAt == stage.office.now)
        let (old, new) = (
            try stage.office.ground.blobs.get(first.file), try stage.office.ground.blobs.get(second.file)
        )
        #expect(new.prefix(old.count) == old)
    }

    @Test(arguments: ["B-B", "B-T"]) func `an office that wants no more adds nothing`(level: String) async throws {
        let stage = try await Stage(level: level)
        try await stage.extensions.extend(ExtendFilesJob(stage.subject))
        #expect(try await stage.extended() == nil)
    }

    @Test func `a level that does not exist is an error of the settings`() async throws {
        #expect(throws: SettingsError.self) { try ExtensionDesk.wanted(Settings(["signing.level": "B-X"])) }
        #expect(try ExtensionDesk.wanted(Settings()) == nil)
    }

    @Test func `a silent timestamp authority is passed over for the next, and asked last for a while`() async throws {
        let calls = Calls()
        let clock = TestClock()
        let list = TimestampList(
            [
                (
                    name: "một",
                    authority: TimestampAuthority { _ in
                        await calls.add("một")
                        throw HTTPTransportError.unreachable("một")
                    }
                ),
                (
                    name: "hai",
                    authority: TimestampAuthority { _ in
                        await calls.add("hai")
                        return Data("dấu".utf8)
                    }
                ),
            ], now: { clock.now })
        let authority = try #require(list.authority)
        for _ in 0..<2 { #expect(try await authority.stamp(Data()) == Data("dấu".utf8)) }
        #expect(await calls.names == ["một", "hai", "hai"])
        clock.advance(by: 121)
        _ = try await authority.stamp(Data())
        #expect(await calls.names == ["một", "hai", "hai", "một", "hai"])
        #expect(TimestampList([], now: { clock.now }).authority == nil)
    }
}

private actor Calls {
    private(set) var names: [String] = []
    func add(_ name: String) { names.append(name) }
}
