import Foundation
import OfficeTestKit
import Testing

/// The shape of the house, checked: floors, arrows between features, words that may not stand in the sources.
@Suite struct TidyTests {
    /// What each module of the project may use of the project. Nothing imports from a floor above its own.
    static let mayUse: [String: Set<String>] = [
        "Digests": [], "EdXML": ["Digests"], "VXP": ["Digests"],
        "PDFCore": ["Digests"], "SignatureCore": ["Digests"], "PAdES": ["PDFCore", "SignatureCore", "Digests"],
        "Platform": ["Digests"], "Records": ["Platform", "Digests"], "WebUI": ["Records", "Platform", "Digests"],
        "Directory": kernel, "Signing": kernel.union(["PAdES", "SignatureCore", "PDFCore"]),
        "Outgoing": kernel.union(["Directory", "Signing"]), "Incoming": kernel.union(["Directory", "Signing"]),
        "Exchange": kernel.union(["Directory", "Incoming", "Outgoing", "EdXML", "VXP"]),
        "Hub": kernel.union(["EdXML", "VXP", "SignatureCore"]),
    ]
    static let kernel: Set<String> = ["Platform", "Records", "WebUI", "Digests"]

    struct SourceFile: Sendable, CustomTestStringConvertible {
        let module: String
        let path: String
        let text: String
        var testDescription: String { path }

        var imports: [String] {
            text.split(separator: "\n").compactMap { line in
                let words = line.split(separator: " ")
                guard let index = words.firstIndex(of: "import"), index <= 1, index + 1 < words.count else {
                    return nil
                }
                return String(words[index + 1])
            }
        }
    }

    static let sources: [SourceFile] = {
        let root = Judge.packageFolder.appending(path: "Sources").path
        guard let walker = FileManager.default.enumerator(atPath: root) else { return [] }
        return walker.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }.sorted().compactMap { path in
            let parts = path.split(separator: "/").map(String.init)
            guard let text = try? String(contentsOfFile: "\(root)/\(path)", encoding: .utf8) else { return nil }
            return SourceFile(module: parts[0] == "Hub" ? "Hub" : parts[1], path: path, text: text)
        }
    }()

    @Test func `the tree was found`() { #expect(Self.sources.count > 100) }

    @Test(arguments: sources) func `a module uses only what its floor allows`(file: SourceFile) {
        guard let allowed = Self.mayUse[file.module] else { return }
        let own = Set(Self.mayUse.keys).union(["OfficeApp"])
        for name in file.imports where own.contains(name) {
            #expect(allowed.contains(name), "\(file.path) imports \(name)")
        }
    }

    @Test(arguments: sources) func `pure files know neither the web nor the database's drivers`(file: SourceFile) {
        let name = (file.path as NSString).lastPathComponent
        if ["Lifecycle.swift", "Policy.swift"].contains(name) {
            let forbidden: Set = ["Hummingbird", "WebUI", "GRDB", "Subprocess"]
            #expect(forbidden.isDisjoint(with: file.imports), "\(file.path)")
        }
        if ["Views.swift", "Pages.swift"].contains(name) || file.path.contains("/Pages/")
            || file.path.contains("/Views/")
        {
            #expect(!file.text.contains("SELECT ") && !file.text.contains("INSERT INTO"), "SQL in \(file.path)")
        }
    }

    /// `UUID()`: see `randomIdentifier`.
    static let banned = [
        "try!", "fatalError(", "@unchecked", "nonisolated(unsafe)", "TODO", "FIXME", "Manager:", "as!", "UUID()",
    ]

    @Test(arguments: sources) func `words that hide a hole do not stand in the sources`(file: SourceFile) {
        for word in Self.banned { #expect(!file.text.contains(word), "\(word) in \(file.path)") }
    }

    @Test func `a forbidden import and a banned word would be found`() {
        let file = SourceFile(module: "EdXML", path: "x", text: "internal import Hummingbird\nlet x = try! y")
        #expect(file.imports == ["Hummingbird"])
        #expect(Self.banned.contains { file.text.contains($0) })
    }

    @Test func `every module is described`() throws {
        let text = try String(
            contentsOf: Judge.packageFolder.appending(path: "docs/modules.md"), encoding: .utf8)
        for name in Set(Self.sources.map(\.module)) {
            #expect(text.contains("`\(name)`"), "\(name) is not in docs/modules.md")
        }
    }
}
