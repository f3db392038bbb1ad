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
}
