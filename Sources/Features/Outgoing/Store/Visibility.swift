// Which outgoing documents exist for a person: one predicate for pages, lists, files and previews alike.
internal import Platform
internal import Records

extension OutgoingDocument {
    /// Whether the document was this person's business on its way, as `Actor.ownWays` says it in SQL; to others it only
    /// came.
    func isOwnBusiness(of actor: Actor) -> Bool {
        let wasNumbered = [.signed, .numbered, .sealed, .issued].contains(state) || numbering != nil
        return actor.person == drafter || shownSigner == actor.person || actor.heads.contains(unit)
            || initialUnit.map(actor.heads.contains) ?? false || actor.has(.recordsClerk) && wasNumbered
    }

    /// What of its files is shown: to those to whom it came, what was issued and nothing of how it came about.
    func shown(_ files: [RecordFile], _ isOwn: Bool) -> [RecordFile] {
        isOwn ? files : files.filter { $0.role == .main || $0.role == .attachment }
    }
}

extension Actor {
    /// Over table alias `d`; a document that fails it does not exist for this person.
    var seesOutgoing: SQL {
        let ways = ownWays.map { "(\($0))" as SQL } + [held]
        return "(\(SQL.join(ways, " OR ")))"
    }

    /// The ways by which a document is this person's to see, other than by a branch; each answered by an index of its own.
    var ownWays: [SQL] {
        var ways: [SQL] = ["d.drafter_id = \(person)", "d.shown_signer_id = \(person)"]
        for unit in heads.sorted() { ways += ["d.unit_id = \(unit)", "d.initial_unit_id = \(unit)"] }
        if has(.recordsClerk) { ways.append(Self.clerksSee) }
        return ways
    }

    /// From the signature on, a document is the clerk's business; one that once had a number remains it.
    private static let clerksSee: SQL =
        "(d.state IN ('signed', 'numbered', 'sealed', 'issued') OR d.number IS NOT NULL)"

    /// What was sent to a unit this person heads.
    private var held: SQL {
        """
        EXISTS (SELECT 1 FROM branch b WHERE b.subject_kind = 'outgoing' AND b.subject_id = d.id AND \(readsByBranch))
        """
    }
}
