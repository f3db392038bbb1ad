// What the forms of a document offer to choose from.
internal import Directory
internal import Foundation
internal import Hummingbird
internal import Platform
internal import Records
internal import WebUI

/// For one person at one document.
struct IncomingChoices: Sendable {
    struct Row: Sendable, Hashable {
        let holder: Holder
        let name: String
        let detail: String
    }

    /// To whom the clerk submits.
    var leaders: [Option] = []
    /// Rows of the directive and of the assignment: those used last, then units or own people.
    var rows: [Row] = []
    /// Everybody, for browsers without scripts.
    var all: [Option] = []
}

extension IncomingPages {
    /// Only what the possible actions need is asked for.
    func choices(_ view: IncomingView, _ actor: Actor) async throws -> IncomingChoices {
        let possible = Set(view.offers.filter(\.isPossible).map(\.name))
        let needs = possible.intersection(["submit", "direct", "assign", "forward"])
        guard !needs.isEmpty else { return IncomingChoices() }
        return try await ground.database.read { tx in
            let directory = DirectoryStore(tx)
            var choices = IncomingChoices()
            if needs.contains("submit") || (view.work?.role == .decide) {
                choices.leaders = try directory.people(withRole: .leader).filter { $0.id != actor.person }.map(
                    Self.leader)
            }
            if needs.contains("direct") { choices.rows = try Self.rows(IncomingStore(tx), directory, actor) }
            if needs.contains("assign") { choices.rows = try Self.ownPeople(directory, actor) }
            if needs.contains("direct") || needs.contains("forward") { choices.all = try Self.everybody(directory, "") }
            return choices
        }
    }

    private static func leader(_ person: Person) -> Option {
        Option(person.id.description, person.name, detail: person.position)
    }

    private static func rows(
        _ store: IncomingStore, _ directory: DirectoryStore, _ actor: Actor
    ) throws
        -> [IncomingChoices.Row]
    {
        let used = try store.lastUsed(by: actor, limit: 6).map {
            IncomingChoices.Row(holder: $0.holder, name: $0.name, detail: "")
        }
        let units = try directory.units().filter { $0.head != nil }.map {
            IncomingChoices.Row(holder: .unit($0.id), name: $0.name, detail: "")
        }
        return Array((used + units.filter { unit in !used.contains { $0.holder == unit.holder } }).prefix(14))
    }

    private static func ownPeople(_ directory: DirectoryStore, _ actor: Actor) throws -> [IncomingChoices.Row] {
        try actor.heads.sorted().flatMap { try directory.people(in: $0) }.filter { $0.id != actor.person }.map {
            IncomingChoices.Row(holder: .person($0.id), name: $0.name, detail: $0.position)
        }
    }

    /// Units and people by words of their names, units first.
    private static func everybody(_ directory: DirectoryStore, _ text: String, limit: Int = 60) throws -> [Option] {
        let units = try directory.units(matching: text, limit: limit).filter { $0.head != nil }.map {
            Option(Holder.unit($0.id).formValue, $0.name, detail: "Đơn vị")
        }
        let people = try directory.people(matching: text, limit: limit).map {
            Option(Holder.person($0.id).formValue, $0.name, detail: "\($0.position), \($0.unitName)")
        }
        return Array((units + people).prefix(limit))
    }

    @Sendable func findHolders(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (text, name) = (request.query["q"] ?? "", request.query["ten"] ?? "")
        let options = try await ground.database.read { try Self.everybody(DirectoryStore($0), text, limit: 20) }
        return Picker.results(name: name, options).response(status: .ok)
    }
}
