// Tables of the exchange; steps are append-only.
internal import Platform

let exchangeSchema = [
    SchemaStep(
        "exchange-1",
        """
        CREATE TABLE exchange_outbox (
            id {ID}, kind TEXT NOT NULL, subject_kind TEXT NOT NULL, subject_id BIGINT NOT NULL, agency_code TEXT NOT NULL,
            agency_name TEXT NOT NULL, status BIGINT NOT NULL, round BIGINT NOT NULL, title TEXT NOT NULL,
            sha256 TEXT NOT NULL, byte_count BIGINT NOT NULL, state TEXT NOT NULL, exchange_id TEXT,
            attempts BIGINT NOT NULL, problem TEXT NOT NULL, created_at BIGINT NOT NULL, sent_at BIGINT,
            CHECK (kind IN ('document', 'status')), CHECK (state IN ('waiting', 'sent', 'failed')),
            CHECK (state <> 'sent' OR exchange_id IS NOT NULL));
        CREATE UNIQUE INDEX exchange_outbox_once
            ON exchange_outbox (subject_kind, subject_id, agency_code, status, round);
        CREATE INDEX exchange_outbox_state ON exchange_outbox (state, id);
        CREATE TABLE exchange_inbox (
            id {ID}, exchange_id TEXT NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL, sender_code TEXT NOT NULL,
            sender_name TEXT NOT NULL, title TEXT NOT NULL, problem TEXT NOT NULL, sha256 TEXT NOT NULL,
            byte_count BIGINT NOT NULL, attempts BIGINT NOT NULL, record_kind TEXT, record_id BIGINT,
            received_at BIGINT NOT NULL, filed_at BIGINT, told TEXT NOT NULL, settled_by TEXT NOT NULL,
            CHECK (kind IN ('document', 'status')),
            CHECK (state IN ('fetched', 'filed', 'attention', 'unmatched', 'unreadable', 'settled')),
            CHECK (told IN ('', 'done', 'fail')));
        CREATE UNIQUE INDEX exchange_inbox_once ON exchange_inbox (exchange_id);
        CREATE INDEX exchange_inbox_fetched ON exchange_inbox (id) WHERE state = 'fetched';
        CREATE INDEX exchange_inbox_open ON exchange_inbox (id)
            WHERE state IN ('attention', 'unmatched', 'unreadable');
        CREATE INDEX exchange_inbox_untold ON exchange_inbox (id) WHERE told = '';
        CREATE TABLE exchange_link (
            id BIGINT PRIMARY KEY, is_up BOOLEAN NOT NULL, since BIGINT NOT NULL, succeeded_at BIGINT,
            problem TEXT NOT NULL);
        """),
    SchemaStep(
        "exchange-directory-1",
        """
        CREATE TABLE exchange_directory (id BIGINT PRIMARY KEY, whole_at BIGINT NOT NULL, version BIGINT NOT NULL);
        """),
    // A packet may stop being sent. SQLite changes a condition only by making the table anew.
    SchemaStep(
        "exchange-2",
        sqlite: """
            CREATE TABLE exchange_outbox_anew (
                id {ID}, kind TEXT NOT NULL, subject_kind TEXT NOT NULL, subject_id BIGINT NOT NULL, agency_code TEXT NOT NULL,
                agency_name TEXT NOT NULL, status BIGINT NOT NULL, round BIGINT NOT NULL, title TEXT NOT NULL,
                sha256 TEXT NOT NULL, byte_count BIGINT NOT NULL, state TEXT NOT NULL, exchange_id TEXT,
                attempts BIGINT NOT NULL, problem TEXT NOT NULL, created_at BIGINT NOT NULL, sent_at BIGINT,
                CHECK (kind IN ('document', 'status')), CHECK (state IN ('waiting', 'sent', 'failed', 'stopped')),
                CHECK (state <> 'sent' OR exchange_id IS NOT NULL));
            INSERT INTO exchange_outbox_anew SELECT * FROM exchange_outbox;
            DROP TABLE exchange_outbox;
            ALTER TABLE exchange_outbox_anew RENAME TO exchange_outbox;
            CREATE UNIQUE INDEX exchange_outbox_once
                ON exchange_outbox (subject_kind, subject_id, agency_code, status, round);
            CREATE INDEX exchange_outbox_state ON exchange_outbox (state, id);
            """,
        postgres: """
            ALTER TABLE exchange_outbox DROP CONSTRAINT exchange_outbox_state_check;
            ALTER TABLE exchange_outbox ADD CONSTRAINT exchange_outbox_state_check
                CHECK (state IN ('waiting', 'sent', 'failed', 'stopped'));
            """),
    // The document that a recall is about which came before it.
    SchemaStep(
        "exchange-3",
        """
        ALTER TABLE exchange_inbox ADD COLUMN about TEXT NOT NULL DEFAULT '';
        CREATE INDEX exchange_inbox_about ON exchange_inbox (about) WHERE about <> '';
        """),
    // What could not be read may have been damaged on its way: it is fetched again while the platform offers it.
    SchemaStep(
        "exchange-4",
        """
        ALTER TABLE exchange_inbox ADD COLUMN fetches BIGINT NOT NULL DEFAULT 1;
        ALTER TABLE exchange_inbox ADD COLUMN fetch_again_at BIGINT;
        """),
]
