// vastoffice admin: what the administrator of an office does at the terminal.
import ArgumentParser
import Foundation
import OfficeApp
import Platform

struct Admin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Administer an office at the terminal.",
        subcommands: [Audit.self, Password.self, AdminTrust.self, AdminSigner.self, AdminSeal.self])

    struct Audit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Check that registers and histories follow from entry to entry, and that every stored file is whole.")

        @OptionGroup var configuration: ConfigurationOptions
        @Option(help: "Folder of database and files.") var data: String?
        @Option(help: "SQLite file or postgres:// URL.") var database: String?

        func run() async throws {
            let findings = try await OfficeAudit(try configuration.settings(["data": data, "database": database])).run()
            for line in findings.lines { print(line) }
            if !findings.isClean { throw ExitCode(1) }
        }
    }

    struct Password: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Set a person's password; read from standard input.")

        @OptionGroup var configuration: ConfigurationOptions
        @Option(help: "Folder of database and files.") var data: String?
        @Option(help: "SQLite file or postgres:// URL.") var database: String?
        @Argument(help: "Account name.") var account: String

        func run() async throws {
            guard let password = readLine(strippingNewline: true), !password.isEmpty else {
                throw ValidationError("Write the new password on standard input.")
            }
            try await OfficePasswords(try configuration.settings(["data": data, "database": database]))
                .set(account: account, to: password)
        }
    }
}
