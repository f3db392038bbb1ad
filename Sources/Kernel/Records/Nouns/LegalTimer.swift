// The time limits of the law on sending and on receiving, as one pure table.
package import Foundation
internal import Platform

/// What the law sets a limit to.
package enum LegalDuty: String, Sendable, CaseIterable {
    /// A signed document is sent (QĐ 28/2018 Art. 6.2, NĐ 30/2020 Art. 18.1).
    case send
    /// A document that came is taken or refused, and its sender told (NĐ 30/2020 Art. 21.2c, 22).
    case receive

    package var clause: String {
        switch self {
        case .send: "QĐ 28/2018/QĐ-TTg, Điều 6"
        case .receive: "NĐ 30/2020/NĐ-CP, Điều 21"
        }
    }
}

package struct LegalTimer: Sendable, Hashable {
    private let calendar: WorkCalendar
    package init(_ calendar: WorkCalendar) { self.calendar = calendar }

    /// How long "at once" may take before somebody is warned: the law gives no figure.
    package static let atOnce: TimeInterval = 3600
    /// The morning of a working day ends at noon.
    private static let noon: TimeInterval = 12 * 3600
    private static let midnight: TimeInterval = 24 * 3600

    /// Until when the duty is due.
    /// - Parameter since: when the document was signed, or when it came.
    package func due(_ duty: LegalDuty, _ urgency: Urgency, since: Date) -> Date {
        if urgency > .normal { return since + Self.atOnce }
        let day = Day(at: since)
        switch duty {
        case .send: return calendar.next(after: day).start + Self.noon
        case .receive: return (calendar.isWorking(day) ? day : calendar.next(after: day)).start + Self.midnight
        }
    }
}

/// How a time limit stands now, in words.
package struct LegalDelay: Sendable, Hashable {
    package let due: Date
    package let isLate: Bool
    /// `hạn gửi 25/11/2026 12:00`, `quá hạn tiếp nhận hết ngày 25/11/2026`
    package let words: String
    /// `25/11/2026 12:00`, `hết ngày 25/11/2026`
    package let end: String

    package init(_ duty: LegalDuty, due: Date, now: Date) {
        self.due = due
        isLate = now >= due
        let what =
            switch duty {
            case .send: "hạn gửi"
            case .receive: "hạn tiếp nhận"
            }
        // Midnight belongs to the day it ends.
        end =
            LocalTime(due).clock == "00:00:00" ? "hết ngày \(LocalTime(due - 1).day.printed)" : LocalTime(due).printed
        words = isLate ? "quá \(what) \(end)" : "\(what) \(end)"
    }
}
