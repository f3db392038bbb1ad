// vastoffice hub conform: tries another system by the published list and writes a report.
import ArgumentParser
import Digests
import Foundation
import Hub
import Hummingbird
import Platform
import VXP

struct HubConform: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conform",
        abstract: "Try another system by the published list of cases (docs/conformance.md) and write a report.",
        discussion: """
            A hub or platform: --against URL, with two systems that it knows; we call it as two offices would.
            An office: --listen PORT; it connects to a bench hub here, and a person there issues and answers when asked.
            Secrets are read from VASTOFFICE_CONFORM_SECRET and VASTOFFICE_CONFORM_PEER_SECRET.
            """)

    @Option(help: "Address of the hub or platform to try.") var against: String?
    @Option(help: "Port of the bench hub to which the office to be tried connects.") var listen: Int?
    @Option(help: "Address the bench hub listens on.") var host = "127.0.0.1"
    @Option(help: "System id: of the sender at the hub tried, or of the office tried.") var system: String
    @Option(help: "Agency code served by it.") var agency: String
    @Option(help: "With --against: system id of the receiver.") var peerSystem: String?
    @Option(help: "With --against: agency code of the receiver.") var peerAgency: String?
    @Option(help: "With --listen: seconds that the office has for each step.") var patience = 60.0
    @Flag(help: "With --listen: nobody sits at the office; cases that need a person are left out.") var unattended =
        false
    @Option(parsing: .upToNextOption, help: "Only these cases, e.g. VP-01 VP-40; otherwise all.") var only: [String] =
        []
    @Option(help: "Name of the system in the report.") var subject: String?
    @Option(help: "Folder for report.html, report.json and report.txt.") var report = "."

    func validate() throws {
        guard (against == nil) != (listen == nil) else {
            throw ValidationError("Give either --against URL, for a hub, or --listen PORT, for an office.")
        }
        let known = Set(against == nil ? officeCases.map(\.id) : hubCases.map(\.id))
        if let unknown = only.first(where: { !known.contains($0) }) {
            throw ValidationError("There is no case \(unknown); docs/conformance.md lists them.")
        }
    }

    func run() async throws {
        let results = try await against == nil ? tryOffice() : tryHub()
        let report = ConformanceReport(
            subject: subject ?? against ?? system, side: against == nil ? .office : .hub, at: Date(), results: results)
        let folder = URL(filePath: self.report, directoryHint: .isDirectory)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try report.html.write(to: folder.appending(path: "report.html"))
        try report.json.write(to: folder.appending(path: "report.json"))
        try Data(report.text.utf8).write(to: folder.appending(path: "report.txt"))
        print(report.text)
        if !report.isPassed { throw ExitCode(1) }
    }

    private func secret(_ name: String) throws -> String {
        guard let secret = ProcessInfo.processInfo.environment[name], !secret.isEmpty else {
            throw ValidationError("The secret is not set: \(name).")
        }
        return secret
    }

    /// Two runs that begin in the same second must not send the same packets either.
    private var mark: String {
        String(Int(Date().timeIntervalSince1970), radix: 36) + String(randomIdentifier().prefix(4))
    }

    // MARK: A hub

    private func tryHub() async throws -> [ConformanceResult] {
        guard let against, let url = URL(string: against), let peerSystem, let peerAgency else {
            throw ValidationError("--against takes an address, and needs --peer-system and --peer-agency.")
        }
        let transport = HTTPTransport.live()
        return await HubBench(
            sender: .init(systemId: system, secret: try secret("VASTOFFICE_CONFORM_SECRET"), agency: agency),
            receiver: .init(
                systemId: peerSystem, secret: try secret("VASTOFFICE_CONFORM_PEER_SECRET"), agency: peerAgency),
            mark: mark, now: { Date() }
        ) { request in
            // Each call has a connection of its own: one kept open may be closed by the other side as a call goes out.
            let answer = try await transport.send(
                HTTPCall(
                    method: request.method, url: url.appending(path: String(request.path.dropFirst())),
                    headers: request.headers.map { ($0.name, $0.value) } + [("Connection", "close")],
                    body: request.body, timeoutSeconds: 60))
            return VXPResponse(status: answer.status, body: answer.body)
        }.run(only: Set(only))
    }

    // MARK: An office

    private func tryOffice() async throws -> [ConformanceResult] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "vastoffice-bench-\(randomIdentifier())")
        defer { try? FileManager.default.removeItem(at: folder) }
        let hub = try await ExchangeHub(
            Settings(["data": folder.path, "practice": "true", "hub.limit.packets.minute": "0"]))
        let secret = (try? secret("VASTOFFICE_CONFORM_SECRET")) ?? HubSystem.newSecret()
        let party = HubBench.Party(systemId: system, secret: secret, agency: agency)
        let gateway = BenchGateway(hub: hub, systemId: system)
        let (patience, unattended) = (max(1, patience), unattended)
        let bench = try await OfficeBench(
            hub: hub, gateway: gateway, office: party, mark: mark, now: { Date() },
            wait: { condition in
                let end = Date().addingTimeInterval(patience)
                while Date() < end {
                    if try await condition() { return }
                    try await Task.sleep(for: .milliseconds(500))
                }
            },
            act: { act in
                if unattended { return false }
                print(
                    "\n\(act.sentence.vi)\n\(act.sentence.en)\n[Enter] xong / done, [b] bỏ qua / skip: ", terminator: ""
                )
                fflush(nil)
                return readLine()?.lowercased() != "b"
            })
        let server = Task { [host, listen] in
            try await BenchServer.application(gateway, host: host, port: listen ?? 0).run()
        }
        defer { server.cancel() }
        print("hub.url = http://\(host):\(listen ?? 0)\nhub.system.id = \(system)\nhub.secret = \(secret)\n")
        let results = await bench.run(only: Set(only)) {
            print("\($0.outcome.rawValue)\t\($0.id)\t\($0.title.vi) / \($0.title.en)")
        }
        await hub.close()
        return results
    }
}
