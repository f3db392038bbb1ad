// What addresses tell: whether a name leads into a private network, asked of the resolver before somebody else's address is
// called, and who calls from one place.
internal import Foundation

package enum NetworkAddress {
    /// True also for a name that cannot be resolved: nobody is there to be called.
    package static func isPrivate(host: String) async -> Bool {
        await withCheckedContinuation { continuation in
            // The resolver blocks; its wait must not hold up a thread of the pool.
            Thread.detachNewThread { continuation.resume(returning: resolvesPrivate(host)) }
        }
    }

    private static func resolvesPrivate(_ host: String) -> Bool {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { return true }
        defer { freeaddrinfo(list) }
        var (entry, count) = (list, 0)
        while let current = entry?.pointee {
            count += 1
            if isPrivate(current) { return true }
            entry = current.ai_next
        }
        return count == 0
    }

    private static func isPrivate(_ entry: addrinfo) -> Bool {
        guard let address = entry.ai_addr else { return true }
        switch entry.ai_family {
        case AF_INET:
            return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { pointer in
                withUnsafeBytes(of: pointer.pointee.sin_addr) { isPrivate(ipv4: Array($0)) }
            }
        case AF_INET6:
            return address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { pointer in
                withUnsafeBytes(of: pointer.pointee.sin6_addr) { isPrivate(ipv6: Array($0)) }
            }
        default: return true
        }
    }

    /// Everything the registry of special-purpose addresses keeps from the public network (RFC 6890).
    static func isPrivate(ipv4 bytes: [UInt8]) -> Bool {
        switch (bytes[0], bytes[1]) {
        case (0, _), (10, _), (127, _), (100, 64...127), (169, 254), (172, 16...31), (192, 168), (192, 0),
            (198, 18...19), (224..., _):
            true
        default: false
        }
    }

    /// Only 2000::/3 is public; inside it, what carries an IPv4 address is judged by that.
    static func isPrivate(ipv6 bytes: [UInt8]) -> Bool {
        if bytes[..<10].allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF {
            return isPrivate(ipv4: Array(bytes[12...]))
        }
        if bytes[0] == 0x20, bytes[1] == 0x02 { return isPrivate(ipv4: Array(bytes[2...])) }
        return bytes[0] & 0xE0 != 0x20 || (bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0x0D && bytes[3] == 0xB8)
    }

    /// One subscriber has a whole /64 of IPv6 addresses (RFC 6177): they count as one.
    package static func neighbourhood(_ address: String) -> String {
        guard address.contains(":"), !address.contains(".") else { return address }
        let whole = address.split(separator: "%").first.map(String.init) ?? address
        guard let gap = whole.range(of: "::") else {
            return whole.split(separator: ":").prefix(4).joined(separator: ":")
        }
        let head = whole[..<gap.lowerBound].split(separator: ":")
        let tail = whole[gap.upperBound...].split(separator: ":")
        let zeros = Array(repeating: Substring("0"), count: max(0, 8 - head.count - tail.count))
        return (head + zeros + tail).prefix(4).joined(separator: ":")
    }
}
