// Whether what was sent has arrived, as the platform tells.
internal import Foundation
internal import Outgoing
internal import Platform
internal import Records
internal import VXP

extension ExchangeDesk {
    /// Receivers asked about in one round, and how long one is left alone.
    private static let askedAtOnce = 500
    private static let askedAgainSeconds: Double = 3_600

    /// Asks the platform about everybody who was sent a document and has not reported anything (QĐ 28/2018 Art. 8.2).
    package func askForArrivals() async throws {
        guard let client else { return }
        let (since, timer) = (ground.clock.now() - Self.askedAgainSeconds, ground.timer)
        let awaited = try await ground.database.read {
            try OutgoingDelivery($0).awaited(askedBefore: since, limit: Self.askedAtOnce)
        }
        for delivery in awaited {
            let arrival: OutgoingDelivery.Arrival
            do throws(VXPFailure) { arrival = try await asked(about: delivery, client) } catch {
                guard !error.concernsLink else { return try await noteFailure(error) }
                arrival = .unknown
            }
            let now = ground.clock.now()
            try await ground.database.write { tx in
                try OutgoingDelivery(tx).record(arrival, of: delivery, timer: timer, at: now)
            }
        }
    }

    private func asked(
        about delivery: AwaitedDelivery, _ client: ExchangePlatform
    ) async throws(VXPFailure) -> OutgoingDelivery.Arrival {
        guard let rows = try await client.sentList(docId: delivery.exchangeID, messageType: .document) else {
            return .unknown
        }
        // A packet goes to one agency; a platform may write its code in another form.
        let row = rows.first { $0.toCode == delivery.agency.rawValue } ?? rows.first
        return OutgoingDelivery.Arrival(platform: row?.receiveStatus)
    }
}

extension OutgoingDelivery.Arrival {
    /// From `receiveStatus` of the platform's list.
    init(platform word: String?) {
        switch word?.lowercased() {
        case Acknowledgement.done.rawValue: self = .taken
        case Acknowledgement.fail.rawValue: self = .failed
        case "initial", Acknowledgement.processing.rawValue: self = .waiting
        default: self = .unknown
        }
    }
}
