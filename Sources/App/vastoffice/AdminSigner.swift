// vastoffice admin signer show|forget ACCOUNT
import ArgumentParser
import Foundation
import OfficeApp
import Platform
import Records
import Signing

struct AdminSigner: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "signer", abstract: "Whose certificates a person's keys, or the seal's, must be.",
        discussion: "It is recorded with the first key; later keys of anybody else are refused.",
        subcommands: [Show.self, Forget.self])

    struct Where: ParsableArguments {
        @OptionGroup var configuration: ConfigurationOptions
        @Option(help: "Folder of database and files.") var data: String?
        @Option(help: "SQLite file or postgres:// URL.") var database: String?
        @Flag(help: "The organisation's seal in place of a person.") var seal = false
        @Argument(help: "Account name.") var account: String?

        func validate() throws {
            guard seal == (account == nil) else { throw ValidationError("Name an account, or say --seal.") }
        }

        func run<Value: Sendable>(_ body: @Sendable (OfficeSigners) async throws -> Value) async throws -> Value {
            let signers = try OfficeSigners(try configuration.settings(["data": data, "database": database]))
            do { return try await body(signers) } catch let refusal as any Refusal { throw Failure(refusal.message) }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "What is recorded, and what was forgotten before.")
        @OptionGroup var place: Where

        func run() async throws {
            let found = try await place.run { [account = place.account] in try await $0.recorded(account) }
            print(found.identity ?? "Nothing is recorded.")
            for event in found.history { print("  \(LocalTime(event.at).printed)  \(event.detail)") }
        }
    }

    struct Forget: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Forget it, after a wrong file or a change of name; the next key that bears the name is recorded."
        )
        @OptionGroup var place: Where
        @Option(help: "Why, for the history.") var reason: String

        func run() async throws {
            let person = "dòng lệnh, tài khoản máy \(NSUserName())"
            try await place.run { [account = place.account, reason] in
                try await $0.forget(account, reason: reason, operator: person)
            }
            print("forgotten: \(place.account ?? "the seal")")
        }
    }
}
