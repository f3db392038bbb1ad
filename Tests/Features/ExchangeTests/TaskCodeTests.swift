import Foundation
import OfficeTestKit
import Platform
import Records
import Testing

@testable import Exchange
@testable import Incoming
@testable import Outgoing

/// Mã nhiệm vụ đi cùng văn bản trả lời và đến nơi giao nhiệm vụ.
@Suite struct TaskCodeTests {
    @Test(arguments: Engine.testable)
    func `codes of tasks travel with the document and are told to the receiver`(engine: Engine) async throws {
        let world = try await ExchangeWorld.make(engine)
        let id = try await world.issue()
        try await world.academy.office.database.write { tx in
            var document = try #require(try OutgoingStore(tx).forOffice(id))
            document.content.taskCodes = ["NV-01", "NV-02"]
            document.content.alsoOnPaper = true
            try OutgoingStore(tx).save(document, recipients: try RecipientStore(tx).of(id))
        }
        try await world.settle()
        #expect(try await world.sent(id).document.content.taskCodes == ["NV-01", "NV-02"])
        let notes = try await world.received().document.notes
        #expect(notes.contains("Văn bản trả lời nhiệm vụ mã NV-01, NV-02."))
        #expect(notes.contains("Bên gửi cho biết còn gửi bản giấy."))
    }

    @Test(
        arguments: [
            ("", []), ("NV-01", ["NV-01"]), (" a, b;c\n a ", ["a", "b", "c"]), (",;", []),
        ] as [(String, [String])])
    func `codes are typed in any way that separates them`(text: String, codes: [String]) {
        #expect(TaskCodes.read(text) == codes)
    }
}
