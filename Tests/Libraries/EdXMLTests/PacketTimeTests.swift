import Foundation
import Testing

@testable import EdXML

/// Ngày giờ trong gói tin theo giờ Việt Nam.
@Suite struct PacketTimeTests {
    @Test(arguments: [
        ("2026/03/05", "2026/03/05"), ("05/03/2026", "2026/03/05"), ("2026-03-05", "2026/03/05"),
        ("5/3/2026", "2026/03/05"), ("2024/02/29", "2024/02/29"), ("20260305", "2026/03/05"),
        ("05.03.2026", "2026/03/05"),
        ("ngày 05 tháng 3 năm 2026", "2026/03/05"), ("Ngày 5 Tháng 03 Năm 2026", "2026/03/05"),
        ("2026-03-05+07:00", "2026/03/05"), ("2026-03-05Z", "2026/03/05"), ("2026-03-05-05:00", "2026/03/05"),
    ])
    func `days are read in the orders that circulate`(text: String, expected: String) {
        #expect(PacketDay(text)?.description == expected)
    }

    @Test(arguments: [
        "2026/02/29", "2026/13/01", "05/03/26", "", "2026/3", "2026/03/05/1", "+026/03/05", "{yyyy/MM/dd}", "20261305",
        "ngày 31 tháng 2 năm 2026", "5 tháng 3 năm 2026",
        "2026-03-05+0700:",
    ])
    func `what is no day is none`(text: String) {
        #expect(PacketDay(text) == nil)
    }

    @Test(arguments: [
        ("2026/03/05 10:15:30", "2026/03/05 10:15:30"), ("05/03/2026 10:15", "2026/03/05 10:15:00"),
        ("2026-03-05T10:15:30.123", "2026/03/05 10:15:30"), ("2026-03-05T20:15:30Z", "2026/03/06 03:15:30"),
        ("2026-03-05T10:15:30+07:00", "2026/03/05 10:15:30"), ("2026-03-05T10:15:30+0700", "2026/03/05 10:15:30"),
        ("2025-12-31T23:00:00-05:00", "2026/01/01 11:00:00"), ("20260305101530", "2026/03/05 10:15:30"),
        ("5/3/2026 12:00:00 SA", "2026/03/05 00:00:00"), ("5/3/2026 1:05:00 CH", "2026/03/05 13:05:00"),
        ("5/3/2026 12:30:00 ch", "2026/03/05 12:30:00"), ("05/03/2026 13:00 CH", "2026/03/05 13:00:00"),
        ("3/25/2026 12:00:00 AM", "2026/03/25 00:00:00"), ("3/3/2026 11:00:00 PM", "2026/03/03 23:00:00"),
        ("2026-03-05 09:00:00 AM", "2026/03/05 09:00:00"),
    ])
    func `moments are read and shown in Vietnamese time`(text: String, expected: String) {
        #expect(PacketTime(text)?.description == expected)
    }

    @Test func `a day that is one with the month first and another with the day first is none`() {
        #expect(PacketTime("10/05/2026 12:00:00 AM") == nil)
    }

    @Test(arguments: [
        "2026/03/05 25:00:00", "20260305250000", "5/3/2026 1:00:00 XX", "2026/03/05 10", "2026/03/05", "",
        "2026/03/05 10:00:00+99:00",
    ])
    func `what is no moment is none`(text: String) {
        #expect(PacketTime(text) == nil)
    }

    @Test func `a date and back is the same second`() {
        for seconds in stride(from: -3_000_000_000.0, to: 9_000_000_000, by: 86_461_123) {
            let date = Date(timeIntervalSince1970: seconds)
            #expect(PacketTime(date).date == date)
        }
    }

    @Test func `dates beyond the calendar do not crash`() {
        #expect(PacketTime(Date(timeIntervalSince1970: .infinity)).day.year <= 9999)
        #expect(PacketTime(.distantPast).day.year >= 1)
    }
}
