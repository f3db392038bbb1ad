// Whatever takes longer than a second says so, and may be left.
package import Foundation

package enum Waiting {
    /// Asks again every two seconds until the answer is something else; readable and repeatable without scripts.
    /// - Parameter href: answers with this fragment again, or with the result.
    package static func poll(_ sentence: String, href: String, mayLeave: Bool = true) -> HTML {
        """
        <div class="waiting" role="status" hx-get="\(href: href)" hx-trigger="every 2s" hx-swap="outerHTML">\
        <progress aria-label="\(sentence)"></progress><p>\(sentence)\(mayLeave ? " Bạn có thể rời trang này; kết quả sẽ được báo." : "")</p>\
        <noscript><a class="button" href="">Xem lại</a></noscript></div>
        """
    }

    /// Time left until `end`, counted down in the page; without scripts the hour stands there.
    package static func countdown(to end: Date) -> HTML {
        #"<time class="countdown" data-countdown datetime="\#(Marks.iso(end))">\#(Format.time(end))</time>"#
    }
}
