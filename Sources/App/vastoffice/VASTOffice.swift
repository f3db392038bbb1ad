// The one executable: argument parsing only; the work is in the libraries.
import ArgumentParser

@main
struct VASTOffice: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vastoffice",
        abstract: "Documents of a Vietnamese institution: received, directed, signed, issued, exchanged and kept.",
        version: "0.1.0",
        subcommands: [
            Serve.self, Demo.self, HubCommand.self, Sign.self, Extend.self, Verify.self, Edxml.self, Admin.self,
        ])
}
