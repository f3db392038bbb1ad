// Figures of the exchange, one line an agency (QĐ 28/2018 Art. 10.2 and 11).
package import Platform

/// What a line tells: each case is named after its column of the statement, and stands in the order of the report.
package protocol Figure: RawRepresentable, CaseIterable, Hashable, Sendable where RawValue == String {
    /// Heads the column of the report.
    var label: String { get }
}

/// One agency's line, or the sum of all: how many, and how long things took.
package struct AgencyFigures<Count: Figure, Time: Figure>: Sendable, Hashable {
    package let agency: AgencyCode?
    package var name: String
    private var numbers: [Count: Int] = [:]
    private var spans: [Time: Span] = [:]

    /// From a row with the columns `agency_code`, `name`, one for each count and two for each time.
    package init(_ row: Row) throws {
        agency = try row.get("agency_code")
        name = try row.get("name")
        for count in Count.allCases { numbers[count] = try row.get(count.rawValue) }
        for time in Time.allCases { spans[time] = try Span(row, time.rawValue) }
    }

    /// The sum of these lines.
    package init(sumOf lines: [Self]) {
        (agency, name) = (nil, "Cộng")
        for line in lines {
            for count in Count.allCases { numbers[count, default: 0] += line[count] }
            for time in Time.allCases { spans[time, default: Span()] += line[time] }
        }
    }

    package subscript(count: Count) -> Int { numbers[count] ?? 0 }
    package subscript(time: Time) -> Span { spans[time] ?? Span() }

    /// In the order of the report.
    package var counts: [Int] { Count.allCases.map { self[$0] } }
    package var times: [Span] { Time.allCases.map { self[$0] } }

    package static var columns: [String] { Count.allCases.map(\.label) + Time.allCases.map { "\($0.label) (giờ)" } }
}
