import Digests
import Foundation
import PDFCore
import SamplePDFs
import Testing

@testable import PAdES
@testable import SignatureCore

/// Mọi phiên bản sau khi ký đều được đối chiếu; thay đổi nào không giải thích được thì coi là sửa đổi.
@Suite struct RevisionTests {
    static func report(_ file: Data, password: String? = nil) throws -> VerificationReport {
        let request = VerificationRequest(trust: try Practice.shared.get().trust, date: now, password: password)
        return SignatureVerifier.report(on: ByteSource(file), request)
    }

    static func updated(_ file: Data, _ change: (inout IncrementalUpdate, PDFDocument) throws -> Void) throws -> Data {
        let document = try PDFDocument(data: file)
        var update = try IncrementalUpdate(continuing: document)
        try change(&update, document)
        return update.file()
    }

    /// Adds a field to the form's list.
    static func list(_ field: PDFReference, in document: PDFDocument, _ update: inout IncrementalUpdate) throws {
        let form = try #require(try document.catalog()["AcroForm"]?.reference)
        var members = try #require(try document.object(form).dictionary)
        members["Fields"] = .array((try document.value("Fields", of: members).array ?? []) + [.reference(field)])
        update.set(form, to: .dictionary(members))
    }

    static func member(_ field: String, _ key: PDFName, _ value: PDFObject?, in file: Data) throws -> Data {
        try updated(file) { update, document in
            let field = try #require(try FieldTree(document).field(named: field))
            var dictionary = field.dictionary
            dictionary[key] = value
            update.set(try #require(field.reference), to: .dictionary(dictionary))
        }
    }

    static func signedAgain(_ file: Data, _ name: String) async throws -> Data {
        let practice = try Practice.shared.get()
        let target = SignatureIntent.Target.newField(name: name, rect: nil)
        return try await PDFSigner.sign(file, SignatureIntent(target: target, signedAt: now), with: practice.seal)
    }

    // MARK: signatures as a whole

    @Test func `a signature taken out of the file is still reported, with its signer`() async throws {
        let file = try Self.member("ChuKy", "V", nil, in: try await TamperTests.signed.value)
        let report = try Self.report(file)
        #expect(report.verdict == .modifiedAfterSigning)
        #expect(report.signatures.first?.signer?.name == "Nguyễn Văn Đức")
        #expect(report.signatures.first?.facts.formProblems.contains("removedLater") == true)
    }

    @Test func `a signature used by a second field is refused in both`() async throws {
        let signed = try await TamperTests.signed.value
        let value = try FieldTree(try PDFDocument(data: signed)).field(named: "ChuKy")?.value
        let report = try Self.report(try Self.member("ConDau", "V", value, in: signed))
        #expect(report.signatures.count == 2)
        #expect(report.signatures.allSatisfy { $0.verdict != .valid })
    }

    /// LibreOffice writes /DocChecksum; some programs carry such entries on and some do not.
    @Test(arguments: [
        "/DocChecksum/ABC": Verdict.valid, "/DocChecksum/XYZ": .modifiedAfterSigning, "/La/ABC": .modifiedAfterSigning,
    ])
    func `an entry of the trailer that an earlier revision had is not a change; any other is`(
        entry: String, verdict: Verdict
    ) async throws {
        let plain = String(decoding: SamplePDF().data, as: UTF8.self)
        let file = Data(plain.replacing("/Root 1 0 R", with: "/Root 1 0 R/DocChecksum/ABC").utf8)
        let signed = try await Self.signedAgain(file, "Truoc")
        #expect(try PDFDocument(data: signed).trailer["DocChecksum"] == nil)
        let text = String(decoding: signed, as: Unicode.ASCII.self)
        let previous = try #require(text.split(separator: "startxref\n").last?.split(separator: "\n").first)
        let size = try PDFDocument(data: signed).trailer["Size"]?.integer ?? 0
        let update = """
            xref
            0 1
            0000000000 65535 f\u{20}
            trailer
            <</Size \(size)/Root 1 0 R/Prev \(previous)\(entry)>>
            startxref
            \(signed.count)
            %%EOF

            """
        #expect(try Self.report(signed + Data(update.utf8)).verdict == verdict)
    }

    /// ISO/TS 32004: each revision of a file so encrypted has a code of its own.
    @Test(arguments: [
        ("/V 5/KDFSalt(0)", "<</MACLocation/Standalone/MAC(1)/ByteRange[0 1 2 3]>>", ModificationLevel.ltaUpdates),
        ("/V 5/KDFSalt(0)", "<</MACLocation/Standalone/MAC(1)/Root 1 0 R>>", .other),
        ("/V 5/KDFSalt(0)", "<</MACLocation/AttachedToSig/SigObjRef 5 0 R>>", .other),
        ("/V 5/KDFSalt(0)", "1 0 R", .other), ("/V 4", "<</MACLocation/Standalone/MAC(1)>>", .other),
    ])
    func `a code over a revision is no change where the file's encryption asks for one`(
        encryption: String, code: String, level: ModificationLevel
    ) throws {
        let entry = "/Encrypt<</Filter/Standard/R 6/StmF/Identity/StrF/Identity\(encryption)>>"
        let plain = String(decoding: SamplePDF().data, as: UTF8.self)
        let file = plain.replacing("/Root 1 0 R", with: "/Root 1 0 R" + entry)
        let previous = try #require(file.split(separator: "startxref\n").last?.split(separator: "\n").first)
        let update = """
            xref
            0 1
            0000000000 65535 f\u{20}
            trailer
            <</Size \(try PDFDocument(data: Data(file.utf8)).nextNumber)/Root 1 0 R\(entry)/AuthCode \(code)/Prev \(previous)>>
            startxref
            \(file.utf8.count)
            %%EOF

            """
        let document = try PDFDocument(data: Data((file + update).utf8))
        let findings = RevisionHistory(document, from: 0).changes(since: 0, under: .unrestricted)
        #expect(findings.changes.map(\.level).max() == level)
    }

    @Test(arguments: [true, false])
    func `a file that was encrypted remains so`(isKept: Bool) throws {
        let entry = "/Encrypt<</Filter/Standard/R 6/V 5/StmF/Identity/StrF/Identity>>"
        let file = String(decoding: SamplePDF().data, as: UTF8.self).replacing(
            "/Root 1 0 R", with: "/Root 1 0 R" + entry)
        let update = try RawUpdate([:]).appended(to: Data(file.utf8)) {
            isKept ? $0.replacing("/Root", with: entry + "/Root") : $0
        }
        let findings = RevisionHistory(try PDFDocument(data: update), from: 0).changes(since: 0, under: .unrestricted)
        #expect(findings.changes.map(\.level) == (isKept ? [] : [.other]))
    }

    @Test func `what was signed is a beginning of the file`() async throws {
        let signed = try await TamperTests.signed.value
        let later = try await Self.signedAgain(signed, "Them")
        let first = try #require(try Self.report(later).signatures.first)
        #expect(SignatureVerifier.signedDocument(later, of: first) == signed)
        #expect(first.revision == (first.revisionCount - 1))
    }

    @Test func `five signatures in sequence are all valid`() async throws {
        var file = try await TamperTests.signed.value
        for name in ["B", "C", "D", "E"] { file = try await Self.signedAgain(file, name) }
        let report = try Self.report(file)
        #expect(report.verdict == .valid)
        #expect(report.signatures.count == 5)
        #expect(report.signatures.dropLast().allSatisfy { $0.coverage == .wholeRevision })
    }

    @Test func `a certification that is not the first signature is found`() async throws {
        let practice = try Practice.shared.get()
        let signed = try await TamperTests.signed.value
        var forged = signed
        // The permissions of the catalog point to the second signature, as if it had come first.
        let second = try await Self.signedAgain(signed, "Sau")
        forged = try Self.updated(second) { update, document in
            var catalog = try document.catalog()
            let value = try #require(try FieldTree(document).field(named: "Sau")?.value)
            catalog["Perms"] = .dictionary(["DocMDP": value])
            update.set(try #require(document.catalogReference), to: .dictionary(catalog))
        }
        let report = SignatureVerifier.report(on: forged, trust: practice.trust, at: now)
        #expect(report.verdict == .modifiedAfterSigning)
        #expect(report.signatures.last?.facts.formProblems.contains("certificationNotFirst") == true)
    }

    // MARK: fields

    @Test(arguments: [2, 36, 1])
    func `a field hidden or shown after signing is found`(flags: Int) async throws {
        let file = try Self.member("SoVanBan", "F", .integer(flags), in: try await TamperTests.signed.value)
        #expect(try Self.report(file).verdict == .modifiedAfterSigning)
    }

    @Test func `flags behind a reference do not hide a field unnoticed`() async throws {
        let file = try Self.updated(try await TamperTests.signed.value) { update, document in
            let field = try #require(try FieldTree(document).field(named: "SoVanBan"))
            var dictionary = field.dictionary
            dictionary["F"] = .reference(update.add(.integer(2)))
            update.set(try #require(field.reference), to: .dictionary(dictionary))
        }
        #expect(try Self.report(file).verdict == .modifiedAfterSigning)
    }

    @Test func `an appearance exchanged without its value is pointed out`() async throws {
        let file = try Self.updated(try await TamperTests.signed.value) { update, document in
            let field = try #require(try FieldTree(document).field(named: "SoVanBan"))
            var dictionary = field.dictionary
            let look = update.add(.stream(PDFStream(["Subtype": .name("Form")], encoded: Data("q Q".utf8))))
            dictionary["AP"] = .dictionary(["N": .reference(look)])
            update.set(try #require(field.reference), to: .dictionary(dictionary))
        }
        let report = try Self.report(file)
        #expect(report.verdict == .valid)
        #expect(report.warnings.contains { $0.contains("SoVanBan") })
    }

    @Test func `a field list that names a field twice is read`() async throws {
        let file = try Self.updated(SamplePDF().data) { update, document in
            let field = update.add(.dictionary(["FT": .name("Sig"), "T": .string(Data("A".utf8))]))
            var catalog = try document.catalog()
            catalog["AcroForm"] = .dictionary(["Fields": .array([field.asObject, field.asObject])])
            update.set(try #require(document.catalogReference), to: .dictionary(catalog))
        }
        #expect(try Self.report(file).verdict == .unsigned)
        #expect(try Self.report(file).unsignedFields == ["A"])
    }

    // MARK: locks

    @Test func `a field closed by the signature may not be filled, another may`() async throws {
        let practice = try Practice.shared.get()
        var intent = SignatureIntent(target: .field("ChuKy"), signedAt: now)
        intent.lock = .only(["SoVanBan"])
        let laidOut = try Sample.layout.applied(to: SamplePDF().data)
        let signed = try await PDFSigner.sign(laidOut, intent, with: practice.leader)
        let text = PDFObject.string(Data("9".utf8))
        #expect(try Self.report(try Self.member("NgayBanHanh", "V", text, in: signed)).verdict == .valid)
        #expect(try Self.report(try Self.member("SoVanBan", "V", text, in: signed)).verdict == .modifiedAfterSigning)
    }

    // MARK: bounds

    @Test func `two hundred later revisions are compared in one go`() async throws {
        var file = try await TamperTests.signed.value
        for number in 0..<200 {
            file = try Self.member("SoVanBan", "V", .string(Data("\(number)".utf8)), in: file)
        }
        let began = ContinuousClock.now
        let report = try Self.report(file)
        #expect(report.verdict == .valid)
        #expect(report.signatures.first?.changes.count == 200)
        #expect(ContinuousClock.now - began < .seconds(20))
    }

    /// `count` revisions, each of which fills a field anew.
    private static func grown(_ file: Data, by count: Int) throws -> Data {
        let document = try PDFDocument(data: file)
        let reference = try #require(try FieldTree(document).field(named: "SoVanBan")?.reference)
        let place = try #require(try document.range(of: reference))
        let object = String(decoding: file[place], as: UTF8.self)
        let head = try #require(object.range(of: "<<"))
        let tail = object[head.upperBound...]
        let size = document.trailer["Size"]?.integer ?? 0
        var (grown, previous) = (file, document.revision.crossReferenceOffset)
        for value in 0..<count {
            let start = grown.count
            grown += Data("\(reference.number) 0 obj\n<</V(\(value))\(tail)\n".utf8)
            let table = grown.count
            let digits = String(start)
            let offset = String(repeating: "0", count: 10 - digits.count) + digits
            let text = """
                xref
                \(reference.number) 1
                \(offset) 00000 n\u{20}
                trailer
                <</Size \(size)/Root \(document.catalogReference?.description ?? "")/Prev \(previous)>>
                startxref
                \(table)
                %%EOF

                """
            grown += Data(text.utf8)
            previous = table
        }
        return grown
    }

    @Test func `a thousand later revisions are compared, five hundred told and the rest counted`() async throws {
        let file = try Self.grown(try await TamperTests.signed.value, by: 1000)
        let began = ContinuousClock.now
        let report = try Self.report(file)
        #expect(ContinuousClock.now - began < .seconds(30))
        #expect(report.verdict == .valid)
        let changes = try #require(report.signatures.first?.changes)
        #expect(changes.count == 501)
        #expect(changes.last == DocumentChange(level: .formFilling, sentence: "Và 500 thay đổi khác."))
    }

    @Test func `one forbidden change among a thousand is not lost`() async throws {
        let filled = try Self.grown(try await TamperTests.signed.value, by: 700)
        let file = try Self.grown(try Self.member("ChuKy", "Rect", .numbers([0, 0, 9, 9]), in: filled), by: 20)
        let report = try Self.report(file)
        #expect(report.verdict == .modifiedAfterSigning)
        #expect(report.signatures.first?.modificationLevel == .other)
    }

    @Test func `a file of more revisions than are read is not called valid, and soon`() async throws {
        let file = try Self.grown(try await TamperTests.signed.value, by: PDFLimits.revisions)
        let began = ContinuousClock.now
        let report = try Self.report(file)
        #expect(ContinuousClock.now - began < .seconds(30))
        #expect(report.verdict != .valid)
    }

    @Test(arguments: ["", "%PDF-1.7", "%PDF-1.7\n%%EOF\n", "<html></html>"])
    func `what is no document is malformed, and says so in JSON too`(text: String) throws {
        let report = try Self.report(Data(text.utf8))
        #expect(report.verdict == .malformed)
        #expect(String(decoding: try report.json(), as: UTF8.self).contains("\"malformed\""))
    }
}

/// Dữ liệu mô tả chỉ được thay bằng dữ liệu mô tả.
@Suite struct XMPPacketTests {
    static let head = "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF/></x:xmpmeta>"

    @Test(arguments: [
        head, "<?xpacket begin=\"\"?>\(head)<?xpacket end=\"w\"?>\n   ", "\u{FEFF}\(head)", "<!-- x -->\(head)",
        "<rdf:RDF xmlns:rdf=\"…\"><rdf:Description a='>'/></rdf:RDF>",
    ])
    func `a packet is accepted`(text: String) { #expect(XMPPacket.isWellFormed(Data(text.utf8))) }

    @Test(arguments: [
        "", "text", "<html></html>", "\(head)\(head)", "<x:xmpmeta><a></b></x:xmpmeta>", "<x:xmpmeta>",
        "<!DOCTYPE a>\(head)", "\(head)<more/>", "<x:xmpmeta><!a/></x:xmpmeta>", "<x:xmpmeta <b></x:xmpmeta>",
        "<x:xmpmeta", "q Q \(head)", "<![CDATA[x]]>\(head)",
    ])
    func `anything else is not`(text: String) { #expect(!XMPPacket.isWellFormed(Data(text.utf8))) }

    @Test(arguments: [(64, true), (65, false)])
    func `a packet is so deep at the most`(depth: Int, isWellFormed: Bool) {
        let (open, close) = (String(repeating: "<RDF>", count: depth), String(repeating: "</RDF>", count: depth))
        #expect(XMPPacket.isWellFormed(Data((open + close).utf8)) == isWellFormed)
    }
}

/// Ai nhắc tới đối tượng nào, theo từng phiên bản.
@Suite struct ReferenceIndexTests {
    @Test func `a key with a stroke in it is no two keys`() {
        let place = Place(holder: 4)
        #expect(place.member("AP/N") != place.member("AP").member("N"))
        #expect(place.member("AP").member("N").lastKey == "N")
    }

    @Test func `what nothing within reach refers to any more is used by nobody`() throws {
        let first = try RawUpdate([
            1: "<</Type/Catalog/Pages 2 0 R/A 7 0 R>>", 7: "<</B 8 0 R>>", 8: "(x)", 9: "<</Title(a)>>",
        ]).appended(to: SamplePDF().data) { $0.replacing("/Root", with: "/Info 9 0 R/Root") }
        let file = try RawUpdate([1: "<</Type/Catalog/Pages 2 0 R>>"]).appended(to: first)
        let document = try PDFDocument(data: file)
        var index = try ReferenceIndex(try #require(document.atRevision(1)))
        #expect(index.uses(of: 8) == [Place(holder: 7, path: "B")])
        #expect(index.uses(of: 9) == [Place.trailer.member("Info")])
        try index.advance(to: document, touched: document.numbersTouched(after: 1))
        #expect(index.uses(of: 8).isEmpty && index.uses(of: 9).isEmpty)
    }
}
