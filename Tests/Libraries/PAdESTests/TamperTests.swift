import Digests
import Foundation
import PDFCore
import SamplePDFs
import SignatureCore
import Testing

@testable import PAdES

/// Thay đổi sau khi ký phải bị phát hiện; tệp lạ không bao giờ làm hỏng chương trình.
@Suite struct TamperTests {
    /// A file signed once, with fields for number and seal still open.
    static let signed = Task { () async throws -> Data in
        let practice = try Practice.shared.get()
        let laidOut = try Sample.layout.applied(to: SamplePDF(pages: 2).data)
        return try await PDFSigner.sign(
            laidOut, SignatureIntent(target: .field("ChuKy"), signedAt: now), with: practice.leader)
    }

    static func verdict(_ file: Data) throws -> Verdict {
        SignatureVerifier.report(on: file, trust: try Practice.shared.get().trust, at: now).verdict
    }

    static func update(_ change: (inout IncrementalUpdate, PDFDocument) throws -> Void) async throws -> Data {
        let document = try PDFDocument(data: try await signed.value)
        var update = try IncrementalUpdate(continuing: document)
        try change(&update, document)
        return update.file()
    }

    @Test func `an untouched signature is valid at level B-B`() async throws {
        let report = SignatureVerifier.report(
            on: try await Self.signed.value, trust: try Practice.shared.get().trust, at: now)
        #expect(report.verdict == .valid)
        #expect(report.level == "B-B")
        #expect(report.signatures.first?.coverage == .wholeFile)
    }

    @Test func `a signer nobody trusts leaves the verdict open`() async throws {
        let report = SignatureVerifier.report(on: try await Self.signed.value, trust: TrustStore(), at: now)
        #expect(report.verdict == .indeterminate)
    }

    @Test func `a changed byte of the content breaks the signature`() async throws {
        var file = try await Self.signed.value
        let place = try #require(file.range(of: Data("Van ban".utf8)))
        file[place.lowerBound] ^= 1
        #expect(try Self.verdict(file) == .invalid)
    }

    @Test func `page content replaced by a later update is found`() async throws {
        let file = try await Self.update { update, _ in
            update.set(PDFReference(5), to: .stream(PDFStream([:], encoded: Data("BT ET".utf8))))
        }
        #expect(try Self.verdict(file) == .modifiedAfterSigning)
    }

    @Test(arguments: ["MediaBox", "Rotate", "Contents", "AA"])
    func `a page attribute changed by a later update is found`(key: String) async throws {
        let file = try await Self.update { update, document in
            let page = try document.page(0).reference
            var dictionary = try #require(try document.object(page).dictionary)
            dictionary[PDFName(key)] = .integer(90)
            update.set(page, to: .dictionary(dictionary))
        }
        #expect(try Self.verdict(file) == .modifiedAfterSigning)
    }

    @Test(arguments: ["OpenAction", "Names", "OCProperties", "Perms", "Outlines"])
    func `a catalog entry added by a later update is found`(key: String) async throws {
        let file = try await Self.update { update, document in
            var catalog = try document.catalog()
            catalog[PDFName(key)] = .dictionary([:])
            update.set(try #require(document.catalogReference), to: .dictionary(catalog))
        }
        #expect(try Self.verdict(file) == .modifiedAfterSigning)
    }

    @Test func `of a file that comes back signed nothing else may be signed, certified or filled`() async throws {
        let offered = try Sample.layout.applied(to: SamplePDF().data)
        let filled = try RevisionTests.member("SoVanBan", "V", .text("1"), in: offered)
        let leader = try Practice.shared.get().leader
        func problem(_ file: Data, certifies: Bool = false) async throws -> ReturnedFileProblem? {
            var intent = SignatureIntent(target: .field("ChuKy"), signedAt: now)
            if certifies { intent.certification = .fillingAndSigning }
            let returned = try await PDFSigner.sign(file, intent, with: leader)
            do throws(ReturnedFileProblem) {
                _ = try SignatureVerifier.onlySignature("ChuKy", in: returned, offered: offered, at: now)
                return nil
            } catch { return error }
        }
        #expect(try await problem(offered) == nil)
        #expect(try await problem(offered, certifies: true) == .notThisField(["ChuKy"]))
        guard case .changed(let sentence) = try await problem(filled) else {
            Issue.record("a filled field was taken")
            return
        }
        #expect(sentence.contains("SoVanBan"))
    }

    @Test func `what comes back signed and then extended covers not the whole file, and is not taken`() async throws {
        let offered = try Sample.layout.applied(to: SamplePDF().data)
        let signed = try await PDFSigner.sign(
            offered, SignatureIntent(target: .field("ChuKy"), signedAt: now), with: try Practice.shared.get().leader)
        let extended = try Self.stored(["Certs": .array([])], in: signed)
        #expect(try Self.verdict(extended) == .valid)
        #expect {
            try SignatureVerifier.onlySignature("ChuKy", in: extended, offered: offered, at: now)
        } throws: { error in
            if case ReturnedFileProblem.invalidSignature = error { true } else { false }
        }
    }

