// Pure rules of the hub.
internal import Digests
internal import EdXML
internal import Foundation
internal import VXP

/// Where a packet goes, and why not.
struct RoutingPolicy {
    /// What the hub must know of an agency to route to it.
    struct Address: Sendable, Hashable {
        var id: Int64
        var code: String
        var systemId: String?
        var isLocked: Bool
    }

    /// The agency in whose name a system sends: one of its own, not locked. Asked of the call's `from` and of the
    /// packet's own sender: nobody sends in another's name.
    static func sender(
        _ code: String, of systemId: String, known: [String: Address]
    ) throws(HubRefusal) -> Address {
        guard let sender = known[code], sender.systemId == systemId else {
            throw HubRefusal(.unregisteredSender, "Đơn vị gửi \(code.prefix(60)) không thuộc hệ thống đã xác thực")
        }
        guard !sender.isLocked else {
            throw HubRefusal(.unregisteredSender, "Đơn vị gửi đã bị khóa", cause: .lockedSender)
        }
        return sender
    }

    /// Whether one more packet is within the agency's limits. What waits long enough gets through: code 20 says so.
    static func check(
        _ limits: HubLimits, _ usage: (packetsThisMinute: Int, bytesToday: Int)
    ) throws(HubRefusal) {
        if limits.packetsPerMinute > 0, usage.packetsThisMinute >= limits.packetsPerMinute {
            throw HubRefusal(.systemFault, .rate)
        }
        if limits.bytesPerDay > 0, usage.bytesToday >= limits.bytesPerDay { throw HubRefusal(.systemFault, .volume) }
    }

    /// The codes a packet goes to: those beside it where the sender named some, otherwise its own.
    static func recipientCodes(of packet: Packet, beside: [String]) throws(HubRefusal) -> [String] {
        var seen: Set<String> = []
        let codes = (beside.isEmpty ? packet.recipientCodes : beside).filter { seen.insert($0).inserted }
        guard !codes.isEmpty else { throw HubRefusal(.unknownRecipient, "Gói tin không có đơn vị nhận") }
        guard codes.count <= 1_000 else { throw HubRefusal(.malformedPacket, "Quá nhiều đơn vị nhận") }
        return codes
    }

    /// All or nothing: a packet that can reach only some of its recipients reaches none, and the sender learns why.
    static func addresses(
        for codes: [String], known: [String: Address]
    ) throws(HubRefusal) -> [(code: String, address: Address)] {
        let unknown = codes.filter { known[$0] == nil }
        guard unknown.isEmpty else {
            throw HubRefusal(.unknownRecipient, "Đơn vị nhận không tồn tại: \(unknown.joined(separator: ", "))")
        }
        let locked = codes.filter { known[$0]?.isLocked == true }
        guard locked.isEmpty else {
            throw HubRefusal(.lockedRecipient, "Đơn vị nhận đã bị khóa: \(locked.joined(separator: ", "))")
        }
        let apart = codes.filter { known[$0]?.systemId == nil }
        guard apart.isEmpty else {
            throw HubRefusal(.unknownRecipient, "Đơn vị nhận chưa kết nối: \(apart.joined(separator: ", "))")
        }
        return codes.compactMap { code in known[code].map { (code, $0) } }
    }

    /// The same bytes from the same system to the same recipients are the same packet.
    static func identity(systemId: String, type: MessageType, sha256: String, codes: [String]) -> String {
        sha256Hex(Data(([systemId, type.rawValue, sha256] + codes.sorted()).joined(separator: "\n").utf8))
    }
}
