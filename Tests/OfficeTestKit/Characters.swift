// The people of the practice office, by what they are in a story.
internal import Directory
internal import Platform
package import Records

/// The same parts are played in both practice offices.
package struct Characters: Sendable {
    private let byAccount: [String: Actor]
    package let chairman: Actor
    package let deputy: Actor
    /// Head of the unit in which clerk and specialist work.
    package let officeHead: Actor
    package let clerk: Actor
    package let specialist: Actor
    package let secondSpecialist: Actor
    /// Head of another unit, and one who works there.
    package let otherHead: Actor
    package let otherSpecialist: Actor
    package let administrator: Actor

    init(_ tx: Transaction) throws {
        let store = DirectoryStore(tx)
        var byAccount: [String: Actor] = [:]
        for person in try store.people(matching: "", limit: 1000) {
            byAccount[person.account] = try store.actor(for: person.id)
        }
        func find(_ accounts: String...) throws -> Actor {
            guard let actor = accounts.lazy.compactMap({ byAccount[$0] }).first else {
                throw TestKitError.noPerson(accounts[0])
            }
            return actor
        }
        chairman = try find("chutich", "vientruong")
        deputy = try find("phochutich", "phovientruong")
        officeHead = try find("chanhvp", "truongphong.qlth")
        clerk = try find("vanthu")
        specialist = try find("chuyenvien")
        secondSpecialist = try find("chuyenvien2")
        otherHead = try find("truongban.khtc", "truongphong.nd")
        otherSpecialist = try find("cv.khtc", "ncv.nd")
        administrator = try find("quantri")
        self.byAccount = byAccount
    }

    package func actor(_ account: String) throws -> Actor {
        guard let actor = byAccount[account] else { throw TestKitError.noPerson(account) }
        return actor
    }

    package var all: [Actor] { byAccount.values.sorted { $0.person < $1.person } }
}
