// vastoffice serve, demo: the long-running commands.
import ArgumentParser
import Foundation
import OfficeApp
import Platform

/// Options that every command with a configuration shares: file, over it environment, over it the command line.
struct ConfigurationOptions: ParsableArguments {
    @Option(name: .long, help: "Configuration file of `key = value` lines.", completion: .file())
    var config: String?

    @Option(name: .customLong("set"), help: "One setting over file and environment: key=value. May be repeated.")
    var assignments: [String] = []

    func settings(_ overrides: [String: String?]) throws -> Settings {
        var settings = try config.map { try Settings(file: $0) } ?? Settings()
        settings = settings.overlaid(environment: ProcessInfo.processInfo.environment)
        for assignment in assignments {
            guard let equals = assignment.firstIndex(of: "=") else {
                throw ValidationError("--set takes key=value, not `\(assignment)`.")
            }
            settings = settings.overlaid(
                with: [String(assignment[..<equals]): String(assignment[assignment.index(after: equals)...])])
        }
        return settings.overlaid(with: overrides.compactMapValues(\.self))
    }
}

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Run one office (one node of it).")

    @OptionGroup var configuration: ConfigurationOptions
    @Option(help: "Folder of database, files and temporary data.") var data: String?
    @Option(help: "SQLite file or postgres:// URL.") var database: String?
    @Option(help: "Address to listen on.") var host: String?
    @Option(help: "Port to listen on.") var port: Int?

    func run() async throws {
        let settings = try configuration.settings([
            "data": data, "database": database, "host": host, "port": port.map(String.init),
        ])
        try await Office.serve(settings)
    }
}

struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a practice exchange hub and two practice offices on this machine.")

    @Option(help: "Folder that keeps the practice data.") var data = "demo-data"
    @Option(help: "First of the five ports used: first office, second office, hub, timestamps, remote signing.")
    var portBase = 8080
    @Option(help: "Folders of styles and scripts, separated by commas.") var assets: String?
    @Option(help: "postgres:// URL for the first office; without it both offices keep an SQLite file.")
    var database: String?
    @Flag(help: "Throw the practice data away and start over.") var reset = false
    @Flag(help: "Make the data and one configuration file a process, and stop.") var prepare = false

    func run() async throws {
        let demo = PracticeDemo(
            folder: URL(filePath: data, directoryHint: .isDirectory), portBase: portBase,
            assets: assets ?? ProcessInfo.processInfo.environment["VASTOFFICE_ASSETS"], academyDatabase: database)
        if reset { try demo.reset() }
        try await prepare ? demo.prepare() : demo.run()
    }
}
