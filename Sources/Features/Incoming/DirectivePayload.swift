// What a leader's signature on a directive note covers: the files seen, the words, the assignments.
package import Foundation
package import Platform
package import Records

/// One place a document is handed to.
package struct Assignment: Codable, Sendable, Hashable {
    package var holder: Holder
    package var role: BranchRole
    package var dueOn: Day?

    package init(_ holder: Holder, _ role: BranchRole, dueOn: Day? = nil) {
        self.holder = holder
        self.role = role
        self.dueOn = dueOn
    }
}

/// Canonical JSON: keys sorted, no spaces, UTF-8; the same directive always gives the same bytes.
package struct DirectivePayload: Codable, Sendable, Hashable {
    package struct File: Codable, Sendable, Hashable {
        package let name: String
        package let sha256: String
    }
    package struct Leader: Codable, Sendable, Hashable {
        package let id: PersonID
        package let name: String
        package let position: String
    }
    package struct Task: Codable, Sendable, Hashable {
        package let kind: String
        package let id: Int64
        package let name: String
        package let role: BranchRole
        package let dueOn: Day?
    }

    /// Names this form; a later one gets a new name.
    package var format = "vast-office/directive/1"
    package let document: String
    package let files: [File]
    package let text: String
    package let assignments: [Task]
    package let leader: Leader
    /// Milliseconds since 1970.
    package let at: Int64

    package init(
        document: IncomingDocument, files: [RecordFile], text: String, assignments: [NewBranch], leader: Actor,
        at now: Date
    ) {
        self.document = "\(document.title) của \(document.content.senderName)"
        self.files = files.map { File(name: $0.name, sha256: $0.blob.sha256) }
        self.text = text
        self.assignments = assignments.map { new in
            let (kind, id): (String, Int64) =
                switch new.holder {
                case .person(let id): ("person", id.rawValue)
                case .unit(let id): ("unit", id.rawValue)
                }
            return Task(kind: kind, id: id, name: new.holderName, role: new.role, dueOn: new.dueOn)
        }
        self.leader = Leader(id: leader.person, name: leader.name, position: leader.position)
        at = Int64((now.timeIntervalSince1970 * 1000).rounded())
    }

    package var bytes: Data {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return try encoder.encode(self)
        }
    }
}
