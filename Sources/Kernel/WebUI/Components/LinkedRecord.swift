// Other records a record stands in a relation to.
package import Records

package enum LinkedRecord {
    /// A line of facts: `Thay thế` and the way to the other record.
    package static func fact(_ link: RecordLink) -> (label: String, value: HTML?) {
        (link.words, way(to: link))
    }

    /// At the top of a record that was replaced: the way to the one that counts now.
    package static func notice(ofReplacement link: RecordLink) -> HTML {
        Marks.message(.warn, "Văn bản đã được thay thế. Hãy dùng \(way(to: link)).")
    }

    private static func way(to link: RecordLink) -> HTML {
        #"<a href="\#(href: link.other.href)">\#(link.label)</a>"#
    }
}

extension RecordRef {
    /// Where the record is opened.
    package var href: String { kind == "outgoing" ? "/van-ban-di/\(id)" : "/van-ban-den/\(id)" }
}
