// Every SQL statement on the office's own secrets.
internal import Foundation
internal import Platform

struct SecretTable {
    let tx: Transaction

    func find(_ name: String) throws -> Data? {
        try tx.value("SELECT value FROM signing_secret WHERE name = \(name)")
    }

    /// The secret of that name: the one that is there, else `fresh`.
    func settled(_ name: String, fresh: Data) throws -> Data {
        try tx.execute(
            "INSERT INTO signing_secret (name, value) VALUES (\(name), \(fresh)) ON CONFLICT DO NOTHING")
        return try find(name) ?? fresh
    }
}
