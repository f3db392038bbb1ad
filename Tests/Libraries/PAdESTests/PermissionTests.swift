import Digests
import Foundation
import PDFCore
import SamplePDFs
import SignatureCore
import Testing

@testable import PAdES

/// Chữ ký trước cho phép gì thì người ký sau chỉ được làm đến đó; ô ký yêu cầu gì thì chữ ký phải theo.
@Suite struct PermissionTests {
    /// A file with a field “Ky” carrying these entries.
    static func file(_ entries: PDFDictionary) throws -> Data {
        let laidOut = try FormLayout([FormField(name: "Ky", kind: .signature, rect: nil)]).applied(to: SamplePDF().data)
        var editor = try FormEditor(try PDFDocument(data: laidOut))
        let field = try #require(editor.fields.field(named: "Ky")?.reference)
        try editor.change(field, entries)
        return editor.update.file()
    }

    static func seeded(_ seed: PDFDictionary) throws -> Data {
        try file(["SV": .dictionary(seed.merging(["Type": .name("SV")]) { $1 })])
    }

    static func intent(_ target: SignatureIntent.Target = .field("Ky")) -> SignatureIntent {
        SignatureIntent(target: target, signedAt: now)
    }

    static func value(_ file: Data, _ name: String = "Ky") throws -> PDFDictionary {
        let document = try PDFDocument(data: file)
        return try #require(try document.resolve(try FieldTree(document).field(named: name)?.value).dictionary)
    }

    static func signed(_ file: Data, _ change: (inout SignatureIntent) -> Void = { _ in }) async throws -> Data {
        var intent = intent()
        change(&intent)
        return try await PDFSigner.sign(file, intent, with: try Practice.shared.get().leader)
    }

    static func transforms(_ file: Data, _ name: String = "Ky") throws -> [String] {
        try value(file, name)["Reference"]?.array?.compactMap { $0.dictionary?["TransformMethod"]?.name?.text } ?? []
    }

    // MARK: seed values

    @Test func `a demanded format is taken and one that only may be is not`() async throws {
        let names = PDFObject.array([.name("x.unknown"), .name("adbe.pkcs7.detached")])
        let bound = try await Self.signed(try Self.seeded(["SubFilter": names, "Ff": .integer(2)]))
        #expect(try Self.value(bound)["SubFilter"] == .name("adbe.pkcs7.detached"))
        let free = try await Self.signed(try Self.seeded(["SubFilter": names]))
        #expect(try Self.value(free)["SubFilter"] == .name("ETSI.CAdES.detached"))
    }

