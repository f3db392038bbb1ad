// The directory to look into, and the searches behind the pickers.
internal import Hummingbird
internal import Platform
internal import Records
package import WebUI

struct DirectoryPages: Sendable {
    let ground: Groundwork
    let shell: Shell

    var routes: [Route] {
        [.get("/danh-ba", .signedIn, people)]
    }

    @Sendable private func people(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let query = request.query
        let (text, unit, key) = (
            query["q"] ?? "", query.id("don-vi", of: UnitSubject.self), query["sau"].flatMap { PageKey($0) }
        )
        let (units, page) = try await ground.database.read { tx in
            let store = DirectoryStore(tx)
            return (try store.units(), try store.people(matching: text, in: unit, after: key))
        }
        return try await shell.page(
            "Danh bạ", request, context,
            content: peoplePage(PeopleList(text: text, unit: unit, units: units, page: page, isFirst: key == nil)))
    }
}

/// Fragments for `Picker`: `?q=…&ten=field`.
struct PickerPages: Sendable {
    let ground: Groundwork

    var routes: [Route] {
        [
            .get("/chon/nguoi", .signedIn, people),
            .get("/chon/don-vi", .signedIn, units),
        ]
    }

    /// `&vai-tro=leader` narrows to a role.
    @Sendable private func people(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let text = request.query["q"] ?? ""
        let role: Role? = request.query.choice("vai-tro")
        return try await answer(request) { store in
            try store.people(matching: text, withRole: role).map(\.option)
        }
    }

    @Sendable private func units(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let text = request.query["q"] ?? ""
        return try await answer(request) { try $0.units(matching: text).map(\.option) }
    }

    private func answer(
        _ request: Request, _ find: @escaping @Sendable (DirectoryStore) throws -> [Option]
    ) async throws -> Response {
        let options = try await ground.database.read { try find(DirectoryStore($0)) }
        return Picker.results(name: request.query["ten"] ?? "", options).response(status: .ok)
    }
}

// How the directory's nouns stand in a picker or a list of choices.
extension Person {
    package var option: Option { Option(id.description, name, detail: "\(position), \(unitName)") }
}

extension Unit {
    package var option: Option { Option(id.description, name, detail: shortName) }
}

extension Agency {
    package var option: Option { Option(code.rawValue, name, detail: shortCode?.rawValue ?? code.rawValue) }
}
