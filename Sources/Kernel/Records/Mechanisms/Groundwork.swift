// What every feature stands on, handed down once by the composition root.
package import Platform

/// The office's tools: database, files, time, and the ways to the outside.
package struct Groundwork: Sendable {
    package let database: Database
    package let blobs: BlobStore
    package let clock: Clock
    package let sandbox: Sandbox
    package let transport: HTTPTransport
    package let settings: Settings

    package init(
        database: Database, blobs: BlobStore, clock: Clock, sandbox: Sandbox, transport: HTTPTransport,
        settings: Settings
    ) {
        self.database = database
        self.blobs = blobs
        self.clock = clock
        self.sandbox = sandbox
        self.transport = transport
        self.settings = settings
    }

    /// The time limits of the law over this office's working days; the office does not start with a broken calendar.
    package var timer: LegalTimer { LegalTimer((try? WorkCalendar(settings)) ?? WorkCalendar()) }

    package var pages: PageImages { PageImages(database: database, blobs: blobs, sandbox: sandbox) }
}
