// The one executable: argument parsing only; the work is in the libraries.
import ArgumentParser
import Foundation
import Platform

@main
struct VASTOffice: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vastoffice",
        abstract: "Documents of a Vietnamese institution: received, directed, signed, issued, exchanged and kept.",
        version: "0.1.0",
        subcommands: [
            Serve.self, Demo.self, HubCommand.self, Sign.self, Extend.self, Verify.self, Edxml.self, Admin.self,
            Judge.self,
        ])

    /// Started for one file each time, by scripts and by the server for strangers' files. They are taken before all
    /// commands and their options are looked through, which would cost them half their time.
    private static func quick(_ name: String?) -> (any AsyncParsableCommand.Type)? {
        switch name {
        case "sign": Sign.self
        case "extend": Extend.self
        case "verify": Verify.self
        default: nil
        }
    }

    static func main() async {
        let words = CommandLine.arguments.dropFirst()
        guard let command = quick(words.first) else {
            // These work on what an office keeps; the quick ones write files for whoever called them.
            PrivateFiles.begin()
            return await main(nil)
        }
        await command.main(Array(words.dropFirst()))
        // The system takes everything back at once, sooner than each library frees what it has.
        fflush(nil)
        _exit(0)
    }
}
