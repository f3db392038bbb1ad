// The office's icons: drawn here on a 24-unit grid, set into the page, coloured by the text around them.

/// A small picture that stands beside a word, never instead of one.
package enum Icon: String, Sendable, CaseIterable {
    case home, inbox, outbox, sign, exchange, folder, task, calendar, book, chart, search, bell, person, plus, more
    case file, attachment, check, warning, cross, clock, left, right, down, send, seal, people, settings, signOut, print
    case download, eye, edit, history, tree, menu, shield, flag

    package var html: HTML {
        """
        <svg class="icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false">\(shape)</svg>
        """
    }

    private var shape: HTML {
        switch self {
        case .home: #"<path d="M4 11 12 4l8 7v8a1 1 0 0 1-1 1h-4v-6H9v6H5a1 1 0 0 1-1-1z"/>"#
        case .inbox: #"<path d="M4 13V19a1 1 0 0 0 1 1h14a1 1 0 0 0 1-1v-6h-5l-1.5 3h-3L9 13zM12 3v7m-3-3 3 3 3-3"/>"#
        case .outbox: #"<path d="M4 13V19a1 1 0 0 0 1 1h14a1 1 0 0 0 1-1v-6h-5l-1.5 3h-3L9 13zM12 10V3M9 6l3-3 3 3"/>"#
        case .sign: #"<path d="M4 20h16M6 16c3-9 6-12 8-11s-2 8-4 9 0 3 2 1 3-2 3 0 2 1 3 0"/>"#
        case .exchange: #"<path d="M4 8h14m-4-4 4 4-4 4M20 16H6m4-4-4 4 4 4"/>"#
        case .folder: #"<path d="M3 7a1 1 0 0 1 1-1h5l2 2h9a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1z"/>"#
        case .task: #"<path d="M5 4h14v16H5zM8.5 12l2.5 2.5 4.5-5"/>"#
        case .calendar: #"<path d="M4 6h16v14H4zM4 10h16M8 3v4m8-4v4"/>"#
        case .book: #"<path d="M5 4h6a2 2 0 0 1 2 2v14a2 2 0 0 0-2-2H5zM19 4h-4a2 2 0 0 0-2 2v14a2 2 0 0 1 2-2h4z"/>"#
        case .chart: #"<path d="M4 20h16M7 20v-7m5 7V5m5 15v-10"/>"#
        case .search: #"<circle cx="11" cy="11" r="6"/><path d="m20 20-4.5-4.5"/>"#
        case .bell: #"<path d="M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 20.5h4"/>"#
        case .person: #"<circle cx="12" cy="8" r="4"/><path d="M4.5 20c1-4 4-6 7.5-6s6.5 2 7.5 6"/>"#
        case .plus: #"<path d="M12 5v14M5 12h14"/>"#
        case .more: #"<path d="M5.5 12h.01M12 12h.01M18.5 12h.01" stroke-width="3"/>"#
        case .file: #"<path d="M6 3h8l4 4v14H6zM14 3v4h4M9 12h6m-6 4h6"/>"#
        case .attachment:
            #"<path d="m19 11-7.5 7.5a4.5 4.5 0 0 1-6.4-6.4L13 4.2a3 3 0 0 1 4.3 4.3l-7.8 7.8a1.5 1.5 0 0 1-2.2-2.1L14 7.5"/>"#
        case .check: #"<path d="m5 13 4.5 4.5L19 7"/>"#
        case .warning: #"<path d="M12 4 2.5 20h19zM12 10v4.5m0 2.5v.01"/>"#
        case .cross: #"<path d="m6 6 12 12M18 6 6 18"/>"#
        case .clock: #"<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5l3.5 2"/>"#
        case .left: #"<path d="m15 5-7 7 7 7"/>"#
        case .right: #"<path d="m9 5 7 7-7 7"/>"#
        case .down: #"<path d="m5 9 7 7 7-7"/>"#
        case .send: #"<path d="M3.5 11.5 20.5 4l-5 16.5-4-6.5zM11.5 14l9-10"/>"#
        case .seal: #"<circle cx="12" cy="10" r="6"/><path d="m9 15-1.5 6 4.5-2.5 4.5 2.5L15 15"/>"#
        case .people:
            #"<circle cx="9" cy="8" r="3.5"/><path d="M2.5 20c.8-4 3.3-6 6.5-6s5.700 2 6.500 6M15.500 4.800a3.500 3.500 0 0 1 0 6.400M18 14.600c2 .8 3 2.600 3.500 5.400"/>"#
        case .settings:
            #"<path d="M4 7h9m5 0h2M4 17h2m5 0h9"/><circle cx="15.500" cy="7" r="2.500"/><circle cx="8.500" cy="17" r="2.500"/>"#
        case .signOut: #"<path d="M14 4H5v16h9M10 12h11m-4-4 4 4-4 4"/>"#
        case .print: #"<path d="M7 9V3h10v6M7 18H4v-9h16v9h-3M7 14h10v7H7z"/>"#
        case .download: #"<path d="M12 4v11m-5-5 5 5 5-5M4 20h16"/>"#
        case .eye: #"<path d="M2 12c3-5 6-7 10-7s7 2 10 7c-3 5-6 7-10 7s-7-2-10-7z"/><circle cx="12" cy="12" r="3"/>"#
        case .edit: #"<path d="M4 20v-4L16 4l4 4L8 20zM13 7l4 4"/>"#
        case .history: #"<path d="M4 12a8 8 0 1 0 2.500-5.800L4 8.500M4 4v4.500h4.500M12 8v4l3 2"/>"#
        case .tree: #"<path d="M5 3v15h5M5 9h5M13 6.500h7v5h-7zM13 15.500h7v5h-7z"/>"#
        case .menu: #"<path d="M4 7h16M4 12h16M4 17h16"/>"#
        case .shield: #"<path d="M12 3 4.500 6v6c0 4.500 3 7.500 7.500 9 4.500-1.500 7.500-4.500 7.500-9V6z"/>"#
        case .flag: #"<path d="M6 21V4h12l-2.500 4L18 12H6"/>"#
        }
    }
}
