// vastoffice judge: one verdict for the office that started it, in a process of its own.
import ArgumentParser
import Foundation
import Signing

struct Judge: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Judge one file for a running office; request and report on standard input and output.",
        shouldDisplay: false)

    func run() throws {
        let request = try FileHandle.standardInput.readToEnd() ?? Data()
        FileHandle.standardOutput.write(try FileJudge.answer(to: request))
    }
}
