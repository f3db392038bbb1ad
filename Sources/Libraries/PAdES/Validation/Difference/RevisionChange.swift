/// One difference between two consecutive revisions, as a rule explained it.
struct RevisionChange: Hashable {
    var level: ModificationLevel
    var sentence: String
    /// The form field it happened to.
    var field: String?
    /// Permitted although the field is locked: nothing it holds or shows has changed.
    var holdsWhenLocked = false
    /// It bears on what every field of the form shows.
    var touchesAllFields = false
    /// A new field to be seen on the page, which a certification does not foresee.
    var addsVisibleField = false
    /// A note that draws on the page and may hide what is there, or a field that is to be drawn anew as something else.
    var drawsOverPage = false
}

/// What one step from a revision to the next comes to.
struct RevisionStepReport {
    var changes: [RevisionChange] = []
    var warnings: [String] = []
    var traces: [NoteTrace] = []
}

/// What one note left on a page.
struct NoteTrace {
    var page: Int
    /// Its object, or a negative number for one without.
    var note: Int
    var marks: [NoteMark]
}
