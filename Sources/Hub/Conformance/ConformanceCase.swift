// What another system must do to be called conformant: cases as data, each with its clause.
internal import Foundation

/// One text in both languages.
package struct Bilingual: Sendable, Hashable, Codable {
    package let vi: String
    package let en: String

    package init(_ vi: String, _ en: String) {
        self.vi = vi
        self.en = en
    }
}

/// Why a system does not conform; thrown by a case.
struct Nonconformity: Error, Sendable, Hashable {
    let finding: Bilingual
    init(_ vi: String, _ en: String) { finding = Bilingual(vi, en) }
}

/// A case that could not be tried: a person at the system under test did not act, or it is not in a state to be tried.
struct NotTried: Error, Sendable, Hashable {
    let finding: Bilingual
    init(_ vi: String, _ en: String) { finding = Bilingual(vi, en) }
}

package enum ConformanceSide: String, Sendable, Codable, CaseIterable {
    /// An office: it connects to our bench hub.
    case office
    /// A hub or platform: we call it as two offices.
    case hub
}

/// One case. Its identity is stable: reports of different years are compared by it.
package struct ConformanceCase<Bench: Sendable>: Sendable {
    package let id: String
    package let clause: String
    package let title: Bilingual
    package let expectation: Bilingual
    let run: @Sendable (Bench) async throws -> Void

    init(
        _ id: String, _ clause: String, _ title: Bilingual, _ expectation: Bilingual,
        _ run: @escaping @Sendable (Bench) async throws -> Void
    ) {
        (self.id, self.clause, self.title, self.expectation, self.run) = (id, clause, title, expectation, run)
    }

    /// Runs it and says what came of it; a fault of the bench itself is a failure with its words.
    package func verdict(on bench: Bench) async -> ConformanceResult {
        do {
            try await run(bench)
            return result(.passed, nil)
        } catch let failure as Nonconformity {
            return result(.failed, failure.finding)
        } catch let missing as NotTried {
            return result(.notTried, missing.finding)
        } catch {
            return result(.failed, Bilingual("Không chạy được hết: \(error)", "Could not be run to its end: \(error)"))
        }
    }

    func notTried(_ finding: Bilingual) -> ConformanceResult { result(.notTried, finding) }

    private func result(_ outcome: ConformanceResult.Outcome, _ finding: Bilingual?) -> ConformanceResult {
        ConformanceResult(
            id: id, clause: clause, title: title, expectation: expectation, outcome: outcome, finding: finding)
    }
}

package struct ConformanceResult: Sendable, Hashable, Codable {
    package enum Outcome: String, Sendable, Codable {
        case passed, failed
        case notTried = "not-tried"
    }

    package let id: String
    package let clause: String
    package let title: Bilingual
    package let expectation: Bilingual
    package let outcome: Outcome
    package let finding: Bilingual?
}

/// Throws unless `holds`.
func require(_ holds: Bool, _ vi: @autoclosure () -> String, _ en: @autoclosure () -> String) throws {
    guard holds else { throw Nonconformity(vi(), en()) }
}