    @Test func `a demanded digest is taken, and old ones are refused`() async throws {
        func seed(_ names: String...) throws -> Data {
            try Self.seeded(["DigestMethod": .array(names.map { .text($0) }), "Ff": .integer(64)])
        }
        let (prepared, _) = try PDFSigner.prepare(try seed("SHA1", "SHA512"), Self.intent())
        #expect(prepared.digestAlgorithm == .sha512)
        #expect(throws: PAdESError.seedValueNotMet("DigestMethod sha1")) {
            try PDFSigner.prepare(try seed("SHA1"), Self.intent())
        }
    }

    @Test func `a reason is one of those allowed, or none`() throws {
        let two = PDFObject.array([.text("Duyet"), .text("Ky")])
        let bound = try Self.seeded(["Reasons": two, "Ff": .integer(8)])
        var intent = Self.intent()
        #expect(throws: PAdESError.seedValueNotMet("Reasons")) { try PDFSigner.prepare(bound, intent) }
        intent.reason = "Khac"
        #expect(throws: PAdESError.seedValueNotMet("Reasons")) { try PDFSigner.prepare(bound, intent) }
        intent.reason = "Ky"
        #expect(try Self.value(try PDFSigner.prepare(bound, intent).file)["Reason"] == .text("Ky"))
        let none = try Self.seeded(["Reasons": .array([.text(".")]), "Ff": .integer(8)])
        #expect(try Self.value(try PDFSigner.prepare(none, intent).file)["Reason"] == nil)
    }

    @Test func `a field for a certification certifies, a field for approvals does not`() async throws {
        let certified = try await Self.signed(try Self.seeded(["MDP": .dictionary(["P": .integer(2)])]))
        #expect(try Self.transforms(certified) == ["DocMDP"])
        #expect(try PDFDocument(data: certified).certificationPermission() == 2)
        await #expect(throws: PAdESError.seedValueNotMet("MDP 0")) {
            try await Self.signed(try Self.seeded(["MDP": .dictionary(["P": .integer(0)])])) {
                $0.certification = .annotating
            }
        }
    }

    @Test func `a demanded handler that is not ours and a demanded timestamp that is not to be had are refused`()
        async throws
    {
        await #expect(throws: PAdESError.seedValueNotMet("Filter Other")) {
            try await Self.signed(try Self.seeded(["Filter": .name("Other"), "Ff": .integer(1)]))
        }
        let stamped = try Self.seeded(["TimeStamp": .dictionary(["URL": .text("http://a/"), "Ff": .integer(1)])])
        await #expect(throws: PAdESError.timestampNeeded) { try await Self.signed(stamped) }
        let practice = try Practice.shared.get()
        _ = try await PDFSigner.sign(
            stamped, Self.intent(), with: practice.leader, timestampedBy: practice.timestamps)
    }

    // MARK: places

    @Test func `a field laid out before is signed, and added only where there is none`() async throws {
        let rect = PageRect(page: 1, x: 20, y: 20, width: 60, height: 20)
        for (name, count) in [("Ky", 1), ("Moi", 2)] {
            let intent = Self.intent(.fieldOrNew(name: name, rect: rect))
            let file = try await PDFSigner.sign(try Self.file([:]), intent, with: try Practice.shared.get().leader)
            let fields = try FieldTree(try PDFDocument(data: file)).fields
            #expect(fields.count == count && fields.first { $0.name == name }?.value != nil)
            #expect(throws: PAdESError.fieldAlreadySigned(name)) { try PDFSigner.prepare(file, intent) }
        }
    }

    // MARK: locks

    @Test(arguments: [
        ("Include", ["Khac"], true), ("Exclude", ["Khac"], false), ("All", [], true), ("Include", ["Kha"], false),
        ("Include", ["Khac.Con"], false), ("Exclude", ["Kha"], true),
    ])
    func `the lock of a field closes what it names`(action: String, names: [String], isLocked: Bool) async throws {
        let lock: PDFDictionary = [
            "Type": .name("SigFieldLock"), "Action": .name(PDFName(action)), "Fields": .array(names.map { .text($0) }),
        ]
        let file = try await Self.signed(try Self.file(["Lock": .dictionary(lock)]))
        #expect(try Self.transforms(file) == ["FieldMDP"])
        let next = Self.intent(.newField(name: "Khac", rect: nil))
        if isLocked {
            #expect(throws: PAdESError.fieldLocked("Khac")) { try PDFSigner.prepare(file, next) }
        } else {
            _ = try PDFSigner.prepare(file, next)
        }
    }

    @Test func `a lock that permits nothing more closes the whole file`() async throws {
        let lock: PDFDictionary = ["Action": .name("Include"), "Fields": .array([.text("X")]), "P": .integer(1)]
        let file = try await Self.signed(try Self.file(["Lock": .dictionary(lock)]))
        #expect(try Self.transforms(file) == ["DocMDP", "FieldMDP"])
        #expect(throws: PAdESError.lockedByCertification) {
            try PDFSigner.prepare(file, Self.intent(.newField(name: "Khac", rect: nil)))
        }
    }

    /// What nobody knows permits nothing (ISO 32000-2 Table 257).
    @Test(arguments: [([1, 3], true), ([3, 1], true), ([3, 7], true), ([3, 2], false)])
    func `of what several signatures permit the strictest counts`(values: [Int], isClosed: Bool) throws {
        let references = values.map { value in
            PDFObject.dictionary([
                "TransformMethod": .name("DocMDP"), "TransformParams": .dictionary(["P": .integer(value)]),
            ])
        }
        let file = try Self.file(["V": .dictionary(["Type": .name("Sig"), "Reference": .array(references)])])
        let next = Self.intent(.newField(name: "Khac", rect: nil))
        if isClosed {
            #expect(throws: PAdESError.lockedByCertification) { try PDFSigner.prepare(file, next) }
        } else {
            _ = try PDFSigner.prepare(file, next)
        }
    }

    /// ISO 32000-2 Table 236: it binds whether or not the program that signed took it over into the signature.
    @Test(arguments: [(PDFObject.null, Int?.none), (.integer(1), 1), (.integer(2), 2), (.integer(9), 1)])
    func `what the lock of a field permits binds by itself`(value: PDFObject, permission: Int?) throws {
        let document = try PDFDocument(data: SamplePDF().data)
        let lock: PDFDictionary = ["Action": .name("Include"), "Fields": .array([.text("Khac")]), "P": value]
        let restrictions = try SignatureRestrictions([:], field: ["Lock": .dictionary(lock)], in: document)
        #expect(restrictions.permission == permission)
        #expect(restrictions.locks("Khac") && restrictions.locks("Khac.Con") && !restrictions.locks("Khac2"))
    }

    @Test func `a lock that nobody understands closes every field`() throws {
        let document = try PDFDocument(data: SamplePDF().data)
        let lock: PDFDictionary = ["Action": .name("Khac")]
        #expect(try SignatureRestrictions([:], field: ["Lock": .dictionary(lock)], in: document).locks("Bat ky"))
        let reference: PDFDictionary = ["TransformMethod": .name("FieldMDP"), "TransformParams": .dictionary(lock)]
        let file = try Self.file([
            "V": .dictionary(["Type": .name("Sig"), "Reference": .array([.dictionary(reference)])])
        ])
        #expect(throws: PAdESError.fieldLocked("Khac")) {
            try PDFSigner.prepare(file, Self.intent(.newField(name: "Khac", rect: nil)))
        }
    }

    @Test func `a locked text field is not filled`() async throws {
        let laidOut = try Sample.layout.applied(to: SamplePDF().data)
        var intent = Self.intent(.field("ChuKy"))
        intent.lock = .only(["SoVanBan"])
        let file = try await PDFSigner.sign(laidOut, intent, with: try Practice.shared.get().leader)
        try #require(Sample.fontPath != nil)
        #expect(throws: PAdESError.fieldLocked("SoVanBan")) {
            try FormFilling([FieldValue(name: "SoVanBan", text: "1")], font: try Sample.font()).applied(to: file)
        }
    }

    // MARK: certification

    @Test func `only the first signature certifies`() async throws {
        let file = try await Self.signed(try Self.file([:]))
        var second = Self.intent(.newField(name: "Khac", rect: nil))
        second.certification = .fillingAndSigning
        #expect(throws: PAdESError.certificationNotFirst) { try PDFSigner.prepare(file, second) }
    }

    @Test func `a certification may follow a timestamp, and no other certification`() throws {
        func problem(_ file: Data) -> PAdESError? {
            var next = Self.intent(.newField(name: "Khac", rect: nil))
            next.certification = .fillingAndSigning
            do throws(PAdESError) { _ = try PDFSigner.prepare(file, next) } catch { return error }
            return nil
        }
        #expect(try problem(Self.file(["V": .dictionary(["Type": .name("DocTimeStamp")])])) == nil)
        #expect(try problem(Self.file(["V": .dictionary(["Type": .name("Sig")])])) == .certificationNotFirst)
        // One that no field shows.
        let hidden = try RevisionTests.updated(try Self.file([:])) { update, document in
            let transform: PDFDictionary = ["TransformMethod": .name("DocMDP")]
            let signature = update.add(.dictionary(["Reference": .array([.dictionary(transform)])]))
            var catalog = try document.catalog()
            catalog["Perms"] = .dictionary(["DocMDP": .reference(signature)])
            update.set(try #require(document.catalogReference), to: .dictionary(catalog))
        }
        #expect(problem(hidden) == .certificationNotFirst)
    }

    @Test func `a certified file takes no new field that shows, but one that does not and those it has`() async throws {
        let place = PageRect(page: 1, x: 10, y: 10, width: 40, height: 20)
        let certified = try await Self.signed(try Self.file([:])) { $0.certification = .fillingAndSigning }
        #expect(throws: PAdESError.newFieldAfterCertification) {
            try PDFSigner.prepare(certified, Self.intent(.newField(name: "Khac", rect: place)))
        }
        _ = try PDFSigner.prepare(certified, Self.intent(.newField(name: "Khac", rect: nil)))
    }

    // MARK: shapes of fields

    @Test func `a field deep in a tree with two widgets is signed in place`() async throws {
        let document = try PDFDocument(data: SamplePDF(pages: 2).data)
        var editor = try FormEditor(document)
        let (top, field) = (editor.update.reserve(), editor.update.reserve())
        var widgets: [PDFObject] = []
        for page in 0...1 {
            let box = PDFRectangle(minX: 50, minY: 50, maxX: 200, maxY: 100)
            let widget = try editor.add(
                ["Parent": .reference(field), "F": .integer(4)], on: try document.page(page), rectangle: box)
            widgets.append(.reference(widget))
        }
        editor.update.set(
            field,
            to: .dictionary([
                "T": .text("ky"), "FT": .name("Sig"), "Kids": .array(widgets), "Parent": .reference(top),
            ]))
        editor.update.set(top, to: .dictionary(["T": .text("cap1"), "Kids": .array([.reference(field)])]))
        try editor.changeForm { form, _ in form["Fields"] = .array([.reference(top)]) }
        var intent = Self.intent(.field("cap1.ky"))
        intent.appearance = SignatureAppearance(image: try PNGImage(Sample.png(width: 9, height: 6, alpha: true)))
        let practice = try Practice.shared.get()
        let signed = try await PDFSigner.sign(editor.update.file(), intent, with: practice.leader)
        let report = SignatureVerifier.report(on: signed, trust: practice.trust, at: now)
        #expect(report.verdict == .valid && report.signatures.map(\.field) == ["cap1.ky"])
        let read = try PDFDocument(data: signed)
        for widget in widgets {
            #expect(try read.resolve(widget).dictionary?["AP"] != nil)
        }
    }

    @Test func `only objects that change are written again`() async throws {
        let laidOut = try Self.file([:])
        let signed = try await Self.signed(laidOut)
        let document = try PDFDocument(data: signed)
        let touched = document.numbersTouched(after: document.revisions.count - 2)
        // The field, its value, and nothing else: form, page and catalog are as they were laid out.
        let before = try PDFDocument(data: laidOut)
        let known = touched.filter { before.contains($0) }
        #expect(known.count == 1, "\(known)")
    }

    @Test func `the first half of the identifier stays and the second changes`() async throws {
        let first = try PDFDocument(data: try await Self.signed(try Self.file([:])))
        let second = try PDFDocument(
            data: try await PDFSigner.sign(
                first.data, Self.intent(.newField(name: "Khac", rect: nil)), with: try Practice.shared.get().seal))
        #expect(first.trailer["ID"]?.array?.first == second.trailer["ID"]?.array?.first)
        #expect(first.trailer["ID"]?.array?.last != second.trailer["ID"]?.array?.last)
    }
}
