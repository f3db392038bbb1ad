// Where a disk may be full or a process may die.

/// A moment beside a write to database or files.
package enum WritePoint: Sendable, Hashable, CaseIterable {
    case beforeRead, beforeWrite, beforeCommit, committed, beforeFile, fileStored

    /// Nothing has been written yet, so that a full disk shows itself here.
    package var mayBeFull: Bool { self == .beforeCommit || self == .beforeFile }
}

/// Told of every such moment; what it throws is what the writer meets. For tests that let a process die, or a disk
/// fill up, at each of them in turn.
package struct WritePoints: Sendable {
    package var reached: @Sendable (WritePoint) throws -> Void
    package init(reached: @escaping @Sendable (WritePoint) throws -> Void) { self.reached = reached }
}
