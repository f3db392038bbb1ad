package import Foundation

/// A file being written beside its final place; it takes the place when it is whole, and leaves nothing when it is
/// given up.
package struct FileDraft: ~Copyable {
    private let destination: String
    private let path: String
    private let descriptor: Int32
    package private(set) var count = 0

    /// `destination` may exist; it stays as it is until `commit`.
    package init(for destination: URL) throws {
        self.destination = destination.path(percentEncoded: false)
        path = "\(self.destination).\(randomBytes(8).hex)"
        descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileFault("create") }
    }

    deinit {
        close(descriptor)
        unlink(path)
    }

    package mutating func append(_ source: ByteSource) throws {
        try source.forEachPiece(of: 0..<source.count) { try write($0) }
        count += source.count
    }

    /// Appends all of `source` and feeds the same bytes to `hasher`: one pass for a copy that is to be signed.
    package mutating func append(_ source: ByteSource, feeding hasher: inout Hasher) throws {
        var running = hasher.copy()
        try source.forEachPiece(of: 0..<source.count) { piece in
            running.update(piece)
            try write(piece)
        }
        hasher = running
        count += source.count
    }

    /// What is written so far, to be read; what is appended later is not in it.
    package func source() throws -> ByteSource { try ByteSource(contentsOf: URL(filePath: path)) }

    package mutating func append(_ data: Data) throws {
        try data.withUnsafeBytes { try write($0) }
        count += data.count
    }

    /// Writes over bytes that are there already.
    package mutating func overwrite(_ data: Data, at offset: Int) throws {
        guard offset >= 0, offset + data.count <= count else { throw FileFault("write", EINVAL) }
        try data.withUnsafeBytes { bytes in
            var done = 0
            while done < bytes.count {
                let written = pwrite(
                    descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done, off_t(offset + done))
                if written < 0, errno == EINTR { continue }
                guard written > 0 else { throw FileFault("write") }
                done += written
            }
        }
    }

    /// Takes the destination's place at once; with `isDurable` only after the bytes are on the disk.
    package consuming func commit(isDurable: Bool = false, permissions: mode_t = 0o644) throws {
        if isDurable, fsync(descriptor) != 0 { throw FileFault("fsync") }
        guard fchmod(descriptor, permissions) == 0, rename(path, destination) == 0 else { throw FileFault("rename") }
    }

    private func write(_ bytes: UnsafeRawBufferPointer) throws {
        var done = 0
        while done < bytes.count {
            let written = Foundation.write(descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done)
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw FileFault("write") }
            done += written
        }
    }
}
