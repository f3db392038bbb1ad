// A record that was answered by another: enqueued where the answer is issued, done where the answered record lies.
internal import Platform

/// Identifiers only; the label is how the answer calls itself.
package struct AnsweredJob: JobPayload {
    package static let kind = "records.answered"
    package let answered: RecordRef
    package let by: RecordRef
    package let label: String
    /// On whose behalf the answered record is closed.
    package let drafter: PersonID

    package init(answered: RecordRef, by: RecordRef, label: String, drafter: PersonID) {
        self.answered = answered
        self.by = by
        self.label = label
        self.drafter = drafter
    }
}
