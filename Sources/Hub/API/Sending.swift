// sendEdoc: the one call with a large body, taken in while it arrives.
internal import Digests
internal import Foundation
internal import Hummingbird
internal import Platform
internal import VXP

extension HubAPI {
    /// Who calls is asked before a byte of the body is read, so that strangers fill no disk.
    func send(
        _ request: VXPRequest, _ presented: PresentedCall, _ body: RequestBody, _ traceId: String
    ) async throws -> VXPResponse {
        let opening = try await desk.open(
            Knock(operation: .sendEdoc, presented: presented, bodyHash: "", traceId: traceId))
        let parameters = CallParameters(opening.parameters)
        let (hash, type) = (try parameters.required("hash-file"), try parameters.messageType())
        guard let beside = RecipientList.codes(parameters["to"] ?? "") else {
            throw HubRefusal(.unknownRecipient, "Tham số to không đọc được")
        }
        let knock = Knock(operation: .sendEdoc, presented: presented, bodyHash: hash, traceId: traceId)
        let docId = try await desk.uploads.within(opening.sender.id, limit: opening.limits.uploads) {
            let (file, blob) = try await receive(request, body, hash: hash)
            return try await desk.accept(file, kept: blob, type: type, to: beside, from: opening, knock)
        }
        guard let docId else { throw HubRefusal(.systemFault, .uploads) }
        return try ok(SentPacket(docId: docId))
    }

    /// Room for a form's own lines around the packet.
    private static let formRoom = 65_536

    /// The packet that the hash proves, where it is kept and how it is read; nothing stays of a body that breaks off or
    /// differs.
    private func receive(
        _ request: VXPRequest, _ body: RequestBody, hash: String
    ) async throws -> (file: ByteSource, blob: BlobRef) {
        let contentType = request.headers.first { $0.name.lowercased() == "content-type" }?.value ?? ""
        let limit = desk.settings.packetBytes + (PacketUpload.isForm(contentType) ? Self.formRoom : 2)
        if let length = request.headers.first(where: { $0.name.lowercased() == "content-length" }),
            let count = Int(length.value), count > limit
        {
            throw HubRefusal(.fileFault, .tooLarge)
        }
        let draft = try desk.blobs.draft()
        for try await buffer in ArrivingBody(body) {
            guard draft.byteCount + buffer.readableBytes <= limit else { throw HubRefusal(.fileFault, .tooLarge) }
            try buffer.withUnsafeReadableBytes { try draft.append($0) }
        }
        let whole = try draft.source()
        if hash == draft.sha256.hex, !PacketUpload.isForm(contentType) { return (whole, try draft.commit()) }
        let file = try PacketUpload.range(in: whole, contentType: contentType, hash: hash)
        guard file.count <= desk.settings.packetBytes else { throw HubRefusal(.fileFault, .tooLarge) }
        if file.count == whole.count { return (whole, try draft.commit()) }
        let packet = try desk.blobs.draft()
        try whole.forEachPiece(of: file) { try packet.append($0) }
        return (try packet.source(), try packet.commit())
    }
}

/// A body as it arrives: one that breaks off or is framed wrongly is the caller's fault and not ours.
struct ArrivingBody: AsyncSequence {
    private let body: RequestBody

    init(_ body: RequestBody) { self.body = body }

    func makeAsyncIterator() -> Iterator { Iterator(body: body.makeAsyncIterator()) }

    struct Iterator: AsyncIteratorProtocol {
        var body: RequestBody.AsyncIterator

        mutating func next() async throws -> ByteBuffer? {
            do { return try await body.next() } catch let error as CancellationError {
                throw error
            } catch {
                throw HubRefusal(.fileFault, "Nội dung gửi lên bị đứt giữa chừng", cause: .malformedCall)
            }
        }
    }
}
