import Foundation
import Records
import Testing

@testable import Outgoing

/// Bảng nơi nhận: lý do giống nhau nói một lần; nơi nào có điều riêng để nói thì đứng riêng.
@Suite struct RecipientGroupTests {
    func line(
        _ id: Int64, _ failure: String, standing: RecipientStanding = .trouble, steps: [RecipientStep] = [],
        failedRequest: Int64? = nil
    ) -> RecipientLine {
        RecipientLine(
            id: id, name: "Sở số \(id)", agency: AgencyCode("000.00.\(id).H99"), delivery: .failed, failure: failure,
            held: "", sentAt: nil, standing: standing, steps: steps, failedRequest: failedRequest)
    }

    func groups(_ lines: [RecipientLine]) -> [[Int64]] { RecipientGroup.groups(of: lines).map { $0.lines.map(\.id) } }

    @Test func `sentences that differ by the receiver's name alone are one, told without it`() throws {
        let lines = (11...50).map { line($0, "Trục không có đơn vị nhận “Sở số \($0)”. Hãy kiểm tra.") }
        let groups = RecipientGroup.groups(of: lines)
        #expect(groups.count == 1 && groups.first?.isShared == true)
        #expect(groups.first?.reason == "Trục không có đơn vị nhận “…”. Hãy kiểm tra.")
        #expect(groups.first?.lines == lines)
    }

    @Test func `a code in place of the name is the same`() {
        #expect(groups([line(1, "Không có “000.00.1.H99”."), line(2, "Không có “Sở số 2”.")]) == [[1, 2]])
    }

    @Test func `another reason, another standing, or something of its own to tell stands apart`() {
        let step = RecipientStep(code: "01", words: "Đã đến", note: "", at: Date())
        let lines = [
            line(1, "a"), line(2, "b"), line(3, "a"), line(4, "a", standing: .held), line(5, "a", steps: [step]),
            line(6, ""), line(7, ""), line(8, "a", failedRequest: 3), line(9, "b"),
        ]
        #expect(groups(lines) == [[1, 3], [2, 9], [4], [5], [6], [7], [8]])
    }

    @Test func `nobody is lost and nobody is told twice`() {
        let lines = (1...60).map { line($0, ["a", "b", ""][Int($0) % 3]) }
        #expect(groups(lines).flatMap(\.self).sorted() == Array(1...60))
    }
}
