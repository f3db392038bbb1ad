// Where a document is and what was done to it.
package import Foundation
package import Platform
package import Records

package enum Circulation {
    /// The routing tree: who holds it, as what, how far, until when.
    package static func tree(_ tree: RoutingTree, today: Day) -> HTML {
        guard !tree.branches.isEmpty else { return #"<p class="quiet">Chưa chuyển cho ai.</p>"# }
        return #"<ul class="tree">\#(tree.roots.map { branch($0, tree, today, depth: 0) })</ul>"#
    }

    /// Deeper than anybody routes; a damaged tree ends here.
    private static let deepest = 40

    private static func branch(_ branch: Branch, _ tree: RoutingTree, _ today: Day, depth: Int) -> HTML {
        let below = depth < deepest ? tree.children(of: branch.id) : []
        let deeper = below.map { self.branch($0, tree, today, depth: depth + 1) }
        return """
            <li><div class="branch \(branch.state.rawValue)"><p><strong>\(branch.holderName)</strong> <span class="role">\(branch.role.label)</span></p>\
            <p class="state">\(state(branch, today))</p>\
            \(said(branch.note, "Nội dung giao"))\(said(branch.outcome, "Kết quả"))</div>\
            \(deeper.isEmpty ? .empty : "<ul>\(deeper)</ul>" as HTML)</li>
            """
    }

    private static func state(_ branch: Branch, _ today: Day) -> HTML {
        let read: HTML =
            if let closedAt = branch.closedAt { Marks.time(closedAt) } else if let readAt = branch.readAt {
                "đã xem \(Marks.time(readAt))"
            } else { "chưa xem" }
        return
            "\(tag(branch.state).html) \(read) \(branch.state.isOpen ? Marks.deadline(branch.dueOn, today: today) : .empty)"
    }

    private static func said(_ text: String, _ label: String) -> HTML? {
        text.isEmpty ? nil : #"<p class="said"><span class="sr">\#(label): </span>\#(text)</p>"#
    }

    private static func tag(_ state: BranchState) -> Tag {
        switch state {
        case .pending: Tag(state.label, .active)
        case .active, .passed: Tag(state.label, .neutral)
        case .completed: Tag(state.label, .ok)
        case .returned, .recalled: Tag(state.label, .warn)
        }
    }

    /// What happened, newest first.
    package static func history(_ events: [Event]) -> HTML {
        timeline(events.reversed().map { ($0.at, $0.personName, $0.detail) })
    }

    /// - Parameter entries: in the order they are to be read.
    package static func timeline(_ entries: [(at: Date, who: String, what: String)]) -> HTML {
        guard !entries.isEmpty else { return #"<p class="quiet">Chưa có gì.</p>"# }
        let items = entries.map { entry -> HTML in
            "<li><p>\(entry.what)</p><p class=\"quiet\">\(entry.who) · \(Marks.time(entry.at))</p></li>"
        }
        return #"<ol class="timeline">\#(items)</ol>"#
    }
}
