// Nobody else on the machine reads what an office keeps, nor what it only works on for a moment.
internal import Digests
package import Foundation

package enum PrivateFiles {
    /// Whatever this process makes from now on is for its own account alone.
    package static func begin() { umask(0o077) }

    /// Makes a folder, or closes one that an earlier version had left open to others; so its files are out of reach, too.
    package static func closedFolder(_ url: URL) throws {
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o700], ofItemAtPath: url.path(percentEncoded: false))
    }
}

/// A folder of this process alone for uploads, conversions and reports while they last. What a process leaves behind that
/// was killed is removed by the next one that starts, on whichever node.
///
/// Each holds the lock of a file in its folder until it ends: several nodes may share the folder above, and none sweeps
/// what another still works on.
package struct ScratchFolder: Sendable {
    package let url: URL

    private static let sentinel = "held"
    /// Without a sentinel nobody can tell whether it is still in use, so it is left alone for as long as any work may take.
    private static let strangersLast = 86_400.0

    package init(below parent: URL) throws {
        try PrivateFiles.closedFolder(parent)
        // Who sweeps waits for who has made his folder and has not locked it yet.
        let gate = try Self.lock(parent.appending(path: ".lock"), waits: true)
        defer { close(gate) }
        try Self.sweep(parent)
        url = parent.appending(path: "process-\(randomIdentifier())", directoryHint: .isDirectory)
        try PrivateFiles.closedFolder(url)
        // Not closed: the lock ends with the process.
        _ = try Self.lock(url.appending(path: Self.sentinel), waits: false)
    }

    /// Whatever asks for a temporary file from now on, in this process and in those it starts, gets it here.
    package func becomeTemporaryDirectory() { setenv("TMPDIR", url.path(percentEncoded: false), 1) }

    package func remove() { try? FileManager.default.removeItem(at: url) }

    private static func sweep(_ parent: URL) throws {
        for entry in try FileManager.default.contentsOfDirectory(
            at: parent, includingPropertiesForKeys: [.contentModificationDateKey]) where isAbandoned(entry)
        {
            try? FileManager.default.removeItem(at: entry)
        }
    }

    private static func isAbandoned(_ entry: URL) -> Bool {
        guard entry.lastPathComponent != ".lock" else { return false }
        let sentinel = entry.appending(path: Self.sentinel)
        if FileManager.default.fileExists(atPath: sentinel.path(percentEncoded: false)) {
            guard let descriptor = try? lock(sentinel, waits: false) else { return false }
            close(descriptor)
            return true
        }
        let changed = try? entry.resourceValues(forKeys: [.contentModificationDateKey]).contentModificationDate
        return changed.map { -$0.timeIntervalSinceNow > strangersLast } ?? false
    }

    private static func lock(_ file: URL, waits: Bool) throws -> Int32 {
        let descriptor = open(file.path(percentEncoded: false), O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        guard flock(descriptor, waits ? LOCK_EX : LOCK_EX | LOCK_NB) == 0 else {
            let error = POSIXError(.init(rawValue: errno) ?? .EIO)
            close(descriptor)
            throw error
        }
        return descriptor
    }
}
