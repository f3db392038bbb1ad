// Secrets of the configuration, sealed by a key that lies apart from them.
internal import Digests
package import Foundation

/// The key under which a process keeps what it must be able to read again: passwords of other systems, secrets of those
/// that call it. It is made when it is first needed.
///
/// A copy of the configuration or of the database without it gives nothing away; without it they must be entered anew.
package struct KeyFile: Sendable {
    private let url: URL
    /// Named to the operator when something is wrong with the file.
    private let setting: String

    package init(_ url: URL, setting: String) {
        self.url = url
        self.setting = setting
    }

    /// The office's: the file `key.file`, otherwise `office.key` of the data folder.
    package init(_ settings: Settings) {
        let folder = URL(filePath: settings.text("data") ?? "data")
        self.init(
            settings.text("key.file").map { URL(filePath: $0) } ?? folder.appending(path: "office.key"),
            setting: "key.file")
    }

    /// 32 bytes. Throws `SettingsError` for a file that others may read or that holds no key.
    package func key() throws(SettingsError) -> Data {
        if !FileManager.default.fileExists(atPath: path) { try make() }
        var status = stat()
        guard stat(path, &status) == 0, let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw .unreadable(path)
        }
        guard status.st_mode & 0o077 == 0 else {
            throw .value(key: setting, reason: "others may read \(path); `chmod 600` it")
        }
        guard let key = Data(hex: text.trimmingCharacters(in: .whitespacesAndNewlines)), key.count == Seal.keyBytes
        else { throw .value(key: setting, reason: "\(path) holds no key of \(Seal.keyBytes) bytes") }
        return key
    }

    private var path: String { url.path(percentEncoded: false) }

    /// Two that make it at once agree on the first.
    private func make() throws(SettingsError) {
        do {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            var draft = try FileDraft(for: url.appendingPathExtension("new"))
            try draft.append(Data("\(randomBytes(Seal.keyBytes).hex)\n".utf8))
            try draft.commit(isDurable: true, permissions: 0o600)
        } catch {
            throw .value(key: setting, reason: "\(path) cannot be written: \(error)")
        }
        let made = path + ".new"
        _ = link(made, path)
        unlink(made)
        guard FileManager.default.fileExists(atPath: path) else {
            throw .value(key: setting, reason: "\(path) cannot be written")
        }
    }
}

extension Settings {
    private static let mark = "sealed:"

    /// A secret, written plainly or as `seal` gives it.
    package func secret(_ key: String) throws(SettingsError) -> String {
        let value = try required(key)
        guard value.hasPrefix(Self.mark) else { return value }
        let sealed = Data(base64Encoded: String(value.dropFirst(Self.mark.count)))
        guard let sealed else { throw .value(key: key, reason: "what follows `\(Self.mark)` is not base64") }
        let office = try KeyFile(self).key()
        do {
            return String(decoding: try Seal.open(sealed, key: office, purpose: key), as: UTF8.self)
        } catch {
            throw .value(key: key, reason: "it was sealed with another key file or for another setting")
        }
    }

    /// The value to write into the configuration instead of the secret itself.
    package func sealed(_ secret: String, as key: String) throws(SettingsError) -> String {
        let office = try KeyFile(self).key()
        do {
            return Self.mark + (try Seal.close(Data(secret.utf8), key: office, purpose: key)).base64EncodedString()
        } catch {
            throw .value(key: key, reason: "\(error)")
        }
    }
}
