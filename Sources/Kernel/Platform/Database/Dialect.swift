// What cannot be written once for both engines, each behind a name.

extension Transaction {
    /// Holds everybody else off this subject until the transaction ends. SQLite has one writer, so there is nothing to do.
    package func lock(_ kind: String, _ id: Int64) throws {
        guard engine == .postgres else { return }
        _ = try rows("SELECT pg_advisory_xact_lock(hashtextextended(\(kind + ":" + String(id)), 0))")
    }

    /// This transaction may be lost when the server's machine fails in the next moment; nobody waits for the disk.
    /// For what is worth little and written often. SQLite does not wait at any commit.
    package func forgoDurability() throws {
        guard engine == .postgres else { return }
        _ = try rows("SELECT set_config('synchronous_commit', 'off', TRUE)")
    }

    func lockWholeDatabase() throws {
        guard engine == .postgres else { return }
        _ = try rows("SELECT pg_advisory_xact_lock(727274)")
    }

    /// `FOR UPDATE SKIP LOCKED` where several nodes claim rows side by side; nothing where there is one writer.
    package var skippingLockedRows: SQL { engine == .postgres ? "FOR UPDATE SKIP LOCKED" : "" }

    /// Rows of `table` (alias `alias`) whose folded text holds every word, each as a prefix. The table has an `id`, and
    /// on SQLite a companion `<table>_text` (FTS5), on PostgreSQL a column `terms` (tsvector).
    /// - Parameter words: letters and digits only, folded; no words match nothing.
    package func matching(_ words: [String], in table: String, alias: String) -> SQL {
        let words = words.map { $0.filter { $0.isLetter || $0.isNumber } }.filter { !$0.isEmpty }
        guard !words.isEmpty else { return "1 = 0" }
        switch engine {
        case .sqlite:
            let query = words.map { "\"\($0)\"*" }.joined(separator: " ")
            return SQL(trusted: "\(alias).id IN (SELECT rowid FROM \(table)_text WHERE \(table)_text MATCH ")
                + "\(query))"
        case .postgres:
            let query = words.map { "\($0):*" }.joined(separator: " & ")
            return SQL(trusted: "\(alias).terms @@ to_tsquery('simple', ") + "\(query))"
        }
    }

    /// The same as a whole FROM clause with its condition, for lists in the order of `id` that end after one page: neither
    /// engine then looks at more rows than it must.
    package func textMatch(_ words: [String], in table: String, alias: String) -> TextMatch {
        let plain = TextMatch(
            from: SQL(trusted: "\(table) \(alias)"), condition: matching(words, in: table, alias: alias),
            order: SQL(trusted: "\(alias).id"))
        let words = words.map { $0.filter { $0.isLetter || $0.isNumber } }.filter { !$0.isEmpty }
        guard engine == .sqlite, !words.isEmpty else { return plain }
        let query = words.map { "\"\($0)\"*" }.joined(separator: " ")
        return TextMatch(
            from: SQL(trusted: "\(table)_text CROSS JOIN \(table) \(alias) ON \(alias).id = \(table)_text.rowid"),
            condition: SQL(trusted: "\(table)_text MATCH ") + "\(query)", order: SQL(trusted: "\(table)_text.rowid"))
    }

    /// After many rows were written at once: the planner learns what is there.
    package func learnAbout(_ table: String) throws {
        if engine == .postgres { try execute(SQL(trusted: "ANALYZE \(table)")) }
    }
}

/// Pieces of a SELECT over rows with certain words.
package struct TextMatch: Sendable {
    package let from: SQL
    package let condition: SQL
    /// What the rows are ordered by.
    package let order: SQL

    package init(from: SQL, condition: SQL, order: SQL) {
        self.from = from
        self.condition = condition
        self.order = order
    }
}
