import Foundation
import Testing

@testable import Platform

/// Địa chỉ do chứng thư của người khác chỉ ra không được dẫn vào mạng nội bộ.
@Suite struct NetworkAddressTests {
    @Test(arguments: [
        "127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "::1", "localhost",
    ])
    func `this machine and private networks are not asked`(host: String) async {
        #expect(await NetworkAddress.isPrivate(host: host))
    }

    @Test(arguments: ["203.162.4.190", "8.8.8.8", "2405:4800::1"]) func `public addresses may be asked`(
        host: String
    ) async {
        #expect(!(await NetworkAddress.isPrivate(host: host)))
    }

    @Test func `an IPv4 address inside an IPv6 one is judged as what it is`() {
        let mapped: [UInt8] = Array(repeating: 0, count: 10) + [0xFF, 0xFF, 10, 0, 0, 1]
        #expect(NetworkAddress.isPrivate(ipv6: mapped))
        #expect(!NetworkAddress.isPrivate(ipv6: Array(mapped[..<12]) + [8, 8, 8, 8]))
        #expect(NetworkAddress.isPrivate(ipv6: [0x20, 0x02, 192, 168] + Array(repeating: 0, count: 12)))
    }

    @Test func `a name that nobody knows is not asked`() async {
        #expect(await NetworkAddress.isPrivate(host: "khong-co.invalid"))
    }
}
