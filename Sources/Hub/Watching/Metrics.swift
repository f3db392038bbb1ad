// How the hub stands, in the text format of Prometheus (version 0.0.4).
internal import Foundation

struct Metrics {
    private var text = ""

    /// - Parameter counts: of this node since its start; gauges are of the whole hub.
    init(_ counts: [HubMeter.Key: Int], _ standing: HubStanding) {
        counters(counts)
        delays(counts)
        gauges(standing)
    }

    var body: String { text }

    private mutating func family(_ name: String, _ type: String, _ help: String) {
        text += "# HELP vast_hub_\(name) \(help)\n# TYPE vast_hub_\(name) \(type)\n"
    }

    private mutating func sample(_ name: String, _ labels: [(String, String)] = [], _ value: String) {
        let inside = labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
        text += "vast_hub_\(name)\(inside.isEmpty ? "" : "{\(inside)}") \(value)\n"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }

    private mutating func counters(_ counts: [HubMeter.Key: Int]) {
        let families: [(HubCount, String, String, String)] = [
            (.packets, "packets_total", "agency", "Packets taken from this sender."),
            (.bytes, "packet_bytes_total", "agency", "Bytes of packets taken from this sender."),
            (.delivered, "delivered_total", "agency", "Packets that this recipient has stored."),
            (.failed, "failed_total", "agency", "Times this recipient said that a packet failed."),
            (.refused, "refused_calls_total", "cause", "Calls refused, by cause."),
            (.calls, "calls_total", "operation", "Calls, by operation."),
        ]
        for (count, name, label, help) in families {
            family(name, "counter", help)
            for (value, number) in HubStanding.byLabel(count, counts).sorted(by: { $0.label < $1.label }) {
                sample(name, [(label, value)], "\(number)")
            }
        }
    }

    private mutating func delays(_ counts: [HubMeter.Key: Int]) {
        family("delivery_seconds", "histogram", "Time from taking a packet until its recipient has stored it.")
        var sum = 0
        for bound in HubMeter.delayBounds.map({ "\($0)" }) + [HubMeter.noBound] {
            sum += counts[HubMeter.Key(count: .delay, label: bound)] ?? 0
            sample("delivery_seconds_bucket", [("le", bound)], "\(sum)")
        }
        let milliseconds = counts[HubMeter.Key(count: .delaySum, label: "")] ?? 0
        sample("delivery_seconds_sum", [], "\(Double(milliseconds) / 1000)")
        sample("delivery_seconds_count", [], "\(sum)")
    }

    private mutating func gauges(_ standing: HubStanding) {
        agencyGauge("open_packets", "Packets that wait for this recipient.", standing) { "\($0.open)" }
        agencyGauge("stuck_packets", "Packets that wait for longer than hub.stuck.minutes.", standing) { "\($0.stuck)" }
        agencyGauge("oldest_open_seconds", "Age of the oldest packet that waits.", standing) { agency in
            agency.oldestOpenAt.map { "\(Int(standing.at.timeIntervalSince($0)))" }
        }
        family("clock_skew_seconds", "gauge", "By how much the clock of this system is ahead of ours.")
        for system in standing.systems {
            if let skew = system.clockSkew { sample("clock_skew_seconds", [("system", system.systemId)], "\(skew)") }
        }
        family("system_seen_seconds", "gauge", "Time since this system last called.")
        for system in standing.systems {
            guard let seen = system.seenAt else { continue }
            sample("system_seen_seconds", [("system", system.systemId)], "\(Int(standing.at.timeIntervalSince(seen)))")
        }
        family("certificate_expires_seconds", "gauge", "Time until this certificate ends; negative when it is over.")
        for certificate in standing.certificates {
            guard let end = certificate.expiresAt else { continue }
            sample(
                "certificate_expires_seconds", [("file", certificate.file)],
                "\(Int(end.timeIntervalSince(standing.at)))")
        }
        family("free_bytes", "gauge", "Room left where packets are kept.")
        if let free = standing.freeBytes { sample("free_bytes", [], "\(free)") }
    }

    private mutating func agencyGauge(
        _ name: String, _ help: String, _ standing: HubStanding, _ value: (AgencyStanding) -> String?
    ) {
        family(name, "gauge", help)
        for agency in standing.agencies {
            if let value = value(agency) { sample(name, [("agency", agency.code)], value) }
        }
    }
}
