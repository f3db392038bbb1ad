// vastoffice admin seal KEY: a secret of the configuration, written so that the configuration does not give it away.
import ArgumentParser
import Foundation
import Platform

struct AdminSeal: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seal",
        abstract: "Seal a secret of the configuration with the office's key file; it is read from standard input.",
        discussion: "Prints the line to put into the configuration, for example for hub.secret or hub.password.")

    @OptionGroup var configuration: ConfigurationOptions
    @Option(help: "Folder of database and files.") var data: String?
    @Argument(help: "Name of the setting.") var key: String

    func run() async throws {
        guard let secret = readLine(strippingNewline: true), !secret.isEmpty else {
            throw ValidationError("Write the secret on standard input.")
        }
        let settings = try configuration.settings(["data": data])
        print("\(key) = \"\(try settings.sealed(secret, as: key))\"")
    }
}
