import Foundation
import Testing
import VXP

@testable import Exchange

/// Mất kết nối được ghi một lần, kèm thời điểm bắt đầu.
struct LinkTests {
    private let morning = Date(timeIntervalSince1970: 1_795_485_600)

    @Test func `the first success begins a connection`() {
        let link = Link.afterSuccess(nil, at: morning)
        #expect(link == Link(isUp: true, since: morning, succeededAt: morning, problem: ""))
    }

    /// A wrong secret is put right by the administrator: what waits is not given up meanwhile.
    @Test(arguments: [
        (VXPFailure.unauthorised(""), true, false), (.unreachable(""), true, false), (.unanswered(""), true, false),
        (.malformedAnswer(""), true, false), (.malformedParameter("to"), false, true),
        (.refused(code: AnswerCode.unknownRecipient.rawValue, explanation: ""), false, true),
        (.refused(code: AnswerCode.systemFault.rawValue, explanation: ""), false, false),
    ])
    func `what nobody else can put right is given up, what concerns the connection is not`(
        failure: VXPFailure, concernsLink: Bool, isFinal: Bool
    ) {
        #expect(failure.concernsLink == concernsLink && failure.isFinal == isFinal)
    }

    @Test func `a success is not written down at every poll`() throws {
        let link = try #require(Link.afterSuccess(nil, at: morning))
        #expect(Link.afterSuccess(link, at: morning + 5) == nil)
        #expect(Link.afterSuccess(link, at: morning + 31)?.since == morning)
    }

    @Test func `an outage keeps its beginning however often it is noticed`() throws {
        let down = try #require(Link.afterFailure(Link.afterSuccess(nil, at: morning), "mất mạng", at: morning + 60))
        #expect(down.since == morning + 60 && !down.isUp && down.succeededAt == morning)
        #expect(Link.afterFailure(down, "mất mạng", at: morning + 90) == nil)
        #expect(Link.afterFailure(down, "sai khóa", at: morning + 90)?.since == morning + 60)
    }

    @Test func `after an outage the connection begins anew`() throws {
        let down = try #require(Link.afterFailure(nil, "mất mạng", at: morning))
        #expect(Link.afterSuccess(down, at: morning + 60)?.since == morning + 60)
    }
}
