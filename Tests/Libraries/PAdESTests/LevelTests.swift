import Digests
import Foundation
import PDFCore
import SamplePDFs
import Testing

@testable import PAdES
@testable import SignatureCore

/// Chữ ký kèm dấu thời gian, chứng thư số và trạng thái chứng thư số để kiểm tra lâu dài (TT 15/2025/TT-BKHCN).
@Suite struct LevelTests {
    static func intent(_ name: String = "A") -> SignatureIntent {
        SignatureIntent(target: .newField(name: name, rect: nil), signedAt: now)
    }

    static func proofs() throws -> ProofSources {
        let practice = try Practice.shared.get()
        let crl = try practice.revocationList()
        return ProofSources(timestamps: practice.timestamps) { certificate, beside in
            ValidationMaterial(certificates: [certificate] + beside + [practice.pki.root], crls: [crl])
        }
    }

    static func signed(_ level: SignatureLevel, _ data: Data = SamplePDF().data) async throws -> Data {
        try await PDFSigner.sign(
            data, intent(), with: try Practice.shared.get().leader, level: level, proofs: try proofs())
    }

    /// Names of the signature fields and of their handlers' formats.
    static func formats(_ file: Data) throws -> [String] {
        let document = try PDFDocument(data: file)
        return try FieldTree(document).fields.filter(\.isSignature).map { field in
            try document.resolve(field.value).dictionary?["SubFilter"]?.name?.text ?? "-"
        }
    }

    @Test(arguments: SignatureLevel.allCases, SamplePDF.Shape.allCases)
    func `a signature of every level is intact and valid in every kind of file`(
        level: SignatureLevel, shape: SamplePDF.Shape
    ) async throws {
        let file = try await Self.signed(level, SamplePDF(shape: shape).data)
        let report = SignatureVerifier.report(on: file, trust: try Practice.shared.get().trust, at: now)
        #expect(report.signatures.count == (level == .bLTA ? 2 : 1))
        #expect(report.verdict == .valid, "\(report.sentence) \(report.signatures.map(\.sentence))")
    }

    @Test func `the levels add one thing after the other`() async throws {
        #expect(try Self.formats(try await Self.signed(.bT)) == ["ETSI.CAdES.detached"])
        let stored = try await Self.signed(.bLT)
        #expect(try Self.formats(stored) == ["ETSI.CAdES.detached"])
        #expect(try SecurityStore(try PDFDocument(data: stored)) != nil)
        #expect(try SecurityStore(try PDFDocument(data: try await Self.signed(.bT))) == nil)
        #expect(try Self.formats(try await Self.signed(.bLTA)) == ["ETSI.CAdES.detached", "ETSI.RFC3161"])
    }

    @Test func `the store holds each thing once and names the signatures it is for`() async throws {
        let file = try await Self.signed(.bLTA)
        let document = try PDFDocument(data: file)
        let store = try #require(try SecurityStore(document))
        let practice = try Practice.shared.get()
        #expect(store.unreadableCount == 0)
        #expect(Set(store.material.certificates).count == store.material.certificates.count)
        #expect(store.material.certificates.contains(practice.leader.certificate))
        #expect(store.material.certificates.contains(practice.responder.certificate))
        #expect(store.material.crls == [try practice.revocationList()])
        let field = try #require(try FieldTree(document).field(named: "A"))
        let contents = try #require(try document.resolve(field.value).dictionary?["Contents"]?.string)
        #expect(store.names(contents) && !store.names(Data("another".utf8)))
    }

