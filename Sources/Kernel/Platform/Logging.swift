// The office's log: one line an entry on standard error, never the content of a document.
package import Logging

/// Loggers by area. A refusal is `info`, a fault `error` with its request or job.
package enum Log {
    package static func logger(_ area: String) -> Logger { Logger(label: "vastoffice.\(area)") }
}
