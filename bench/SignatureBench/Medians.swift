import Foundation

/// Median wall and processor milliseconds of some work.
struct Medians {
    let wallMilliseconds: Double
    let cpuMilliseconds: Double

    /// After one run that does not count.
    init(rounds: Int, _ work: () async throws -> Void) async rethrows {
        try await work()
        var (wall, cpu): ([Double], [Double]) = ([], [])
        for _ in 0..<rounds {
            let (began, used) = (Self.now(CLOCK_MONOTONIC), Self.now(CLOCK_PROCESS_CPUTIME_ID))
            try await work()
            wall.append(Self.now(CLOCK_MONOTONIC) - began)
            cpu.append(Self.now(CLOCK_PROCESS_CPUTIME_ID) - used)
        }
        wallMilliseconds = wall.sorted()[rounds / 2]
        cpuMilliseconds = cpu.sorted()[rounds / 2]
    }

    static func now(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) * 1000 + Double(time.tv_nsec) / 1_000_000
    }

    var fields: [String: Double] { ["wall_ms": wallMilliseconds, "cpu_ms": cpuMilliseconds] }
}
