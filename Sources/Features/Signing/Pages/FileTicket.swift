// An address from which the signing program, which has no session, fetches one file to check it.
internal import Digests
internal import Foundation
internal import Platform
internal import Records

/// Sealed with the office's key: nobody makes such an address, or one of another file, for himself.
struct FileTicket: Codable, Sendable {
    let file: BlobRef
    let name: String
    let until: Date

    static let path = "/ky-so/xem-tep"
    private static let seconds: Double = 600
    private static let purpose = "agent.file"

    /// Whoever calls has found the file on behalf of the actor.
    static func address(of file: RecordFile, _ ground: Groundwork) throws -> String {
        let ticket = FileTicket(
            file: file.blob, name: file.name, until: ground.clock.now().addingTimeInterval(seconds))
        let sealed = try Seal.close(
            try JSONEncoder().encode(ticket), key: try KeyFile(ground.settings).key(), purpose: purpose)
        return "\(path)/\(sealed.hex)"
    }
}

extension FileTicket {
    /// nil for an address that is not ours, or whose time is over.
    init?(_ text: String, _ ground: Groundwork) throws {
        guard text.utf8.count < 4000, let sealed = Data(hex: text) else { return nil }
        let key = try KeyFile(ground.settings).key()
        guard let plain = try? Seal.open(sealed, key: key, purpose: Self.purpose),
            let ticket = try? JSONDecoder().decode(FileTicket.self, from: plain), ticket.until > ground.clock.now()
        else { return nil }
        self = ticket
    }
}
