// What the operator decides: from a file, over it the environment, over it the command line.
package import Foundation

package enum SettingsError: Error, Sendable, CustomStringConvertible {
    case unreadable(String)
    case line(String, number: Int)
    case value(key: String, reason: String)
    case missing(key: String)

    package var description: String {
        switch self {
        case .unreadable(let path): "cannot read the configuration file \(path)"
        case .line(let path, let number): "\(path):\(number): expected `key = value`"
        case .value(let key, let reason): "configuration `\(key)`: \(reason)"
        case .missing(let key): "configuration `\(key)` is missing"
        }
    }
}

/// Plain keys and values. `VASTOFFICE_HUB_URL` in the environment is the key `hub.url`.
package struct Settings: Sendable {
    private var values: [String: String]

    package init(_ values: [String: String] = [:]) { self.values = values }

    /// Reads `key = value` lines; `#` begins a comment; values may stand in double quotes.
    package init(file path: String) throws(SettingsError) {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { throw .unreadable(path) }
        var values: [String: String] = [:]
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = line.trimmingCharacters(in: .whitespaces)
            if line.isEmpty || line.hasPrefix("#") { continue }
            guard let equals = line.firstIndex(of: "=") else { throw .line(path, number: index + 1) }
            let key = line[..<equals].trimmingCharacters(in: .whitespaces)
            var value = line[line.index(after: equals)...].trimmingCharacters(in: .whitespaces)
            if value.count >= 2, value.hasPrefix("\""), value.hasSuffix("\"") {
                value = String(value.dropFirst().dropLast())
            }
            values[key] = value
        }
        self.values = values
    }

    package func overlaid(with other: [String: String]) -> Settings {
        Settings(values.merging(other) { $1 })
    }

    package func overlaid(environment: [String: String]) -> Settings {
        let prefix = "VASTOFFICE_"
        let own = environment.filter { $0.key.hasPrefix(prefix) }
        return overlaid(
            with: Dictionary(
                own.map { ($0.key.dropFirst(prefix.count).lowercased().replacing("_", with: "."), $0.value) }
            ) { $1 })
    }

    /// As a configuration file holds them, sorted by key.
    package var fileText: String {
        values.sorted { $0.key < $1.key }.map { "\($0.key) = \"\($0.value)\"\n" }.joined()
    }

    package func text(_ key: String) -> String? { values[key].flatMap { $0.isEmpty ? nil : $0 } }

    package func required(_ key: String) throws(SettingsError) -> String {
        guard let value = text(key) else { throw .missing(key: key) }
        return value
    }

    package func integer(_ key: String, default fallback: Int) throws(SettingsError) -> Int {
        guard let value = text(key) else { return fallback }
        guard let number = Int(value) else { throw .value(key: key, reason: "`\(value)` is not a whole number") }
        return number
    }

    package func flag(_ key: String, default fallback: Bool) throws(SettingsError) -> Bool {
        switch text(key) {
        case nil: return fallback
        case "true", "yes", "1": return true
        case "false", "no", "0": return false
        case let other?: throw .value(key: key, reason: "`\(other)` is neither true nor false")
        }
    }

    package func url(_ key: String) throws(SettingsError) -> URL? {
        try text(key).map { (value) throws(SettingsError) in try Self.url(value, key) }
    }

    /// Addresses separated by commas.
    package func urls(_ key: String) throws(SettingsError) -> [URL] {
        var urls: [URL] = []
        for value in (text(key) ?? "").split(separator: ",") {
            urls.append(try Self.url(value.trimmingCharacters(in: .whitespaces), key))
        }
        return urls
    }

    private static func url(_ value: String, _ key: String) throws(SettingsError) -> URL {
        guard let url = URL(string: value), url.scheme == "http" || url.scheme == "https", url.host != nil else {
            throw .value(key: key, reason: "`\(value)` is not an http(s) address")
        }
        return url
    }
}
