// Tables of outgoing documents; steps are append-only.
internal import Platform

let outgoingSchema = [
    SchemaStep(
        "outgoing-1",
        """
        CREATE TABLE outgoing_document (
            id {ID}, type TEXT NOT NULL, notation TEXT NOT NULL, subject TEXT NOT NULL, urgency BIGINT NOT NULL,
            secrecy BIGINT NOT NULL, signer_id BIGINT, signer_name TEXT NOT NULL, signer_position TEXT NOT NULL,
            capacity TEXT NOT NULL, also_to TEXT NOT NULL, reply_kind TEXT, reply_id BIGINT,
            drafter_id BIGINT NOT NULL, drafter_name TEXT NOT NULL, unit_id BIGINT NOT NULL, unit_name TEXT NOT NULL,
            initial_unit_id BIGINT, state TEXT NOT NULL, preparation TEXT NOT NULL, preparation_problem TEXT NOT NULL,
            places TEXT, printed_notation TEXT, basis_sha256 TEXT, basis_byte_count BIGINT, book TEXT, year BIGINT, number BIGINT,
            dated_on TEXT, document_id TEXT, is_stamped BOOLEAN NOT NULL, created_at BIGINT NOT NULL,
            moved_at BIGINT NOT NULL, signed_at BIGINT, issued_at BIGINT, reason TEXT NOT NULL,
            to_places TEXT NOT NULL, shown_signer_id BIGINT,
            CHECK (state IN ('draft', 'submitted', 'initialled', 'signed', 'numbered', 'sealed', 'issued', 'returned',
                             'cancelled')),
            CHECK (preparation IN ('none', 'running', 'ready', 'failed')),
            CHECK (urgency BETWEEN 0 AND 3), CHECK (secrecy BETWEEN 0 AND 3),
            CHECK (state NOT IN ('numbered', 'sealed', 'issued') OR (number IS NOT NULL AND document_id IS NOT NULL)),
            CHECK (state <> 'issued' OR issued_at IS NOT NULL),
            CHECK ((number IS NULL) = (dated_on IS NULL)), CHECK ((number IS NULL) = (book IS NULL)));
        CREATE UNIQUE INDEX outgoing_number ON outgoing_document (book, year, number) WHERE number IS NOT NULL;
        CREATE UNIQUE INDEX outgoing_identity ON outgoing_document (document_id)
            WHERE document_id IS NOT NULL AND secrecy = 0;
        CREATE INDEX outgoing_moved ON outgoing_document (moved_at, id);
        CREATE INDEX outgoing_state ON outgoing_document (state, moved_at, id);
        CREATE INDEX outgoing_drafter ON outgoing_document (drafter_id, moved_at, id);
        CREATE INDEX outgoing_drafter_state ON outgoing_document (drafter_id, state, moved_at, id);
        CREATE INDEX outgoing_signer ON outgoing_document (shown_signer_id, moved_at, id);
        CREATE INDEX outgoing_signer_state ON outgoing_document (shown_signer_id, state, moved_at, id);
        CREATE INDEX outgoing_unit ON outgoing_document (unit_id, moved_at, id);
        CREATE INDEX outgoing_unit_state ON outgoing_document (unit_id, state, moved_at, id);
        CREATE INDEX outgoing_initial_unit ON outgoing_document (initial_unit_id, moved_at, id);
        CREATE INDEX outgoing_initial_unit_state ON outgoing_document (initial_unit_id, state, moved_at, id);
        CREATE INDEX outgoing_reply ON outgoing_document (reply_kind, reply_id) WHERE reply_id IS NOT NULL;
        CREATE TABLE outgoing_recipient (
            id {ID}, document_id BIGINT NOT NULL REFERENCES outgoing_document (id), agency_code TEXT, unit_id BIGINT,
            name TEXT NOT NULL, role TEXT NOT NULL, delivery TEXT NOT NULL, failure TEXT NOT NULL, exchange_id TEXT,
            sent_at BIGINT, resends BIGINT NOT NULL,
            CHECK ((agency_code IS NULL) <> (unit_id IS NULL)), CHECK (role IN ('lead', 'information')),
            CHECK (delivery IN ('none', 'waiting', 'sent', 'failed', 'refused', 'direct', 'byHand')));
        CREATE UNIQUE INDEX outgoing_recipient_agency ON outgoing_recipient (document_id, agency_code)
            WHERE agency_code IS NOT NULL;
        CREATE UNIQUE INDEX outgoing_recipient_unit ON outgoing_recipient (document_id, unit_id)
            WHERE unit_id IS NOT NULL;
        CREATE INDEX outgoing_recipient_trouble ON outgoing_recipient (document_id)
            WHERE delivery IN ('failed', 'refused');
        CREATE TABLE outgoing_status (
            recipient_id BIGINT NOT NULL REFERENCES outgoing_recipient (id), status BIGINT NOT NULL,
            note TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (recipient_id, status));
        """),
    // Lists count the recipients of each row; the partial indexes above answer only part of that. Without `delivery`, or
    // SQLite would read this whole index where the small `outgoing_recipient_trouble` answers.
    SchemaStep(
        "outgoing-2", "CREATE INDEX outgoing_recipient_document ON outgoing_recipient (document_id);"),
    SchemaStep(
        "outgoing-3",
        """
        UPDATE branch SET subject_at = (SELECT d.moved_at FROM outgoing_document d WHERE d.id = branch.subject_id)
        WHERE subject_kind = 'outgoing';
        """),
    SchemaStep(
        "outgoing-4",
        """
        ALTER TABLE outgoing_document ADD COLUMN ended TEXT NOT NULL DEFAULT '';
        ALTER TABLE outgoing_document ADD COLUMN ended_at BIGINT;
        ALTER TABLE outgoing_document ADD COLUMN replaces_id BIGINT;
        ALTER TABLE outgoing_document ADD COLUMN also_on_paper BOOLEAN NOT NULL DEFAULT FALSE;
        ALTER TABLE outgoing_document ADD COLUMN send_due_at BIGINT;
        CREATE INDEX outgoing_issued ON outgoing_document (issued_at) WHERE issued_at IS NOT NULL;
        CREATE INDEX outgoing_recipient_unsent ON outgoing_recipient (document_id)
            WHERE delivery IN ('waiting', 'failed');
        ALTER TABLE outgoing_recipient ADD COLUMN held TEXT NOT NULL DEFAULT '';
        CREATE TABLE outgoing_change (
            id {ID}, document_id BIGINT NOT NULL REFERENCES outgoing_document (id), change TEXT NOT NULL,
            is_formal BOOLEAN NOT NULL, reason TEXT NOT NULL, asked_by TEXT NOT NULL, asked_by_unit TEXT NOT NULL,
            asked_at BIGINT NOT NULL, carrier_id BIGINT REFERENCES outgoing_document (id),
            CHECK (change IN ('recall', 'amend', 'replace')), CHECK ((change = 'replace') = (carrier_id IS NOT NULL)));
        CREATE INDEX outgoing_change_document ON outgoing_change (document_id, id);
        CREATE INDEX outgoing_change_carrier ON outgoing_change (carrier_id) WHERE carrier_id IS NOT NULL;
        CREATE TABLE outgoing_change_recipient (
            id {ID}, change_id BIGINT NOT NULL REFERENCES outgoing_change (id),
            recipient_id BIGINT NOT NULL REFERENCES outgoing_recipient (id), agency_code TEXT NOT NULL,
            state TEXT NOT NULL, failure TEXT NOT NULL, sent_at BIGINT, note TEXT NOT NULL, answered_at BIGINT,
            UNIQUE (change_id, recipient_id),
            CHECK (state IN ('waiting', 'sent', 'failed', 'agreed', 'refused')));
        CREATE INDEX outgoing_change_recipient_open ON outgoing_change_recipient (recipient_id, id);
        """),
    SchemaStep(
        "outgoing-5",
        """
        CREATE INDEX outgoing_recipient_undelivered ON outgoing_recipient (id)
            WHERE delivery IN ('waiting', 'failed', 'refused');
        """),
    SchemaStep(
        "outgoing-6", "ALTER TABLE outgoing_document ADD COLUMN task_codes TEXT NOT NULL DEFAULT '';"),
    // Attempts to send it that were begun and of which nobody knows whether they arrived.
    SchemaStep(
        "outgoing-7", "ALTER TABLE outgoing_recipient ADD COLUMN open_attempts BIGINT NOT NULL DEFAULT 0;"),
    // Sent, and nothing is known of its arrival yet; the platform is asked from time to time.
    SchemaStep(
        "outgoing-8",
        """
        ALTER TABLE outgoing_recipient ADD COLUMN awaited BOOLEAN NOT NULL DEFAULT FALSE;
        ALTER TABLE outgoing_recipient ADD COLUMN asked_at BIGINT NOT NULL DEFAULT 0;
        CREATE INDEX outgoing_recipient_awaited ON outgoing_recipient (asked_at, id) WHERE awaited;
        CREATE INDEX outgoing_recipient_unreached ON outgoing_recipient (document_id)
            WHERE delivery = 'sent' AND failure <> '';
        """),
    // A number is looked for in all books and years.
    SchemaStep(
        "outgoing-9", "CREATE INDEX outgoing_any_number ON outgoing_document (number) WHERE number IS NOT NULL;"),
    // Whom the signer signs for.
    SchemaStep("outgoing-10", "ALTER TABLE outgoing_document ADD COLUMN principal TEXT NOT NULL DEFAULT '';"),
]
