// Which incoming documents exist for a person: one predicate for pages, lists, files and previews alike.
internal import Platform
internal import Records

extension Actor {
    /// Over table alias `d`; a document that fails it does not exist for this person.
    var seesIncoming: SQL {
        has(.recordsClerk)
            ? "TRUE"
            : """
            EXISTS (SELECT 1 FROM branch b WHERE b.subject_kind = 'incoming' AND b.subject_id = d.id
                    AND \(readsByBranch))
            """
    }
}
