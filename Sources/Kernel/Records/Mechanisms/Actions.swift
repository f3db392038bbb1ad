// Every action explains itself: possible, or not with the reason and who can help.

/// One action as a page offers it.
package struct ActionOffer: Sendable, Hashable {
    /// English key, e.g. "register"; part of the address it is sent to.
    package let name: String
    /// Verb on the button.
    package let label: String
    /// nil when it is possible now; otherwise why not, and who can help.
    package let obstacle: String?

    package init(name: String, label: String, obstacle: String?) {
        self.name = name
        self.label = label
        self.obstacle = obstacle
    }

    package var isPossible: Bool { obstacle == nil }
}
