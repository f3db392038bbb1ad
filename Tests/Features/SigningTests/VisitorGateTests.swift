import Foundation
import Platform
import Testing

@testable import Signing

/// Trang công khai có giới hạn: mỗi địa chỉ một số lượt, một số lượt cùng lúc, để cơ quan vẫn làm việc được.
@Suite struct VisitorGateTests {
    let start = Date(timeIntervalSince1970: 1_795_485_600)

    @Test func `an address has so many visits in the window, then waits until it ends`() async {
        let gate = VisitorGate(.init(visits: 2, windowSeconds: 600))
        for _ in 0..<2 {
            #expect(await gate.enter("192.0.2.1", now: start) == .welcome)
            await gate.leave("192.0.2.1")
        }
        #expect(await gate.enter("192.0.2.1", now: start + 100) == .later(seconds: 500))
        #expect(await gate.enter("192.0.2.2", now: start + 100) == .welcome)
        #expect(await gate.enter("192.0.2.1", now: start + 600) == .welcome)
    }

    @Test func `only so many are inside at once, of one address and of all`() async {
        let gate = VisitorGate(.init(atOnce: 3, atOncePerAddress: 2))
        #expect(await gate.enter("192.0.2.1", now: start) == .welcome)
        #expect(await gate.enter("192.0.2.1", now: start) == .welcome)
        #expect(await gate.enter("192.0.2.1", now: start) == .later(seconds: 10))
        #expect(await gate.enter("192.0.2.2", now: start) == .welcome)
        #expect(await gate.enter("192.0.2.3", now: start) == .later(seconds: 10))
        await gate.leave("192.0.2.1")
        #expect(await gate.enter("192.0.2.3", now: start) == .welcome)
    }

    @Test func `the addresses of one subscriber's IPv6 network count as one`() async {
        let gate = VisitorGate(.init(visits: 1))
        #expect(await gate.enter("2001:db8:1:2::1", now: start) == .welcome)
        await gate.leave("2001:db8:1:2::1")
        #expect(await gate.enter("2001:db8:1:2:ffff:1:2:3", now: start) != .welcome)
        #expect(await gate.enter("2001:db8:1:3::1", now: start) == .welcome)
        #expect(NetworkAddress.neighbourhood("2001:db8::7") == "2001:db8:0:0")
    }

    @Test func `no crowd of addresses makes the gate remember without end`() async {
        let gate = VisitorGate(.init(addresses: 10))
        for number in 0..<10 {
            _ = await gate.enter("192.0.2.\(number)", now: start)
            await gate.leave("192.0.2.\(number)")
        }
        #expect(await gate.enter("198.51.100.1", now: start) == .later(seconds: 60))
        #expect(await gate.enter("198.51.100.1", now: start + 601) == .welcome)
    }
}
