import Foundation
import OfficeTestKit
import Platform
import Records
import Synchronization
import Testing

/// Mỗi văn bản đến đúng một lần, mỗi trạng thái đúng một lần, đúng thứ tự – dù mạng, đĩa, đồng hồ hay tiến trình hỏng
/// thế nào.
///
/// Each run is drawn from its seed, which is the test's argument. `VASTOFFICE_FAULT_RUNS` asks for more of them,
/// `VASTOFFICE_FAULT_SEED` for the first one.
@Suite(.serialized) struct FaultTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let first = environment["VASTOFFICE_FAULT_SEED"].flatMap(Int.init) ?? 1
    private static let runs = environment["VASTOFFICE_FAULT_RUNS"].flatMap(Int.init) ?? 40
    private static let seeds = Array(first..<first + max(1, runs))

    @Test(arguments: seeds)
    func `after any series of faults sender, hub and receiver agree`(seed: Int) async throws {
        try await FaultRun.within(seed: seed) { run in
            try await run.suffer()
            let isAtRest = try await run.recover()
            #expect(isAtRest, "something still waits")
            let complaints = try await Reconciliation(of: run).complaints
            #expect(complaints == [])
            await FaultSums.shared.add(run)
        }
    }

    @Test func `a run without faults agrees, and a document taken off the books is noticed`() async throws {
        try await FaultRun.within(seed: 0) { run in
            #expect(try await run.recover())
            #expect(try await Reconciliation(of: run).complaints == [])
            _ = try await run.institute.ground.database.write { tx in
                try tx.execute("DELETE FROM exchange_inbox WHERE id = 1")
            }
            #expect(
                try await Reconciliation(of: run).complaints
                    == ["the institute has other packets than the Academy sent"])
        }
    }
}

/// What all runs met together, told at the end of each so that the last line is the sum.
actor FaultSums {
    static let shared = FaultSums()
    private var runs = 0
    private var sums: [String: Int] = [:]

    func add(_ run: FaultRun) async {
        runs += 1
        sums.merge(await run.counts) { $0 + $1 }
        for wire in [run.academy.wire, run.institute.wire] {
            for (fault, count) in wire.met where fault != .none { sums[fault.rawValue, default: 0] += count }
        }
        let deaths = [run.hub.fate, run.academy.fate, run.institute.fate].map(\.deaths).reduce(0, +)
        sums["deaths", default: 0] += deaths
        guard runs.isMultiple(of: 10) else { return }
        let words = sums.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        print("faults after \(runs) runs: \(words)")
    }
}
