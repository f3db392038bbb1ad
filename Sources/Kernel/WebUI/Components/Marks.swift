// Small marks: stamps, tags, counts, deadlines, facts.
package import Foundation
package import Platform
package import Records

/// How a mark, a sentence or a message is meant; the word always says it too, colour never alone.
package enum Level: String, Sendable, CaseIterable {
    /// Verified good: only for what has been checked.
    case ok
    case warn, bad
    /// Merely so.
    case neutral
    /// Needs this person now.
    case active

    var icon: Icon? {
        switch self {
        case .ok: .check
        case .warn, .bad: .warning
        case .neutral, .active: nil
        }
    }
}

/// A word in a small frame.
package struct Tag: Sendable, Hashable {
    package let label: String
    package let level: Level
    package init(_ label: String, _ level: Level = .neutral) {
        self.label = label
        self.level = level
    }
    package var html: HTML { #"<span class="tag \#(level.rawValue)">\#(label)</span>"# }
}

package enum Marks {
    /// HỎA TỐC, THƯỢNG KHẨN, KHẨN as a stamp; nothing for an ordinary document.
    package static func stamp(_ urgency: Urgency) -> HTML {
        guard urgency > .normal else { return .empty }
        return #"<span class="stamp u\#(urgency.rawValue)">\#(urgency.label.uppercased())</span>"#
    }

    /// MẬT … as a stamp; nothing for an open document.
    package static func stamp(_ level: SecurityLevel) -> HTML {
        guard level > .open else { return .empty }
        return #"<span class="stamp secret">\#(level.label.uppercased())</span>"#
    }

    /// The day and what it means; late is red and a word, nothing where there is no deadline.
    package static func deadline(_ dueOn: Day?, today: Day) -> HTML {
        guard let dueOn else { return .empty }
        let deadline = Deadline(dueOn, today: today)
        return """
            <span class="due \(deadline.level.name)"><time datetime="\(dueOn.description)">\(dueOn.printed)</time> \
            <span class="words">\(deadline.words)</span></span>
            """
    }

    package static func time(_ instant: Date) -> HTML {
        #"<time datetime="\#(iso(instant))">\#(Format.time(instant))</time>"#
    }

    package static func day(_ day: Day) -> HTML {
        #"<time datetime="\#(day.description)">\#(day.printed)</time>"#
    }

    /// Label and value pairs; pairs without a value are left out.
    package static func facts(_ pairs: [(label: String, value: HTML?)]) -> HTML {
        let rows = pairs.compactMap { label, value -> HTML? in
            guard let value, !value.isEmpty else { return nil }
            return "<div><dt>\(label)</dt><dd>\(value)</dd></div>"
        }
        return #"<dl class="facts">\#(rows)</dl>"#
    }

    /// A sentence on its own with an icon and a tint.
    package static func message(_ level: Level, _ text: HTML) -> HTML {
        #"<div class="flash \#(level.rawValue)">\#(level.icon?.html)<p>\#(text)</p></div>"#
    }

    /// `2026-11-24T09:15:30+07:00`
    static func iso(_ instant: Date) -> String {
        let local = LocalTime(instant)
        return "\(local.day)T\(local.clock)+07:00"
    }
}

extension Deadline.Level {
    var name: String {
        switch self {
        case .calm: "calm"
        case .soon: "soon"
        case .late: "late"
        }
    }
}
