import Foundation
import Records
import Testing

@testable import Outgoing

/// Khi nào văn bản đã gửi bị coi là chưa đến: bảng thuần, thử hết.
@Suite struct ArrivalRuleTests {
    /// Tuesday, 24 November 2026, 9:00 in Viet Nam.
    private static let sent = Date(timeIntervalSince1970: 1_795_485_600)

    /// Hours after sending, and whether the next working day's noon, or the month of asking, is over.
    private static let moments: [(hours: Double, isLate: Bool, isLast: Bool)] = [
        (1, false, false), (26.9, false, false), (27, true, false), (719, true, false), (720, true, true),
    ]

    @Test(arguments: OutgoingDelivery.Arrival.allCases, moments.indices)
    func `taken is arrived, failed is missing at once, what waits is missing when its time is over`(
        arrival: OutgoingDelivery.Arrival, moment: Int
    ) {
        let (hours, isLate, isLast) = Self.moments[moment]
        let judgement = ArrivalRule(LegalTimer(WorkCalendar())).judge(
            arrival, sentAt: Self.sent, now: Self.sent + hours * 3_600)
        switch (arrival, isLate) {
        case (.taken, _): #expect(judgement == .arrived)
        case (.failed, _), (.waiting, true), (.unknown, true):
            guard case .missing(let problem, let last) = judgement else {
                Issue.record("\(judgement)")
                return
            }
            #expect(problem.contains("Hãy liên hệ nơi nhận") && last == isLast)
        case (.waiting, false), (.unknown, false): #expect(judgement == .waiting)
        }
    }

    @Test func `a weekend does not count`() {
        let friday = Self.sent + (3 * 24 + 7) * 3_600
        let rule = ArrivalRule(LegalTimer(WorkCalendar()))
        #expect(rule.judge(.waiting, sentAt: friday, now: friday + 60 * 3_600) == .waiting)
        #expect(rule.judge(.waiting, sentAt: friday, now: friday + 68 * 3_600) != .waiting)
    }
}
