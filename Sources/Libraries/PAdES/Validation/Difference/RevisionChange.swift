/// One difference between two consecutive revisions, as a rule explained it.
struct RevisionChange: Hashable {
    var level: ModificationLevel
    var sentence: String
    /// The form field it happened to.
    var field: String?
    /// Permitted although the field is locked: nothing it holds or shows has changed.
    var holdsWhenLocked = false
    /// A new field to be seen on the page, which a certification does not foresee.
    var addsVisibleField = false
    /// A note that draws on the page and may hide what is there.
    var drawsOverPage = false
}

/// What one step from a revision to the next comes to.
struct RevisionStepReport {
    var changes: [RevisionChange] = []
    var warnings: [String] = []
}
