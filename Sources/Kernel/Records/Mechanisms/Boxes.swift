// A box is one query: the badge, the list and the report run the same predicate.
package import Platform

/// A named box of some feature, as the home page and the rail show it.
package struct BoxCount: Sendable, Hashable {
    package let name: String
    package let title: String
    package let href: String
    /// Up to `most`; a box with more is told as such and not counted through.
    package let count: Int
    /// What it means that the box is empty.
    package let whenEmpty: String

    package init(name: String, title: String, href: String, count: Int, whenEmpty: String) {
        self.name = name
        self.title = title
        self.href = href
        self.count = count
        self.whenEmpty = whenEmpty
    }
}

extension BoxCount {
    /// A heap beyond this is told as "more than": counting it through would cost every page of its owner.
    package static let most = 999
    package var isMore: Bool { count > Self.most }
}

/// A box before it is counted.
package struct BoxQuery: Sendable {
    package let name: String
    package let title: String
    package let href: String
    package let whenEmpty: String
    let count: SQL

    /// - Parameter ids: statements that give the documents of the box as `id`; a document of several counts once.
    package init(name: String, title: String, href: String, whenEmpty: String, ids: [SQL]) {
        self.name = name
        self.title = title
        self.href = href
        self.whenEmpty = whenEmpty
        count = Self.count(ids)
    }

    /// How many different documents the statements give, up to one more than `BoxCount.most`.
    package static func count(_ ids: [SQL]) -> SQL {
        let limit = SQL.limit(BoxCount.most + 1)
        if ids.isEmpty { return "SELECT 0" }
        if ids.count == 1 { return "SELECT count(*) FROM (\(ids[0]) \(limit)) AS n" }
        let limited = ids.enumerated().map { index, one in
            "SELECT id FROM (\(one) \(limit)) AS \(SQL(trusted: "n\(index)"))" as SQL
        }
        return "SELECT count(*) FROM (SELECT id FROM (\(SQL.join(limited, " UNION "))) AS u \(limit)) AS n"
    }
}

extension Transaction {
    /// Counts all boxes in one statement.
    package func counts(of boxes: [BoxQuery]) throws -> [BoxCount] {
        guard !boxes.isEmpty else { return [] }
        let columns = boxes.enumerated().map { "(\($1.count)) AS \(SQL(trusted: "c\($0)"))" as SQL }
        guard let row = try first("SELECT \(SQL.join(columns, ", "))") else { return [] }
        return try boxes.enumerated().map { index, box in
            BoxCount(
                name: box.name, title: box.title, href: box.href, count: try row.get("c\(index)"),
                whenEmpty: box.whenEmpty)
        }
    }
}

/// Where a list goes on: the sort key and id of the last row shown. Written in the address as `key-id`, with `n` after it
/// among the rows that come first because they bear the number looked for.
package struct PageKey: Hashable, Sendable, CustomStringConvertible {
    package let key: Int64
    package let id: Int64
    let isAmongNumbered: Bool

    package init(key: Int64, id: Int64) { self.init(key: key, id: id, isAmongNumbered: false) }

    private init(key: Int64, id: Int64, isAmongNumbered: Bool) {
        self.key = key
        self.id = id
        self.isAmongNumbered = isAmongNumbered
    }

    var amongNumbered: PageKey { PageKey(key: key, id: id, isAmongNumbered: true) }

    /// Before every row.
    static let start = PageKey(key: .max, id: .max)

    package init?(_ text: some StringProtocol) {
        let isAmongNumbered = text.hasSuffix("n")
        let text = isAmongNumbered ? text.dropLast() : text[...]
        guard let dash = text.lastIndex(of: "-"), let key = Int64(text[..<dash]),
            let id = Int64(text[text.index(after: dash)...])
        else { return nil }
        self.init(key: key, id: id, isAmongNumbered: isAmongNumbered)
    }

    package var description: String { "\(key)-\(id)\(isAmongNumbered ? "n" : "")" }
}

/// One page of a list.
package struct ListPage<Item: Sendable>: Sendable {
    package let items: [Item]
    /// nil on the last page.
    package let next: PageKey?

    package init(items: [Item], next: PageKey?) {
        self.items = items
        self.next = next
    }

    package static var size: Int { 50 }

    package func map<Other>(_ change: (Item) throws -> Other) rethrows -> ListPage<Other> {
        ListPage<Other>(items: try items.map(change), next: next)
    }

    /// What bears the number looked for before what only holds the words.
    /// - Parameters:
    ///   - numbered: at most one row more than a page holds, in order, after a key; nil where no number is looked for.
    ///   - others: the same of those that do not bear it.
    package init(
        after key: PageKey?, numbered: ((PageKey?) throws -> [Item])?, others: (PageKey?) throws -> [Item],
        place: (Item) -> PageKey
    ) throws {
        guard let numbered, key?.isAmongNumbered ?? true else {
            self.init(oneMoreThanAPage: try others(key), key: place)
            return
        }
        let first = try numbered(key)
        guard first.count <= Self.size else {
            self.init(oneMoreThanAPage: first) { place($0).amongNumbered }
            return
        }
        self.init(oneMoreThanAPage: first + (try others(nil))) { last in
            first.count == Self.size ? .start : place(last)
        }
    }

    /// From one row more than a page holds.
    package init(oneMoreThanAPage rows: [Item], key: (Item) -> PageKey) {
        items = Array(rows.prefix(Self.size))
        next = rows.count > Self.size ? items.last.map(key) : nil
    }
}
