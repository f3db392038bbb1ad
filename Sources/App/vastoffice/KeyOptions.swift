// Which key signs.
import ArgumentParser
import Foundation
import SignatureCore

struct KeyOptions: ParsableArguments {
    @Option(help: "PKCS#12 file with key and certificate.", completion: .file()) var p12: String?
    @Option(help: "File whose first line is the passphrase or PIN.", completion: .file()) var passfile: String?

    func validate() throws {
        guard p12 != nil else { throw ValidationError("Cần một khóa ký: --p12.") }
        guard passfile != nil else { throw ValidationError("Cần --passfile: tệp có mã PIN ở dòng đầu.") }
    }

    func open() throws -> any SigningKey {
        guard let p12, let passfile else { throw ValidationError("Cần một khóa ký: --p12.") }
        return try PKCS12Key(data: try contents(p12), passphrase: try secret(passfile))
    }
}
