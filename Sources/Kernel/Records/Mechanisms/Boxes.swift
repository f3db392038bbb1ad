// A box is one query: the badge, the list and the report run the same predicate.

/// A named box of some feature, as the home page and the rail show it.
package struct BoxCount: Sendable, Hashable {
    package let name: String
    package let title: String
    package let href: String
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

/// Where a list goes on: the sort key and id of the last row shown. Written in the address as `key-id`.
package struct PageKey: Hashable, Sendable, CustomStringConvertible {
    package let key: Int64
    package let id: Int64

    package init(key: Int64, id: Int64) {
        self.key = key
        self.id = id
    }

    package init?(_ text: some StringProtocol) {
        guard let dash = text.lastIndex(of: "-"), let key = Int64(text[..<dash]),
            let id = Int64(text[text.index(after: dash)...])
        else { return nil }
        self.init(key: key, id: id)
    }

    package var description: String { "\(key)-\(id)" }
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

    /// From one row more than a page holds.
    package init(oneMoreThanAPage rows: [Item], key: (Item) -> PageKey) {
        items = Array(rows.prefix(Self.size))
        next = rows.count > Self.size ? items.last.map(key) : nil
    }
}
