import Foundation
import OfficeTestKit
import Testing

@testable import Outgoing

struct ReadmeTests {
    @Test func `the README tells the table of the code`() throws {
        let text = try String(
            contentsOf: Judge.packageFolder.appending(path: "Sources/Features/Outgoing/README.md"), encoding: .utf8)
        let rows = OutgoingDocument.lifecycle.map {
            "| `\($0.action.rawValue)` \($0.action.label) | \($0.from) | \($0.to) | \($0.by) |"
        }
        let table = (["| action | from | to | who |", "| --- | --- | --- | --- |"] + rows).joined(separator: "\n")
        #expect(text.contains("<!-- lifecycle -->\n\(table)\n<!-- /lifecycle -->"), "should be:\n\(table)")
    }
}
