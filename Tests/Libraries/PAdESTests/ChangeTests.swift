import Foundation
import PDFCore
import SamplePDFs
import Testing

@testable import PAdES

/// Mỗi việc ghi thêm sau khi ký một dòng: làm đúng cách thì được phép, lệch một chi tiết là sửa đổi.
@Suite struct ChangeTests {
    typealias Change = @Sendable (inout IncrementalUpdate, PDFDocument) throws -> Void

    struct Row: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var isPermitted: Bool
        /// What the signed revision has besides the laid-out form.
        var before: Change?
        var after: Change
    }

    private static func permitted(_ name: String, before: Change? = nil, _ after: @escaping Change) -> Row {
        Row(testDescription: name, isPermitted: true, before: before, after: after)
    }

    private static func refused(_ name: String, before: Change? = nil, _ after: @escaping Change) -> Row {
        Row(testDescription: name, isPermitted: false, before: before, after: after)
    }

    private static func catalog(_ change: @escaping @Sendable (inout PDFDictionary) -> Void) -> Change {
        { update, document in
            var catalog = try document.catalog()
            change(&catalog)
            update.set(try #require(document.catalogReference), to: .dictionary(catalog))
        }
    }

    private static func form(
        _ change: @escaping @Sendable (inout PDFDictionary, inout IncrementalUpdate) throws -> Void
    ) -> Change {
        { update, document in
            let reference = try #require(try document.catalog()["AcroForm"]?.reference)
            var form = try #require(try document.object(reference).dictionary)
            try change(&form, &update)
            update.set(reference, to: .dictionary(form))
        }
    }

    @Test(arguments: descriptions + forms + fields + pages)
    func `what is written after a signature is explained to the last detail`(row: Row) async throws {
        var file = try Sample.layout.applied(to: SamplePDF().data)
        if let before = row.before { file = try RevisionTests.updated(file, before) }
        file = try await PDFSigner.sign(
            file, SignatureIntent(target: .field("ChuKy"), signedAt: now), with: try Practice.shared.get().leader)
        let report = try RevisionTests.report(try RevisionTests.updated(file, row.after))
        let told = report.signatures.first?.changes.map(\.sentence).joined(separator: " ") ?? ""
        #expect(report.verdict == (row.isPermitted ? .valid : .modifiedAfterSigning), Comment(rawValue: told))
    }

    // MARK: catalog

    private static func stream(_ content: String, _ members: PDFDictionary = [:]) -> PDFObject {
        .stream(PDFStream(members, encoded: Data(content.utf8)))
    }

    private static func described(by content: String) -> Change {
        { update, document in
            var catalog = try document.catalog()
            catalog["Metadata"] = .reference(update.add(stream(content)))
            update.set(try #require(document.catalogReference), to: .dictionary(catalog))
        }
    }

    static let descriptions: [Row] = [
        permitted("a version that there is", catalog { $0["Version"] = .name("2.0") }),
        refused("a version that there is none of", catalog { $0["Version"] = .name("9.9") }),
        permitted("metadata anew", before: described(by: XMPPacketTests.head), described(by: XMPPacketTests.head)),
        refused("metadata overwritten by what is none", before: described(by: XMPPacketTests.head)) {
            update, document in
            update.set(try #require(try document.catalog()["Metadata"]?.reference), to: stream("q Q"))
        },
        refused("metadata for what was none", before: described(by: "q Q"), described(by: XMPPacketTests.head)),
        refused(
            "a page's metadata for those of the file",
            before: { update, document in
                var page = try document.page(0)
                page.dictionary["Metadata"] = .reference(update.add(stream(XMPPacketTests.head)))
                update.set(page.reference, to: .dictionary(page.dictionary))
            },
            { update, document in
                var catalog = try document.catalog()
                catalog["Metadata"] = try document.page(0).dictionary["Metadata"]
                update.set(try #require(document.catalogReference), to: .dictionary(catalog))
            }),
    ]

    // MARK: form

    private static let looks: PDFDictionary = ["Subtype": .name("Form"), "Resources": .dictionary([:])]

    /// A form that names a font and the look of a signature, and fields that show `look`.
    private static func resources(_ look: PDFDictionary) -> Change {
        { update, document in
            try form { form, update in
                form["DR"] = .dictionary([
                    "Font": .dictionary(["F1": .reference(PDFReference(3))]),
                    "XObject": .dictionary(["FRM": .reference(update.add(stream("q Q", looks)))]),
                ])
            }(&update, document)
            for field in try FieldTree(document).fields where field.dictionary["AP"] != nil {
                var members = field.dictionary
                members["AP"] = .dictionary(["N": .reference(update.add(stream("q Q", look)))])
                update.set(try #require(field.reference), to: .dictionary(members))
            }
        }
    }

    private static func exchanging(_ kind: PDFName, _ name: PDFName) -> Change {
        form { form, update in
            var resources = try #require(form["DR"]?.dictionary)
            var members = try #require(resources[kind]?.dictionary)
            members[name] = .reference(update.add(stream("q Q", looks)))
            resources[kind] = .dictionary(members)
            form["DR"] = .dictionary(resources)
        }
    }

    static let forms: [Row] = [
        refused("a form that says it has no signatures", form { form, _ in form["SigFlags"] = .integer(2) }),
        refused("the same form in another object") { update, document in
            var catalog = try document.catalog()
            let form = try document.value("AcroForm", of: catalog)
            catalog["AcroForm"] = .reference(update.add(form))
            update.set(try #require(document.catalogReference), to: .dictionary(catalog))
        },
        permitted(
            "a signature's look under the name of another one", before: resources(looks), exchanging("XObject", "FRM")),
        refused(
            "the same where a look takes what the form has", before: resources(["Subtype": .name("Form")]),
            exchanging("XObject", "FRM")),
        refused("a look under the name of a font", before: resources(looks), exchanging("Font", "F1")),
    ]

    // MARK: fields

    private static let place = PDFObject.numbers([300, 300, 400, 340])

    private static func adding(_ members: PDFDictionary) -> Change {
        { update, document in
            let field = update.add(
                .dictionary((["FT": .name("Sig"), "T": .text("Moi")] as PDFDictionary).merging(members) { $1 }))
            try RevisionTests.list(field, in: document, &update)
        }
    }

    private static let group: Change = { update, document in
        let (group, member) = (update.reserve(), update.reserve())
        update.set(
            member,
            to: .dictionary(["T": .text("Con"), "FT": .name("Tx"), "Parent": .reference(group)]))
        update.set(group, to: .dictionary(["T": .text("Nhom"), "Kids": .array([.reference(member)])]))
        try RevisionTests.list(group, in: document, &update)
    }

    /// The list of fields is an object of its own.
    private static let list = form { form, update in
        form["Fields"] = .reference(update.add(try #require(form["Fields"])))
    }

    private static func listing(_ change: @escaping @Sendable ([PDFObject]) -> [PDFObject]) -> Change {
        { update, document in
            let form = try document.value("AcroForm", of: document.catalog()).dictionary
            let list = try #require(form?["Fields"]?.reference)
            update.set(list, to: .array(change(try document.object(list).array ?? [])))
        }
    }

    static let fields: [Row] = [
        permitted("the same list of fields again", before: list, listing { $0 }),
        refused("a list of fields that lost one", before: list, listing { $0.dropLast() }),
        permitted("a signature field", adding([:])),
        permitted("a signature field that shows", adding(["Subtype": .name("Widget"), "Rect": place])),
        refused("a field without a name", adding(["T": .text("")])),
        refused("a field with the name of one below another", adding(["T": .text("Moi.Hai")])),
        refused("a field with the name of a group", before: group, adding(["T": .text("Nhom")])),
        refused("a field of a parent that does not know it", adding(["Parent": .reference(PDFReference(2))])),
        refused("a stamp that is a field too", adding(["Subtype": .name("Stamp"), "Rect": place])),
        permitted("a field with resources of its own", adding(["DR": .dictionary(["Font": .dictionary([:])])])),
        refused(
            "a field with a font of the page",
            adding(["DR": .dictionary(["Font": .dictionary(["F1": .reference(PDFReference(3))])])])),
        refused("a field that calls itself something else") { update, document in
            let field = try #require(try FieldTree(document).field(named: "SoVanBan"))
            update.set(
                try #require(field.reference),
                to: .dictionary(field.dictionary.merging(["Type": .name("Page")]) { $1 }))
        },
    ]

    /// What may be anywhere on the page is no timestamp nobody sees.
    @Test(arguments: [([0, 0, 0, 0], ModificationLevel.ltaUpdates), ([0, 0, 9], .formFilling)])
    func `a field whose place nobody can make out counts as seen`(
        corners: [Double], level: ModificationLevel
    ) async throws {
        let laidOut = try RevisionTests.updated(try Sample.layout.applied(to: SamplePDF().data)) { update, document in
            try Self.adding(["Subtype": .name("Widget"), "Rect": .numbers(corners)])(&update, document)
        }
        let signed = try await RevisionTests.signedAgain(laidOut, "A")
        let stamped = try RevisionTests.updated(signed) { update, document in
            let field = try #require(try FieldTree(document).field(named: "Moi"))
            let stamp = update.add(.dictionary(["Type": .name("DocTimeStamp")]))
            let members = field.dictionary.merging(["V": .reference(stamp)]) { $1 }
            update.set(try #require(field.reference), to: .dictionary(members))
        }
        let first = try RevisionTests.report(stamped).signatures.first { $0.field == "A" }
        #expect(first?.modificationLevel == level)
    }

    // MARK: pages

    /// The page's resources are those of the tree.
    private static let inherited: Change = { update, document in
        var page = try document.page(0)
        let tree = try #require(page.dictionary["Parent"]?.reference)
        let resources = try #require(page.dictionary["Resources"])
        page.dictionary["Resources"] = nil
        var members = try #require(try document.object(tree).dictionary)
        members["Resources"] = .reference(update.add(resources))
        update.set(page.reference, to: .dictionary(page.dictionary))
        update.set(tree, to: .dictionary(members))
    }

    private static func saying(
        _ key: PDFName, _ own: @escaping @Sendable (PDFObject, PDFDocument) throws -> PDFObject
    ) -> Change {
        { update, document in
            var page = try document.page(0)
            let tree = try document.value("Parent", of: page.dictionary).dictionary
            page.dictionary[key] = try own(try #require(tree?[key]), document)
            update.set(page.reference, to: .dictionary(page.dictionary))
        }
    }

    private static let twice = Data("<</Type/Font/Subtype/Type1/BaseFont/Times-Roman/BaseFont/Courier>>".utf8)

    static let pages: [Row] = [
        permitted(
            "a font of two names written again as it was",
            before: { update, _ in
                update.set(PDFReference(3), toRaw: twice)
            }
        ) { update, _ in update.set(PDFReference(3), toRaw: twice) },
        refused("a font given two names") { update, _ in update.set(PDFReference(3), toRaw: twice) },
        refused("the same content under another generation") { update, document in
            update.set(PDFReference(5, 1), to: try document.object(PDFReference(5)))
        },
        permitted("a page with the size it had from above", saying("MediaBox") { above, _ in above }),
        permitted(
            "a page with the resources it had from above", before: inherited, saying("Resources") { above, _ in above }),
        // What they name may become something else for the one and not for the other.
        refused(
            "a page with resources like those above", before: inherited,
            saying("Resources") { above, document in try document.resolve(above) }),
    ]
}
