import Foundation
import Testing

@testable import Signing

/// Nhập sai mã PIN năm lần thì khóa ký tạm khóa 15 phút.
@Suite struct PINStateTests {
    let now = Date(timeIntervalSince1970: 1_800_000_000)

    @Test(arguments: 0..<4) func `each wrong PIN leaves one attempt less`(failures: Int) {
        let (state, refusal) = PINState(failures: failures, lockedUntil: nil).afterWrongPIN(at: now)
        #expect(state.failures == failures + 1)
        #expect(state.lockedUntil == nil)
        #expect(refusal == .wrongPIN(remaining: 4 - failures))
    }

    @Test func `the fifth wrong PIN locks the key for a quarter of an hour`() {
        let (state, refusal) = PINState(failures: 4, lockedUntil: nil).afterWrongPIN(at: now)
        #expect(refusal == .locked(minutes: 15))
        #expect(state.obstacle(at: now.addingTimeInterval(60)) == .locked(minutes: 14))
        #expect(state.obstacle(at: now.addingTimeInterval(900)) == nil)
    }

    @Test func `after the lock the count begins anew`() {
        let locked = PINState(failures: 5, lockedUntil: now)
        #expect(locked.afterWrongPIN(at: now).refusal == .wrongPIN(remaining: 4))
    }
}
