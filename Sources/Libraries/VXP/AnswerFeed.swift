internal import Foundation
internal import Synchronization

/// What the taker of an answer threw first. A class because the transport runs the taker.
final class TakerFault: Sendable {
    private let first = Mutex<(any Error)?>(nil)
    var cause: (any Error)? { first.withLock { $0 } }
    func note(_ error: any Error) { first.withLock { $0 = $0 ?? error } }
}

/// Feeds an answer to its reader from wherever the transport runs.
final class AnswerFeed: Sendable {
    private let reader: Mutex<AnswerStream>

    init(_ reader: AnswerStream) { self.reader = Mutex(reader) }

    func take(_ piece: UnsafeRawBufferPointer) throws { try reader.withLock { try $0.feed(piece) } }

    func finish(_ operation: VXPOperation) throws {
        let (frame, hasContent) = try reader.withLock { reader in
            try reader.finish()
            return (reader.frame, reader.hasContent)
        }
        try AnswerFrame(frame).check()
        guard hasContent else { throw VXPFailure.malformedAnswer("\(operation.rawValue): no data") }
    }
}
