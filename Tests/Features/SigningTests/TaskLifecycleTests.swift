import Foundation
import Testing

@testable import Signing

/// Vòng đời một lần ký: chờ → đang xử lý → đã ký / thất bại, ký lại được; bước nào không có trong bảng thì không có.
@Suite struct TaskLifecycleTests {
    static let expected: [TaskStep: [TaskState: TaskState]] = [
        .ask: [.waiting: .processing], .finish: [.processing: .signed],
        .fail: [.waiting: .failed, .processing: .failed], .retry: [.failed: .waiting],
        .drop: [.waiting: .dropped, .processing: .dropped, .failed: .dropped],
    ]

    @Test(arguments: TaskState.allCases, TaskStep.allCases)
    func `every state and step gives the table's answer`(state: TaskState, step: TaskStep) {
        #expect(state.after(step) == Self.expected[step]?[state])
        #expect(TaskState.before(step).contains(state) == (state.after(step) != nil))
    }

    @Test func `no two rows answer the same question`() {
        let questions = TaskState.lifecycle.map { "\($0.step) \($0.from)" }
        #expect(Set(questions).count == questions.count)
    }

    /// A step is one statement in the store, so all its rows must lead to one state.
    @Test(arguments: TaskStep.allCases) func `a step leads to one state`(step: TaskStep) {
        #expect(Set(TaskState.lifecycle.filter { $0.step == step }.map(\.to)).count == 1)
    }

    @Test func `every task that is not dropped stands in exactly one tab`() {
        for state in TaskState.allCases {
            let tabs = TaskTab.allCases.filter { $0.states.contains(state) }
            #expect(tabs.count == (state == .dropped ? 0 : 1), "\(state)")
        }
    }

    @Test func `each failure says what happened and what to do`() {
        let failures: [SigningFailure] = [.cancelled, .interrupted, .timedOut, .agentTimedOut]
        for failure in failures { #expect(failure.message.contains("Ký lại")) }
    }
}
