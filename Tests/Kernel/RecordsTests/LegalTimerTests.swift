import Foundation
import Platform
import Testing

@testable import Records

/// Thời hạn theo luật: gửi trong ngày ký, chậm nhất sáng ngày làm việc tiếp theo; văn bản khẩn gửi ngay; báo nhận trong ngày.
@Suite struct LegalTimerTests {
    /// Wednesday 25 November is off, Saturday 5 December is worked.
    private static let calendar = WorkCalendar(
        holidays: Set([Day("2026-11-25")].compactMap(\.self)), workedDays: Set([Day("2026-12-05")].compactMap(\.self)))
    private static let timer = LegalTimer(calendar)

    private static func instant(_ text: String) throws -> Date {
        try Date("\(text):00+07:00", strategy: .iso8601)
    }

    private static let sending = [
        // Tuesday: the next day is off.
        ("2026-11-24T08:00", "2026-11-26T12:00"), ("2026-11-24T23:59", "2026-11-26T12:00"),
        ("2026-11-26T17:00", "2026-11-27T12:00"),
        // Friday, and the days of a weekend.
        ("2026-11-27T09:00", "2026-11-30T12:00"), ("2026-11-28T09:00", "2026-11-30T12:00"),
        ("2026-11-29T09:00", "2026-11-30T12:00"),
        // Friday before a worked Saturday.
        ("2026-12-04T16:00", "2026-12-05T12:00"), ("2026-12-05T16:00", "2026-12-07T12:00"),
        // New Year, 30 April and 1 May, 2 September.
        ("2026-12-31T10:00", "2027-01-04T12:00"), ("2027-04-29T10:00", "2027-05-03T12:00"),
        ("2027-09-01T10:00", "2027-09-03T12:00"),
    ]

    @Test(arguments: sending) func `an ordinary document is sent by noon of the next working day`(
        signed: String, due: String
    ) throws {
        #expect(Self.timer.due(.send, .normal, since: try Self.instant(signed)) == (try Self.instant(due)))
    }

    private static let receiving = [
        ("2026-11-24T08:00", "2026-11-25T00:00"), ("2026-11-24T23:59", "2026-11-25T00:00"),
        // On a day off: the next working day.
        ("2026-11-25T08:00", "2026-11-27T00:00"), ("2026-11-28T08:00", "2026-12-01T00:00"),
        ("2026-12-05T08:00", "2026-12-06T00:00"),
    ]

    @Test(arguments: receiving) func `receipt is told within the day`(came: String, due: String) throws {
        #expect(Self.timer.due(.receive, .normal, since: try Self.instant(came)) == (try Self.instant(due)))
    }

    @Test(arguments: LegalDuty.allCases, [Urgency.urgent, .veryUrgent, .express])
    func `what is urgent is done at once, on whatever day`(duty: LegalDuty, urgency: Urgency) throws {
        let signed = try Self.instant("2026-11-28T22:30")
        #expect(Self.timer.due(duty, urgency, since: signed) == signed + LegalTimer.atOnce)
    }

    @Test func `the words say until when, and since when it is late`() throws {
        let due = try Self.instant("2026-11-26T12:00")
        #expect(LegalDelay(.send, due: due, now: due - 1).words == "hạn gửi 26/11/2026 12:00")
        #expect(LegalDelay(.send, due: due, now: due) == LegalDelay(.send, due: due, now: due + 60))
        #expect(LegalDelay(.send, due: due, now: due).words == "quá hạn gửi 26/11/2026 12:00")
        let midnight = try Self.instant("2026-11-25T00:00")
        let receipt = LegalDelay(.receive, due: midnight, now: midnight - 1)
        #expect(receipt.words == "hạn tiếp nhận hết ngày 24/11/2026" && receipt.end == "hết ngày 24/11/2026")
    }

    @Test func `holidays are read from the configuration, and a wrong one is told`() throws {
        let read = try WorkCalendar(Settings(["calendar.holidays": "2027-02-05, 2027-02-08", "calendar.worked": ""]))
        #expect(!read.isWorking(try #require(Day("2027-02-05"))))
        #expect(!read.isWorking(try #require(Day("2027-02-08"))))
        #expect(read.isWorking(try #require(Day("2027-02-09"))))
        #expect(throws: SettingsError.self) { try WorkCalendar(Settings(["calendar.holidays": "Tết"])) }
    }

    @Test func `seven days of a week without holidays`() throws {
        let monday = try #require(Day("2026-11-16"))
        let worked = (0..<7).map { WorkCalendar().isWorking(monday.adding(days: $0)) }
        #expect(worked == [true, true, true, true, true, false, false])
    }
}
