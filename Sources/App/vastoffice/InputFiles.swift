// Files and values named on the command line.
import ArgumentParser
import Foundation
import PAdES
import SignatureCore

/// The bytes of a file the person named.
func contents(_ path: String) throws -> Data {
    guard let data = FileManager.default.contents(atPath: path) else {
        throw ValidationError("Không đọc được tệp \(path).")
    }
    return data
}

/// The first line of a file that keeps a PIN or passphrase.
func secret(_ path: String) throws -> String {
    let text = String(decoding: try contents(path), as: UTF8.self)
    return String(text.split(separator: "\n", omittingEmptySubsequences: false).first ?? "")
}

func certificates(_ path: String) throws -> [Certificate] {
    guard let found = try? Certificate.all(in: try contents(path)), !found.isEmpty else {
        throw ValidationError("Không có chứng thư số nào trong \(path).")
    }
    return found
}

/// DER as it is, PEM without its armour.
func binary(_ path: String) throws -> Data {
    let data = Data(try contents(path))
    guard data.starts(with: Data("-----BEGIN".utf8)) else { return data }
    let lines = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline)
    let body = lines.drop { !$0.hasPrefix("-----BEGIN") }.dropFirst().prefix { !$0.hasPrefix("-----END") }
    guard let decoded = Data(base64Encoded: body.joined()) else {
        throw ValidationError("Tệp \(path) không phải là DER hoặc PEM.")
    }
    return decoded
}

extension SignatureLevel: ExpressibleByArgument {
    public static var allValueStrings: [String] { allCases.map(\.rawValue) }
    public static var allValueDescriptions: [String: String] { [:] }

    /// `B-LT` or `LT`.
    public init?(argument: String) {
        let text = argument.uppercased()
        self.init(rawValue: text.hasPrefix("B-") ? text : "B-\(text)")
    }
}