    @Test func `what the store says of a signature is never said differently later`() async throws {
        func related(_ file: Data) throws -> PDFDictionary {
            let document = try PDFDocument(data: file)
            let store = try document.value("DSS", of: try document.catalog()).dictionary ?? [:]
            return try document.value("VRI", of: store).dictionary ?? [:]
        }
        let file = try await Self.signed(.bLTA)
        let again = try await PDFSigner.sign(
            file, Self.intent("B"), with: try Practice.shared.get().seal, level: .bLTA, proofs: try Self.proofs())
        let (before, after) = (try related(file), try related(again))
        #expect(!before.isEmpty && after.count > before.count)
        for (name, entry) in before { #expect(after[name] == entry) }
    }

    @Test func `a lower level is lifted to every higher one and earlier bytes stay`() async throws {
        let practice = try Practice.shared.get()
        var file = try await Self.signed(.bB)
        for level in [SignatureLevel.bT, .bLT, .bLTA] {
            let lifted = try await PDFExtender.extend(file, to: level, proofs: try Self.proofs())
            #expect(lifted.count > file.count && lifted.prefix(file.count) == file)
            #expect(SignatureVerifier.report(on: lifted, trust: practice.trust, at: now).verdict == .valid)
            file = lifted
        }
        #expect(try Self.formats(file) == ["ETSI.CAdES.detached", "ETSI.RFC3161", "ETSI.RFC3161"])
    }

    @Test func `what is at a level already is left as it is, but an archive timestamp is renewed`() async throws {
        let file = try await Self.signed(.bLT)
        #expect(try await PDFExtender.extend(file, to: .bT, proofs: try Self.proofs()) == file)
        #expect(try await PDFExtender.extend(file, to: .bLT, proofs: try Self.proofs()) == file)
        let archived = try await PDFExtender.extend(file, to: .bLTA, proofs: try Self.proofs())
        let renewed = try await PDFExtender.extend(archived, to: .bLTA, proofs: try Self.proofs())
        #expect(try Self.formats(renewed).filter { $0 == "ETSI.RFC3161" }.count == 2)
    }

    @Test func `a timestamp that proves nothing is not taken for one`() async throws {
        let signed = try await Self.signed(.bT)
        let document = try PDFDocument(data: signed)
        let value = try document.resolve(try FieldTree(document).field(named: "A")?.value).dictionary ?? [:]
        let contents = try #require(try document.value("Contents", of: value).string)
        let token = try #require(try CMSFacts(der: contents).timestampTokens.first)
        let inside = try #require(contents.range(of: token)).upperBound - contents.startIndex
        let hole = try #require(signed.range(of: Data("/Contents <".utf8)) ?? signed.range(of: Data("/Contents<".utf8)))
        var broken = signed
        let last = hole.upperBound + 2 * inside - 1
        broken[last] = broken[last] == 0x30 ? 0x31 : 0x30
        let lifted = try await PDFExtender.extend(broken, to: .bT, proofs: try Self.proofs())
        #expect(try Self.formats(lifted).contains("ETSI.RFC3161"))
        #expect(try await PDFExtender.extend(signed, to: .bT, proofs: try Self.proofs()) == signed)
    }

    @Test func `a signature of the older form claims its time and is lifted too`() async throws {
        let practice = try Practice.shared.get()
        var intent = Self.intent()
        intent.format = .adbe
        let file = try await PDFSigner.sign(SamplePDF().data, intent, with: practice.leader)
        let document = try PDFDocument(data: file)
        let value = try document.resolve(try FieldTree(document).fields.first?.value).dictionary
        let cms = try CMSFacts(der: try #require(value?["Contents"]?.string))
        #expect(value?["SubFilter"]?.name == "adbe.pkcs7.detached")
        #expect(cms.signingTimeClaimed == now)
        let lifted = try await PDFExtender.extend(file, to: .bLTA, proofs: try Self.proofs())
        #expect(try Self.formats(lifted).last == "ETSI.RFC3161")
        #expect(SignatureVerifier.report(on: lifted, trust: practice.trust, at: now).verdict == .valid)
    }

    @Test func `without an authority or without any status nothing is lifted`() async throws {
        let file = try await Self.signed(.bB)
        await #expect(throws: PAdESError.timestampNeeded) {
            try await PDFExtender.extend(file, to: .bT, proofs: ProofSources())
        }
        let stamped = try await Self.signed(.bT)
        await #expect(throws: PAdESError.statusMissing("Nguyễn Văn Đức")) {
            try await PDFExtender.extend(stamped, to: .bLT, proofs: ProofSources())
        }
        await #expect(throws: PAdESError.nothingToExtend) {
            try await PDFExtender.extend(SamplePDF().data, to: .bT, proofs: try Self.proofs())
        }
    }

    @Test func `a document timestamp of which another field boasts, too, proves nothing`() async throws {
        let file = try await PDFExtender.extend(try await Self.signed(.bB), to: .bT, proofs: try Self.proofs())
        let trust = try Practice.shared.get().trust
        let stamped = try SignatureVerifier.facts(of: file, trust: trust, at: now)
        #expect(stamped.count == 2 && stamped.first?.cms?.provenTime == now)
        let shared = try RevisionTests.updated(file) { update, document in
            let stamp = try #require(try FieldTree(document).fields.last?.value)
            let field = update.add(.dictionary(["FT": .name("Sig"), "T": .text("Khac"), "V": stamp]))
            try RevisionTests.list(field, in: document, &update)
        }
        let facts = try SignatureVerifier.facts(of: shared, trust: trust, at: now)
        #expect(facts.count == 3 && facts.first?.cms?.provenTime == nil)
    }

    @Test func `what a certification permits holds for the timestamps after it`() async throws {
        var intent = Self.intent()
        intent.certification = .nothing
        let certified = try await PDFSigner.sign(
            SamplePDF().data, intent, with: try Practice.shared.get().leader, level: .bLTA, proofs: try Self.proofs())
        let facts = try SignatureVerifier.facts(of: certified, trust: try Practice.shared.get().trust, at: now)
        #expect(facts.map(\.permission) == [1, 1])
    }

    @Test func `a token larger than its place is asked for once more`() async throws {
        let practice = try Practice.shared.get()
        let file = try await Self.signed(.bB)
        let asked = Counter()
        let padded = TimestampAuthority { digest in
            await asked.add()
            return try await practice.timestamps.stamp(digest) + Data(count: 9000)
        }
        _ = try await PDFExtender.extend(file, to: .bT, proofs: ProofSources(timestamps: padded))
        #expect(await asked.count == 2)
    }

    // MARK: what a level rests on

    /// The level of the first signature of a sound file at B-LTA with these changes.
    private static func reached(
        _ change: (inout [SignatureFacts], inout ValidationMaterial) throws -> Void
    ) async throws -> String? {
        var facts = try await PolicyTests.sound.value
        let document = try PDFDocument(data: try await signed(.bLTA))
        var stored = try #require(try SecurityStore(document)?.material)
        // Nobody publishes the practice authority's own status.
        facts[0].cms?.path?.revocation = .good
        facts[0].cms?.timestamp?.path?.revocation = .good
        try change(&facts, &stored)
        return ReachedLevel(document, facts, stored: stored).name(of: try #require(facts.first))
    }

    @Test func `a level is reached where all that it rests on is in the file`() async throws {
        #expect(try await Self.reached { _, _ in } == "B-LTA")
        #expect(try await Self.reached { facts, _ in facts[1].documentTimestamp?.path?.status = .untrusted } == "B-LT")
        #expect(try await Self.reached { facts, _ in facts[0].byteRange[3] += 1 << 30 } == "B-LT")
        #expect(try await Self.reached { _, stored in stored.crls = [] } == "B-T")
        #expect(try await Self.reached { facts, _ in facts[0].cms?.path?.revocation = .tryLater } == "B-T")
        #expect(try await Self.reached { facts, _ in facts[0].cms?.timestamp?.path?.revocation = .tryLater } == "B-T")
        #expect(try await Self.reached { facts, _ in facts[0].cms?.provenTime = nil } == "B-B")
    }

    // MARK: files

    @Test(arguments: SignatureLevel.allCases)
    func `a file is signed into another file with the same outcome`(level: SignatureLevel) async throws {
        let practice = try Practice.shared.get()
        try await withFolder { folder in
            let (input, output) = (folder.appending(path: "vào.pdf"), folder.appending(path: "ra.pdf"))
            try SamplePDF(shape: .stream, pages: 3).data.write(to: input)
            try await PDFSigner.sign(
                file: input, to: output, Self.intent(), with: practice.leader, level: level, proofs: try Self.proofs())
            let report = SignatureVerifier.report(
                on: try Data(contentsOf: output), trust: practice.trust, at: now)
            #expect(report.verdict == .valid)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 2)
        }
    }

    @Test func `a file is never signed onto itself and a failure leaves nothing behind`() async throws {
        let practice = try Practice.shared.get()
        try await withFolder { folder in
            let (input, output) = (folder.appending(path: "a.pdf"), folder.appending(path: "b.pdf"))
            try SamplePDF().data.write(to: input)
            try FileManager.default.createSymbolicLink(at: output, withDestinationURL: input)
            await #expect(throws: PAdESError.sameFile) {
                try await PDFSigner.sign(file: input, to: output, Self.intent(), with: practice.leader)
            }
            try FileManager.default.removeItem(at: output)
            let mute = TimestampAuthority { _ in throw PAdESError.timestampNeeded }
            await #expect(throws: PAdESError.timestampNeeded) {
                try await PDFSigner.sign(
                    file: input, to: output, Self.intent(), with: practice.leader, level: .bT,
                    proofs: ProofSources(timestamps: mute))
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.pdf"])
        }
    }

    @Test func `a file prepared on disk is finished from its written form by whoever has the answer`() async throws {
        let practice = try Practice.shared.get()
        try await withFolder { folder in
            let (input, prepared) = (folder.appending(path: "a.pdf"), folder.appending(path: "p.pdf"))
            let output = folder.appending(path: "b.pdf")
            try SamplePDF(shape: .hybrid).data.write(to: input)
            let waiting = try JSONEncoder().encode(try PDFSigner.prepare(file: input, to: prepared, Self.intent()))
            #expect(waiting.count < 1024)
            let restored = try JSONDecoder().decode(PreparedSignature.self, from: waiting)
            let request = try restored.request(certificate: practice.leader.certificate, chain: practice.leader.chain)
            let cms = try await request.signed(by: practice.leader)
            try restored.finish(file: prepared, to: output, cms: cms)
            let report = SignatureVerifier.report(on: try Data(contentsOf: output), trust: practice.trust, at: now)
            #expect(report.verdict == .valid)
            #expect(throws: PAdESError.notThePreparedFile) {
                try restored.finish(file: output, to: folder.appending(path: "c.pdf"), cms: cms)
            }
        }
    }
}

private actor Counter {
    private(set) var count = 0
    func add() { count += 1 }
}

extension Practice {
    /// The issuing authority's list, on which nobody stands.
    func revocationList() throws -> Data {
        let archive = try pki.archive(passphrase: pin)
        let issuing = try PKCS12Key(data: archive, passphrase: pin)
        let algorithm = SignatureAlgorithm.rsaPKCS1(.sha256).encodedIdentifier
        let extensions = DER.element(
            DERTag.context(0),
            DER.sequence(
                DER.sequence(
                    DER.identifier(.authorityKeyIdentifier),
                    DER.octets(
                        DER.sequence(
                            DER.element(
                                DERTag.primitive(0), issuing.certificate.subjectKeyIdentifier ?? Data()))))))
        let body = DER.sequence(
            DER.integer(1), algorithm, [UInt8](issuing.certificate.subject.der), DER.time(now.addingTimeInterval(-60)),
            DER.time(now.addingTimeInterval(86_400)), extensions)
        let signature = try issuing.sign(Data(body), digest: .sha256)
        return Data(DER.sequence(body, algorithm, DER.bits(signature)))
    }
}
