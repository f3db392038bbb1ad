import Foundation
import OfficeTestKit
import Testing

@testable import Platform

/// Ngày giờ Việt Nam (+07:00).
@Suite struct DayTests {
    @Test(arguments: [
        ("2026-11-24T02:00:00Z", "2026-11-24", "24/11/2026 09:00"),
        ("2026-11-24T16:59:59Z", "2026-11-24", "24/11/2026 23:59"),
        ("2026-11-24T17:00:00Z", "2026-11-25", "25/11/2026 00:00"),
        ("2025-12-31T17:00:00Z", "2026-01-01", "01/01/2026 00:00"),
        ("2024-02-28T17:30:00Z", "2024-02-29", "29/02/2024 00:30"),
        ("1969-12-31T16:59:59Z", "1969-12-31", "31/12/1969 23:59"),
        ("1970-01-01T00:00:00Z", "1970-01-01", "01/01/1970 07:00"),
    ])
    func `an instant is the day and hour it is in Viet Nam`(instant: String, day: String, printed: String) throws {
        let date = try Date(instant, strategy: .iso8601)
        #expect(Day(at: date).description == day)
        #expect(LocalTime(date).printed == printed)
    }

    @Test(arguments: [
        "2026-02-29", "2026-13-01", "2026-00-10", "2026-1-1x", "26-01-01", "2026-01", "2026-04-31", "", "0000-01-01",
        "2026-01-01-",
    ])
    func `what is no day is none`(text: String) { #expect(Day(text) == nil) }

    @Test func `every day of four centuries follows the one before`() throws {
        var day = try #require(Day("1999-12-31"))
        for _ in 0..<146_097 {
            let next = day.adding(days: 1)
            #expect(next.ordinal == day.ordinal + 1 && day < next)
            day = next
        }
        #expect(day.description == "2399-12-31")
    }

    @Test(arguments: 1...200)
    func `a day is what its text, its midnight and its number say`(seed: Int) {
        var random = SeededRandom(seed: seed)
        let day = Day(at: Date(timeIntervalSince1970: Double(random.int(in: -2_000_000_000...4_000_000_000))))
        #expect(Day(day.description) == day)
        #expect(Day(at: day.start) == day)
        #expect(Day(at: day.start.addingTimeInterval(-1)) == day.adding(days: -1))
        #expect(Day(year: day.year, month: day.month, day: day.day) == day)
    }
}