    @Test func `a file certified takes no new field that shows`() async throws {
        let layout = FormLayout([
            FormField(name: "Moi", kind: .signature, rect: .init(page: 1, x: 20, y: 20, width: 40, height: 20))
        ])
        var intent = SignatureIntent(target: .newField(name: "A", rect: nil), signedAt: now)
        for (certification, verdict) in [(nil, Verdict.valid), (.fillingAndSigning, .modifiedAfterSigning)]
            as [(DocumentPermission?, Verdict)]
        {
            intent.certification = certification
            let file = try await PDFSigner.sign(SamplePDF().data, intent, with: try Practice.shared.get().leader)
            #expect(try Self.verdict(layout.applied(to: file)) == verdict)
        }
    }

    private static func form(
        _ change: @escaping (inout PDFDictionary, inout IncrementalUpdate) -> Void
    ) async throws
        -> Data
    {
        try await update { update, document in
            let reference = try #require(try document.catalog()["AcroForm"]?.reference)
            var form = try #require(try document.object(reference).dictionary)
            change(&form, &update)
            update.set(reference, to: .dictionary(form))
        }
    }

    @Test func `a form of unknown flags, or that names a new field twice, is found`() async throws {
        for (flags, verdict) in [(3, Verdict.valid), (7, .modifiedAfterSigning)] {
            let file = try await Self.form { form, _ in form["SigFlags"] = .integer(flags) }
            #expect(try Self.verdict(file) == verdict)
        }
        for (count, verdict) in [(1, Verdict.valid), (2, .modifiedAfterSigning)] {
            let file = try await Self.form { form, update in
                let field = update.add(.dictionary(["FT": .name("Sig"), "T": .text("Moi")]))
                form["Fields"] = .array(
                    (form["Fields"]?.array ?? []) + Array(repeating: .reference(field), count: count))
            }
            #expect(try Self.verdict(file) == verdict)
        }
    }

    private static func stored(_ store: PDFDictionary, in file: Data) throws -> Data {
        try RevisionTests.updated(file) { update, document in
            var catalog = try document.catalog()
            catalog["DSS"] = .dictionary(store)
            update.set(try #require(document.catalogReference), to: .dictionary(catalog))
        }
    }

    /// ETSI EN 319 142-1 §5.4: lists of streams, and what belongs to each signature.
    @Test func `a security store that names something else, or loses a record, is found`() async throws {
        let signed = try await Self.signed.value
        let page = try PDFDocument(data: signed).page(0).reference
        #expect(try Self.verdict(Self.stored(["Certs": .array([])], in: signed)) == .valid)
        #expect(
            try Self.verdict(Self.stored(["Certs": .array([.reference(page)])], in: signed)) == .modifiedAfterSigning)
        let record = PDFName(String(repeating: "0A", count: 20))
        let kept = try Self.stored(["VRI": .dictionary([record: .dictionary([:])])], in: signed)
        #expect(try Self.verdict(kept) == .valid)
        #expect(try Self.verdict(Self.stored(["VRI": .dictionary([:])], in: kept)) == .modifiedAfterSigning)
        let named = try Self.stored(["VRI": .dictionary(["A": .dictionary([:])])], in: signed)
        #expect(try Self.verdict(named) == .modifiedAfterSigning)
    }

    @Test func `a font replaced by a later update is found`() async throws {
        let file = try await Self.update { update, _ in
            update.set(PDFReference(3), to: .dictionary(["Type": .name("Font"), "Subtype": .name("Type3")]))
        }
        #expect(try Self.verdict(file) == .modifiedAfterSigning)
    }

    @Test func `a note added by a later update is found and named`() async throws {
        let file = try await Self.update { update, document in
            let page = try document.page(0).reference
            var dictionary = try #require(try document.object(page).dictionary)
            let note = update.add(.dictionary(["Type": .name("Annot"), "Subtype": .name("FreeText")]))
            dictionary["Annots"] = .array((dictionary["Annots"]?.array ?? []) + [.reference(note)])
            update.set(page, to: .dictionary(dictionary))
        }
        let report = SignatureVerifier.report(on: file, trust: try Practice.shared.get().trust, at: now)
        #expect(report.verdict == .modifiedAfterSigning)
        #expect(report.signatures.first?.modificationLevel == .annotations)
    }

