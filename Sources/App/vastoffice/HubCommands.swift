// vastoffice hub: the exchange hub, and what the person in charge of it does at the terminal.
import ArgumentParser
import Foundation
import Hub
import Platform

/// Where a hub keeps its things.
struct HubPlace: ParsableArguments {
    @OptionGroup var configuration: ConfigurationOptions
    @Option(help: "Folder of database and packets.") var data: String?
    @Option(help: "SQLite file or postgres:// URL.") var database: String?

    func settings(_ more: [String: String?] = [:]) throws -> Settings {
        try configuration.settings(more.merging(["data": data, "database": database]) { $1 })
    }

    /// The hub's desk while `work` runs; a running hub sees the changes at once.
    func desk<Value>(_ work: (HubDesk) async throws -> Value) async throws -> Value {
        let hub = try await ExchangeHub(try settings())
        do {
            let value = try await work(hub.desk)
            await hub.close()
            return value
        } catch let refusal as HubDirectoryRefusal {
            await hub.close()
            throw ValidationError(refusal.message)
        }
    }
}

struct HubCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hub", abstract: "Run the exchange hub, or look after it.",
        subcommands: [Run.self, Agencies.self, Events.self, HubConform.self], defaultSubcommand: Run.self)

    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Run the exchange hub (one node of it).")

        @OptionGroup var place: HubPlace
        @Option(help: "Address to listen on.") var host: String?
        @Option(help: "Port to listen on.") var port: Int?

        func run() async throws {
            try await ExchangeHub.serve(try place.settings(["host": host, "port": port.map(String.init)]))
        }
    }

    struct Events: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the log of security events, newest first, or check that nothing in it was changed.")

        @OptionGroup var place: HubPlace
        @Flag(help: "Check every entry against the one before.") var verify = false
        @Option(help: "How many entries to show.") var limit = 50

        func run() async throws {
            try await place.desk { desk in
                guard verify else {
                    for event in try await desk.events(limit: max(1, min(limit, 10_000))) { print(event.line) }
                    return
                }
                let check = try await desk.checkEvents()
                if let id = check.brokenAt {
                    print("Mục \(id) không khớp với mục trước nó: sổ đã bị sửa. Hãy giữ nguyên hiện trạng và báo ngay.")
                    throw ExitCode(1)
                }
                if check.isShort {
                    print(
                        "Sổ thiếu: trục có hệ thống hoặc gói tin mà sổ không nhắc đến, dù \(check.count) mục còn lại khớp nhau. "
                            + "Hãy giữ nguyên hiện trạng và báo ngay.")
                    throw ExitCode(1)
                }
                print("Sổ còn nguyên: \(check.count) mục, mã mục cuối \(check.head)")
            }
        }
    }
}

// Agencies.
extension HubCommand {
    struct Agencies: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "agency", abstract: "Connect, lock and list agencies; give their systems new secrets.",
            subcommands: [Add.self, Lock.self, Unlock.self, List.self, Rotate.self, Limit.self])
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add an agency to a system. A system that is new gets a secret, which is shown once.")

        @OptionGroup var place: HubPlace
        @Argument(help: "Code on the wire, e.g. 000.00.91.G31.") var code: String
        @Argument(help: "Name.") var name: String
        @Option(help: "Id of the system that serves it.") var system: String
        @Option(help: "Code in the form of QĐ 20/2020, e.g. G31.91.") var short: String?
        @Option(help: "Code of the agency above.") var parent: String?

        func run() async throws {
            let agency = HubAgency(code: code, shortCode: short, name: name, parentCode: parent)
            if let secret = try await place.desk({ try await $0.add(agency, to: system) }) {
                print("hub.system.id = \(system)\nhub.secret = \(secret)")
            }
        }
    }

    struct Lock: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lock an agency: it neither sends nor receives until it is unlocked.")
        @OptionGroup var place: HubPlace
        @Argument(help: "Code of the agency.") var code: String
        func run() async throws { try await place.desk { try await $0.setLocked(true, agency: code) } }
    }

    struct Unlock: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Unlock an agency; what waited for it is offered again.")
        @OptionGroup var place: HubPlace
        @Argument(help: "Code of the agency.") var code: String
        func run() async throws { try await place.desk { try await $0.setLocked(false, agency: code) } }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List connected agencies: code, system, state, packets that wait, name.")
        @OptionGroup var place: HubPlace

        func run() async throws {
            try await place.desk { desk in
                var last = ""
                while true {
                    let page = try await desk.agencies(after: last)
                    for agency in page { print(agency.line) }
                    guard let end = page.last else { return }
                    last = end.code
                }
            }
        }
    }

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a system a new secret, which is shown once; the old one counts for a while.")
        @OptionGroup var place: HubPlace
        @Argument(help: "Id of the system, or code of an agency that it serves.") var name: String
        @Option(help: "How many hours the old secret still counts; 0 when it has become known.") var grace = 24.0

        func run() async throws {
            let hours = max(0, min(grace, 24 * 90))
            let new = try await place.desk { try await $0.rotate(name, graceSeconds: hours * 3600) }
            print("hub.system.id = \(new.systemId)\nhub.secret = \(new.secret)")
        }
    }

    struct Limit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give an agency limits of its own; what is left out is as usual, 0 is no limit.")
        @OptionGroup var place: HubPlace
        @Argument(help: "Code of the agency.") var code: String
        @Option(help: "Packets a minute.") var packets: Int?
        @Option(help: "Megabytes a day.") var megabytes: Int?
        @Option(help: "Uploads at the same time on one node.") var uploads: Int?

        func run() async throws {
            try await place.desk {
                try await $0.limit(
                    agency: code, packetsPerMinute: packets, bytesPerDay: megabytes.map { $0 << 20 }, uploads: uploads)
            }
        }
    }
}

extension AgencyOverview {
    fileprivate var line: String {
        [code, systemId ?? "-", isLocked ? "locked" : "open", "\(open)", name].joined(separator: "\t")
    }
}

extension HubEvent {
    fileprivate var line: String {
        [
            "\(id)", at.formatted(.iso8601), kind.rawValue, subject, detail, node, String(hash.prefix(16)),
        ].joined(separator: "\t")
    }
}
