import OfficeTestKit
import Platform
import Records
import Testing

@testable import Outgoing

/// Những điều trang văn bản đi và sổ nói: gửi đến bao nhiêu nơi, lý do nào của việc nào.
@Suite struct TellingTests {
    @Test func `what a clerk issues at one stroke is said before`() async throws {
        let stage = try await OutgoingStage()
        let recipients = [try stage.institute(), NewRecipient(.unit(stage.people.otherHead.unit), name: "")]
        let id = try await stage.document(.sealed, stage.draft(to: recipients))
        let view = try await stage.desk.open(id, for: stage.people.clerk)
        #expect(view.document.reach(view.recipients) == "Gửi đến 2 nơi nhận: 1 cơ quan qua liên thông, 1 đơn vị.")
        #expect(view.document.reach([]) == "Không có nơi nhận nào trên hệ thống.")
    }

    @Test(
        arguments: [
            (OutgoingDocument.State.returned, Ending?.none, "Sửa căn cứ."), (.cancelled, nil, "Sửa căn cứ."),
            (.issued, .recalled, "Sửa căn cứ."), (.issued, nil, nil), (.issued, .replaced, nil),
        ] as [(OutgoingDocument.State, Ending?, String?)])
    func `the reason of a recall that was refused is no reason of the document's standing`(
        state: OutgoingDocument.State, ending: Ending?, told: String?
    ) {
        var document = OutgoingDocument.sample(state: state)
        (document.reason, document.ending) = ("Sửa căn cứ.", ending)
        #expect(document.standingReason == told)
    }

    @Test(arguments: [
        ("A; B; C", "A; B; C"), ("Viện Công nghệ thông tin; B; C; D", "Viện Công nghệ thông tin và 3 nơi khác"),
        ("", ""),
    ])
    func `the register on screen names the first of many receivers`(places: String, shown: String) {
        #expect(RegisterColumns.brief(places) == shown)
    }
}
