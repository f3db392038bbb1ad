// Working days: the law counts in them, and holidays are data.
internal import Foundation
package import Platform

package struct WorkCalendar: Sendable, Hashable {
    /// Days off besides Saturday and Sunday.
    package let holidays: Set<Day>
    /// Saturdays or Sundays worked in exchange for another day.
    package let workedDays: Set<Day>

    package init(holidays: Set<Day> = [], workedDays: Set<Day> = []) {
        self.holidays = holidays
        self.workedDays = workedDays
    }

    /// From `calendar.holidays` and `calendar.worked`, days `yyyy-MM-dd` separated by commas: Tết and the exchanged days
    /// differ every year. The days that do not (1/1, 30/4, 1/5, 2/9) are known.
    package init(_ settings: Settings) throws(SettingsError) {
        func days(_ key: String) throws(SettingsError) -> Set<Day> {
            var days: Set<Day> = []
            for word in (settings.text(key) ?? "").split(separator: ",") {
                guard let day = Day(word.trimmingSpaces) else {
                    throw .value(key: key, reason: "`\(word)` is no day yyyy-MM-dd")
                }
                days.insert(day)
            }
            return days
        }
        self.init(holidays: try days("calendar.holidays"), workedDays: try days("calendar.worked"))
    }

    /// Labour Code 2019 Art. 112, the days fixed in the solar calendar.
    private static let fixed: Set<[Int]> = [[1, 1], [4, 30], [5, 1], [9, 2]]

    package func isWorking(_ day: Day) -> Bool {
        if workedDays.contains(day) { return true }
        // 1970-01-01 was a Thursday.
        let weekday = ((day.ordinal + 3) % 7 + 7) % 7
        return weekday < 5 && !holidays.contains(day) && !Self.fixed.contains([day.month, day.day])
    }

    /// The first working day after this one; a calendar without any gives the day after.
    package func next(after day: Day) -> Day {
        (1...60).lazy.map { day.adding(days: $0) }.first(where: isWorking) ?? day.adding(days: 1)
    }
}
