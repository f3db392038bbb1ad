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
            Judge.self,
        ])

    /// Started for one file each time, by scripts and by the server for strangers' files. They are taken before all
    /// commands and their options are looked through, which would cost them half their time.
    private static let quick: [String: any AsyncParsableCommand.Type] = [
        "sign": Sign.self, "extend": Extend.self, "verify": Verify.self,
    ]

    static func main() async {
        let words = CommandLine.arguments.dropFirst()
        if let name = words.first, let command = quick[name] {
            await command.main(Array(words.dropFirst()))
        } else {
            await main(nil)
        }
    }
}
