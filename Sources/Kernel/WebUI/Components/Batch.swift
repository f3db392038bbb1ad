// One act on many rows of a list, and what became of each.
internal import Foundation
internal import Hummingbird
internal import Logging
internal import Records

/// What became of one row.
package struct BatchOutcome: Sendable, Hashable {
    /// The row as the list showed it.
    package struct Subject: Sendable, Hashable {
        package let href: String
        package let number: String
        package let title: String

        package init(href: String, number: String, title: String) {
            self.href = href
            self.number = number
            self.title = title
        }
    }

    package let subject: Subject
    package let sentence: String
    package let isDone: Bool
}

package enum Batch {
    /// As many as a page of a list shows; more cannot have been ticked.
    package static let most = 50

    /// Does it to each, one after another: what stops one row stops no other.
    /// - Parameter act: gives the sentence told of a row that was done.
    package static func run<Item: Sendable>(
        _ items: [Item], _ context: OfficeContext, subject: (Item) -> BatchOutcome.Subject,
        act: (Item) async throws -> String
    ) async throws -> [BatchOutcome] {
        guard !items.isEmpty else { throw CommonRefusal.invalid("Hãy chọn ít nhất một văn bản trong danh sách.") }
        var outcomes: [BatchOutcome] = []
        for item in items.prefix(most) {
            do {
                let sentence = try await act(item)
                outcomes.append(BatchOutcome(subject: subject(item), sentence: sentence, isDone: true))
            } catch let error as CancellationError {
                throw error
            } catch {
                let sentence = sentence(error, context)
                outcomes.append(BatchOutcome(subject: subject(item), sentence: sentence, isDone: false))
            }
        }
        return outcomes
    }

    private static func sentence(_ error: any Error, _ context: OfficeContext) -> String {
        if let refusal = error as? any Refusal { return refusal.message }
        context.logger.error("fault", metadata: ["code": .string(context.faultCode), "error": .string("\(error)")])
        return "\(Fault(error).sentence) Mã lỗi: \(context.faultCode)."
    }

    /// What could not be done comes first: it is what somebody must still look at.
    /// - Parameters:
    ///   - done: "Đã vào sổ"; - back: where the list is.
    package static func results(_ outcomes: [BatchOutcome], done: String, back: (title: String, href: String)) -> HTML {
        let (good, bad) = (outcomes.filter(\.isDone), outcomes.filter { !$0.isDone })
        let left = bad.isEmpty ? "" : "; \(bad.count) văn bản chưa làm được, lý do ghi bên dưới"
        return """
            \(Lists.heading("Kết quả"))
            \(Marks.message(bad.isEmpty ? .neutral : .warn, .text("\(done) \(good.count) văn bản\(left).")))
            <p class="buttons"><a class="button primary" href="\(href: back.href)" data-key="e">Về hộp “\(back.title)”</a></p>
            \(Lists.rows((bad + good).map(row), today: nil, label: "Kết quả từng văn bản"))
            """
    }

    private static func row(_ outcome: BatchOutcome) -> ListRow {
        ListRow(
            href: outcome.subject.href, number: outcome.isDone ? "Đã làm" : "Chưa được", date: "",
            subject: outcome.subject.title, issuer: outcome.sentence, detail: outcome.subject.number,
            state: outcome.isDone ? nil : Tag("Cần xem", .bad))
    }
}