    @Test func `the place of a field moved by a later update is found`() async throws {
        let file = try await Self.update { update, document in
            let field = try #require(try FieldTree(document).field(named: "SoVanBan"))
            var dictionary = field.dictionary
            dictionary["Rect"] = .numbers([0, 0, 600, 800])
            update.set(try #require(field.reference), to: .dictionary(dictionary))
        }
        #expect(try Self.verdict(file) == .modifiedAfterSigning)
    }

    @Test func `a signature taken out by a later update is found`() async throws {
        let file = try await Self.update { update, document in
            let field = try #require(try FieldTree(document).field(named: "ChuKy"))
            var dictionary = field.dictionary
            dictionary["V"] =
                update.add(
                    .dictionary(try #require(try document.resolve(field.value).dictionary))
                ).asObject
            update.set(try #require(field.reference), to: .dictionary(dictionary))
        }
        #expect(try [.modifiedAfterSigning, .invalid].contains(Self.verdict(file)))
    }

    @Test func `bytes after the end are found`() async throws {
        #expect(try Self.verdict(try await Self.signed.value + Data("junk".utf8)) == .modifiedAfterSigning)
    }

    @Test func `a new text field over the page is found`() async throws {
        let file = try FormLayout([
            FormField(
                name: "Them", kind: .text(sizePoints: 13, alignment: .left),
                rect: PageRect(page: 1, x: 10, y: 10, width: 50, height: 10))
        ]).applied(to: try await Self.signed.value)
        #expect(try Self.verdict(file) == .modifiedAfterSigning)
    }

    @Test func `an object the signed revision pointed at in vain is found when it appears`() async throws {
        let practice = try Practice.shared.get()
        let document = try PDFDocument(data: SamplePDF().data)
        var update = try IncrementalUpdate(continuing: document)
        var page = try document.page(0)
        page.dictionary["Contents"] = .array([.reference(PDFReference(5)), .reference(PDFReference(900))])
        update.set(page.reference, to: .dictionary(page.dictionary))
        let signed = try await PDFSigner.sign(
            update.file(), SignatureIntent(target: .newField(name: "A", rect: nil), signedAt: now),
            with: practice.leader)
        var later = try IncrementalUpdate(continuing: try PDFDocument(data: signed))
        later.set(PDFReference(900), to: .stream(PDFStream([:], encoded: Data("0 0 9 9 re f".utf8))))
        #expect(try Self.verdict(later.file()) == .modifiedAfterSigning)
    }

    @Test func `a further signature and filled fields leave the first valid`() async throws {
        let practice = try Practice.shared.get()
        let file = try await PDFSigner.sign(
            try await Self.signed.value, SignatureIntent(target: .newField(name: "Them", rect: nil), signedAt: now),
            with: practice.seal)
        let report = SignatureVerifier.report(on: file, trust: practice.trust, at: now)
        #expect(report.verdict == .valid)
        #expect(report.signatures.map(\.coverage) == [.wholeRevision, .wholeFile])
    }

    // MARK: hostile bytes

    @Test func `a signed file cut off anywhere still gets a verdict`() async throws {
        let file = try await Self.signed.value
        for count in stride(from: 0, to: file.count, by: 97) {
            #expect(try Self.verdict(file.prefix(count)) != .valid)
        }
    }

    @Test(arguments: 1...12)
    func `bytes flipped at random never make a wrong signature valid`(seed: Int) async throws {
        let file = try await Self.signed.value
        let original = try #require(
            SignatureVerifier.report(
                on: file, trust: try Practice.shared.get().trust, at: now
            ).signatures.first)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<25 {
            var octets = [UInt8](file)
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                octets[Int.random(in: 0..<octets.count, using: &generator)] ^= UInt8.random(
                    in: 1...255, using: &generator)
            }
            let report = SignatureVerifier.report(on: Data(octets), trust: try Practice.shared.get().trust, at: now)
            // Only the zeros behind the signature in its hole are not protected.
            #expect(report.verdict != .valid || report.signatures.first?.certificate == original.certificate)
        }
    }
}

extension PDFReference {
    var asObject: PDFObject { .reference(self) }
}

/// SplitMix64: the same numbers for the same seed on every machine.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    init(seed: Int) { state = UInt64(bitPattern: Int64(seed)) }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
