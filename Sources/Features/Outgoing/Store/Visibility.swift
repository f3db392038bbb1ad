// Which outgoing documents exist for a person: one predicate for pages, lists, files and previews alike.
internal import Platform
internal import Records

extension Actor {
    /// Over table alias `d`; a document that fails it does not exist for this person.
    var seesOutgoing: SQL { "(\(SQL.join(outgoingWays.map { "(\($0))" }, " OR ")))" }

    /// The ways by which a document is this person's to see, each answered by an index of its own.
    var outgoingWays: [SQL] {
        var ways: [SQL] = ["d.drafter_id = \(person)", "d.shown_signer_id = \(person)"]
        for unit in heads.sorted() { ways += ["d.unit_id = \(unit)", "d.initial_unit_id = \(unit)"] }
        if has(.recordsClerk) { ways.append(Self.clerksSee) }
        ways.append("d.id IN (\(heldOutgoing("b.state <> 'recalled'")))")
        return ways
    }

    /// From the signature on, a document is the clerk's business; one that once had a number remains it.
    private static let clerksSee: SQL =
        "(d.state IN ('signed', 'numbered', 'sealed', 'issued') OR d.number IS NOT NULL)"

    /// Ids of outgoing documents that lie, or lay, on this person's desk.
    func heldOutgoing(_ condition: SQL) -> SQL {
        "SELECT b.subject_id FROM branch b WHERE b.subject_kind = 'outgoing' AND \(holdsBranch) AND \(condition)"
    }
}
