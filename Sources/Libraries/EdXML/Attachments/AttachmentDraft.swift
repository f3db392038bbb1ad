internal import Digests
package import Foundation
internal import Synchronization

/// Where the decoded bytes of attachments go while a packet is read.
package enum AttachmentPlace: Sendable, Hashable {
    case memory
    /// Temporary files of this folder; small attachments stay in memory all the same.
    case folder(URL)
    /// They are decoded, hashed and judged, and not kept; a ZIP around a file is then not opened.
    case nowhere
}

/// A temporary file with the bytes of one attachment. A class because the file goes with its last owner, unless
/// somebody took it over.
package final class DecodedFile: Sendable {
    private let url: URL
    private let isTaken = Mutex(false)

    init(_ url: URL) { self.url = url }

    deinit {
        if !isTaken.withLock({ $0 }) { unlink(url.path(percentEncoded: false)) }
    }

    /// From now on the file belongs to the caller; nil when somebody took it before.
    package func take() -> URL? {
        isTaken.withLock { taken in
            defer { taken = true }
            return taken ? nil : url
        }
    }
}

/// What came of the bytes of one attachment.
struct DecodedBytes: Sendable {
    var source: ByteSource
    var file: DecodedFile?
    var byteCount: Int
    /// Lower-case hexadecimal.
    var sha256: String
    var head: Data
    /// Decoded as text and encoded again on its way.
    var isDestroyed: Bool
    /// More than was allowed; nothing is kept.
    var isTooLarge: Bool
}

/// Takes the bytes of one attachment as they are decoded: hashes them, looks at them and keeps them. A class because
/// closures feed it.
final class AttachmentDraft {
    /// What is kept in memory of each attachment that has a folder to go to.
    private static let memoryBytes = 32 << 10

    private let place: AttachmentPlace
    private let limit: Int
    private var hasher = Hasher(.sha256)
    private var damage = TextDamage()
    private var head = Data()
    private var memory = Data()
    private var file: DraftFile?
    private(set) var count = 0
    private(set) var isTooLarge = false
    /// What the disk said against it; the packet cannot be judged then.
    private(set) var fault: (any Error)?

    init(_ place: AttachmentPlace, limit: Int) {
        self.place = place
        self.limit = limit
    }

    func append(_ bytes: UnsafeRawBufferPointer) {
        guard fault == nil, !isTooLarge else { return }
        guard count + bytes.count <= limit else { return giveUp() }
        count += bytes.count
        hasher.update(bytes)
        damage.watch(bytes)
        if head.count < 1_024 { head.append(contentsOf: bytes.prefix(1_024 - head.count)) }
        do { try keep(bytes) } catch { fault = error }
    }

    private func giveUp() {
        isTooLarge = true
        (memory, file, count) = (Data(), nil, 0)
    }

    private func keep(_ bytes: UnsafeRawBufferPointer) throws {
        switch place {
        case .nowhere: return
        case .memory: memory.append(contentsOf: bytes)
        case .folder(let folder):
            if file == nil, memory.count + bytes.count <= Self.memoryBytes { return memory.append(contentsOf: bytes) }
            let open = try file ?? DraftFile(in: folder)
            if file == nil {
                try memory.withUnsafeBytes { try open.write($0) }
                (file, memory) = (open, Data())
            }
            try open.write(bytes)
        }
    }

    /// To be called once.
    func finished() throws -> DecodedBytes {
        if let fault { throw fault }
        let source = try file.map { try ByteSource(contentsOf: $0.url) } ?? ByteSource(memory)
        return DecodedBytes(
            source: source, file: file.map { DecodedFile($0.handedOver()) }, byteCount: count,
            sha256: hasher.value().hex, head: head, isDestroyed: damage.isDestroyed, isTooLarge: isTooLarge)
    }
}

/// A class because it closes its descriptor, and removes the file unless it was handed over.
private final class DraftFile {
    let url: URL
    private let descriptor: Int32
    private var isHandedOver = false

    init(in folder: URL) throws {
        url = folder.appending(path: "dinh-kem-\(randomIdentifier())")
        descriptor = open(url.path(percentEncoded: false), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw FileFault("create") }
    }

    deinit {
        close(descriptor)
        if !isHandedOver { unlink(url.path(percentEncoded: false)) }
    }

    func handedOver() -> URL {
        isHandedOver = true
        return url
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws {
        var done = 0
        while done < bytes.count {
            let written = Foundation.write(descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done)
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw FileFault("write") }
            done += written
        }
    }
}
