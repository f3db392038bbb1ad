package import Digests
internal import Foundation

/// What an office asks of a platform, whichever protocol it speaks: the national one (`VXPClient`) or a provincial one
/// (`ProvincialClient`).
package struct ExchangePlatform: Sendable {
    package struct Calls: Sendable {
        /// A packet's file, the sender's code, the kind; the platform's id for it.
        package var send: @Sendable (ByteSource, String, MessageType) async throws(VXPFailure) -> String
        /// How a packet of ours stands with its receivers; nil on a platform that does not tell.
        package var sent: (@Sendable (String, MessageType) async throws(VXPFailure) -> [SentRow])?
        package var received: @Sendable (MessageType) async throws(VXPFailure) -> [ReceivedRow]
        /// Hands over the packet's bytes as they come. Throws `VXPFailure` or what the taker throws.
        package var fetch: @Sendable (String, @escaping AnswerTaker) async throws -> Void
        package var acknowledge: @Sendable (String, Acknowledgement) async throws(VXPFailure) -> Void
        /// A list of agencies as `AgencyListReader` reads it. Throws `VXPFailure` or what the taker throws.
        package var agencies: @Sendable (AgencyListing, @escaping AnswerTaker) async throws -> Void
    }

    private let calls: Calls
    /// The lists of agencies that this platform has.
    package let listings: Set<AgencyListing>

    package init(listings: Set<AgencyListing>, calls: Calls) {
        self.listings = listings
        self.calls = calls
    }

    package func sendEdoc(
        file: ByteSource, from agencyCode: String, messageType: MessageType
    ) async throws(VXPFailure) -> String {
        try await calls.send(file, agencyCode, messageType)
    }

    /// nil where the platform does not tell.
    package func sentList(docId: String, messageType: MessageType) async throws(VXPFailure) -> [SentRow]? {
        guard let sent = calls.sent else { return nil }
        return try await sent(docId, messageType)
    }

    package func receivedList(messageType: MessageType) async throws(VXPFailure) -> [ReceivedRow] {
        try await calls.received(messageType)
    }

    package func getEdoc(docId: String, into take: @escaping AnswerTaker) async throws {
        try await calls.fetch(docId, take)
    }

    package func updateStatus(docId: String, to status: Acknowledgement) async throws(VXPFailure) {
        try await calls.acknowledge(docId, status)
    }

    package func agencyList(_ listing: AgencyListing, into take: @escaping AnswerTaker) async throws {
        try await calls.agencies(listing, take)
    }
}

extension VXPClient {
    package var platform: ExchangePlatform {
        ExchangePlatform(
            listings: Set(AgencyListing.allCases),
            calls: .init(
                send: { file, code, type async throws(VXPFailure) in
                    try await self.sendEdoc(file: file, from: code, messageType: type)
                },
                sent: { id, type async throws(VXPFailure) in
                    try await self.sentList(messageType: type, docId: id)
                },
                received: { type async throws(VXPFailure) in try await self.receivedList(messageType: type) },
                fetch: { try await self.getEdoc(docId: $0, into: $1) },
                acknowledge: { id, status async throws(VXPFailure) in
                    try await self.updateStatus(docId: id, to: status)
                },
                agencies: { try await self.agencyList($0, into: $1) }))
    }
}
