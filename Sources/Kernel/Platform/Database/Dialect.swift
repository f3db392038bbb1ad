// What cannot be written once for both engines, each behind a name.

extension Transaction {
    /// Holds everybody else off this subject until the transaction ends. SQLite has one writer, so there is nothing to do.
    package func lock(_ kind: String, _ id: Int64) throws {
        guard engine == .postgres else { return }
        _ = try rows("SELECT pg_advisory_xact_lock(hashtextextended(\(kind + ":" + String(id)), 0))")
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
}
