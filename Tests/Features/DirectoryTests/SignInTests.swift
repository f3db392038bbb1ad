import Foundation
import OfficeTestKit
import Platform
import Records
import Testing
import WebUI

@testable import Directory

/// Đăng nhập: mật khẩu, phiên, chống dò mật khẩu.
@Suite struct SignInTests {
    private func desk(_ office: TestOffice) -> SignInDesk {
        SignInDesk(ground: office.ground, hasher: PasswordHasher(cost: .trifling))
    }

    @Test(arguments: Engine.testable)
    func `account and password open a session that carries the whole actor`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine)
        let signedIn = try await desk(office).signIn(
            account: " VanThu".trimmingSpaces, password: TestOffice.password, from: "::1")
        let session = try #require(try await SessionLoader(ground: office.ground).load(signedIn.token))
        #expect(session.actor == office.people.clerk)
        #expect(session.csrfToken.count == 64)
    }

    @Test func `the same letters composed differently are the same password`() async throws {
        let office = try await TestOffice.make()
        let decomposed = TestOffice.password.decomposedStringWithCanonicalMapping
        _ = try await desk(office).signIn(account: "vanthu", password: decomposed, from: "::1")
    }

    @Test(arguments: Engine.testable)
    func `the database holds no token that could open a session`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine)
        let token = try await desk(office).signIn(account: "vanthu", password: TestOffice.password, from: "::1").token
        let stored = try await office.database.read { tx in
            try tx.rows("SELECT token_hash FROM session").map { try $0.get("token_hash", as: String.self) }
        }
        #expect(stored == [SignInDesk.digest(token)])
        #expect(try await SessionLoader(ground: office.ground).load(stored[0]) == nil)
    }

    @Test(arguments: Engine.testable)
    func `a wrong password and an unknown account get the same answer`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine)
        let desk = desk(office)
        for account in ["vanthu", "khong-co-ai", ""] {
            await #expect(throws: SignInRefusal.wrong) {
                try await desk.signIn(account: account, password: "sai mật khẩu", from: "::1")
            }
        }
    }

    @Test(arguments: [PasswordCost.standard, .trifling])
    func `an unknown account costs the work of one check, at the present cost`(cost: PasswordCost) async throws {
        let hasher = PasswordHasher(cost: cost)
        #expect(PasswordHasher.check(Array("sai".utf8), hasher.decoy) == .differs)
        let stored = try await hasher.hash("một mật khẩu")
        #expect(hasher.decoy.split(separator: "$").prefix(3) == stored.split(separator: "$").prefix(3))
        #expect(await !hasher.matches("", nil))
        #expect(await !hasher.matches("một mật khẩu", "không phải hàm băm"))
    }

    @Test(arguments: Engine.testable)
    func `after five wrong passwords from one address one must wait, and longer each time`(engine: Engine) async throws
    {
        let office = try await TestOffice.make(engine)
        let desk = desk(office)
        for _ in 1...5 {
            await #expect(throws: SignInRefusal.wrong) {
                try await desk.signIn(account: "vanthu", password: "sai", from: "a")
            }
        }
        await #expect(throws: SignInRefusal.wait(seconds: 30)) {
            try await desk.signIn(account: "vanthu", password: TestOffice.password, from: "a")
        }
        // The same person elsewhere is not locked out.
        _ = try await desk.signIn(account: "vanthu", password: TestOffice.password, from: "b")
        office.clock.advance(by: 31)
        await #expect(throws: SignInRefusal.wrong) {
            try await desk.signIn(account: "vanthu2", password: "sai", from: "a")
        }
        _ = try await desk.signIn(account: "vanthu", password: TestOffice.password, from: "a")
    }

    @Test(arguments: Engine.testable)
    func `guesses made side by side are all counted`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine)
        let desk = desk(office)
        let answers = await withTaskGroup(of: Bool.self) { group in
            for index in 0..<40 {
                group.addTask {
                    do {
                        _ = try await desk.signIn(account: "vanthu", password: "sai \(index)", from: "a")
                        return true
                    } catch SignInRefusal.wrong { return true } catch { return false }
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(answers <= 5)
    }

    @Test(arguments: Engine.testable)
    func `an own account does not clear the count of the address`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine)
        let desk = desk(office)
        var waited = false
        for index in 0..<80 where !waited {
            _ = try? await desk.signIn(account: "nguoi-\(index)", password: "sai", from: "a")
            do { _ = try await desk.signIn(account: "chuyenvien", password: TestOffice.password, from: "a") } catch {
                waited = true
            }
        }
        #expect(waited)
    }

    @Test(arguments: Engine.testable)
    func `a session ends after twelve idle hours, and lives on while it is used`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine)
        let token = try await desk(office).openSession(for: office.people.clerk.person).token
        let loader = SessionLoader(ground: office.ground)
        for _ in 0..<4 {
            office.clock.advance(by: 11 * 3600)
            #expect(try await loader.load(token) != nil)
        }
        office.clock.advance(by: 12 * 3600 + 1)
        #expect(try await loader.load(token) == nil)
    }

    @Test(arguments: Engine.testable)
    func `looking at pages writes at most once in five minutes`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine)
        let token = try await desk(office).openSession(for: office.people.clerk.person).token
        let loader = SessionLoader(ground: office.ground)
        func seenAt() async throws -> Date? {
            try await office.database.read { try $0.value("SELECT seen_at FROM session") }
        }
        let start = try await seenAt()
        office.clock.advance(by: 299)
        _ = try await loader.load(token)
        #expect(try await seenAt() == start)
        office.clock.advance(by: 2)
        _ = try await loader.load(token)
        #expect(try await seenAt() == office.now)
    }

    @Test(arguments: Engine.testable)
    func `changing the password ends every session but the one it gives`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine)
        let (desk, loader, clerk) = (desk(office), SessionLoader(ground: office.ground), office.people.clerk)
        let old = try await desk.openSession(for: clerk.person).token
        let new = try await desk.changePassword(
            of: clerk, from: TestOffice.password, to: "một câu khác hẳn", repeated: "một câu khác hẳn", address: "a"
        ).token
        #expect(try await loader.load(old) == nil)
        #expect(try await loader.load(new)?.actor == clerk)
        await #expect(throws: SignInRefusal.wrong) {
            try await desk.signIn(account: "vanthu", password: TestOffice.password, from: "a")
        }
        _ = try await desk.signIn(account: "vanthu", password: "một câu khác hẳn", from: "a")
    }

    @Test(arguments: [
        ("sai", "một câu khác hẳn", "một câu khác hẳn", SignInRefusal.wrongPresentPassword),
        (TestOffice.password, "một câu khác hẳn", "một câu khác hơn", .notRepeated),
        (TestOffice.password, TestOffice.password, TestOffice.password, .unchanged),
        (TestOffice.password, "ngắn quá", "ngắn quá", .tooShort(minimum: 10)),
        (TestOffice.password, "VanThu-1234", "VanThu-1234", .sameAsAccount),
    ])
    func `a password that will not do is refused and nothing changes`(
        present: String, new: String, repeated: String, refusal: SignInRefusal
    ) async throws {
        let office = try await TestOffice.make()
        let (desk, clerk) = (desk(office), office.people.clerk)
        await #expect(throws: refusal) {
            try await desk.changePassword(of: clerk, from: present, to: new, repeated: repeated, address: "a")
        }
        _ = try await desk.signIn(account: "vanthu", password: TestOffice.password, from: "a")
    }

    @Test(arguments: Engine.testable)
    func `one who has left cannot sign in, and his sessions are over`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine)
        let (desk, clerk) = (desk(office), office.people.clerk)
        let token = try await desk.openSession(for: clerk.person).token
        _ = try await office.database.write { tx in
            try tx.execute("UPDATE person SET is_active = \(false) WHERE id = \(clerk.person)")
        }
        #expect(try await SessionLoader(ground: office.ground).load(token) == nil)
        await #expect(throws: SignInRefusal.wrong) {
            try await desk.signIn(account: "vanthu", password: TestOffice.password, from: "a")
        }
    }

    @Test func `waits grow by doubling up to a quarter of an hour`() {
        let waits = (1...14).map { Throttle.pair.waitSeconds(afterFailures: $0) }
        #expect(waits == [0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900, 900, 900])
    }
}
