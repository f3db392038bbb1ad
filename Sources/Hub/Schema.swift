internal import Platform

/// Append-only.
let hubSchema = [
    SchemaStep(
        "hub-1",
        """
        CREATE TABLE hub_system (
            system_id TEXT PRIMARY KEY, secret TEXT NOT NULL, name TEXT NOT NULL, created_at BIGINT NOT NULL,
            seen_at BIGINT);
        CREATE TABLE hub_agency (
            id {ID}, code TEXT NOT NULL, short_code TEXT, name TEXT NOT NULL, parent_code TEXT, email TEXT, mobile TEXT,
            fax TEXT, system_id TEXT REFERENCES hub_system (system_id), is_locked BOOLEAN NOT NULL,
            is_deleted BOOLEAN NOT NULL, version BIGINT NOT NULL, changed_at BIGINT NOT NULL, CHECK (code <> ''));
        CREATE UNIQUE INDEX hub_agency_code ON hub_agency (code);
        CREATE UNIQUE INDEX hub_agency_short_code ON hub_agency (short_code) WHERE short_code IS NOT NULL;
        CREATE INDEX hub_agency_system ON hub_agency (system_id);
        CREATE TABLE hub_packet (
            id {ID}, doc_id TEXT NOT NULL, identity TEXT NOT NULL, system_id TEXT NOT NULL, sender_code TEXT NOT NULL,
            message_type TEXT NOT NULL, sha256 TEXT NOT NULL, byte_count BIGINT NOT NULL, title TEXT NOT NULL,
            notation TEXT NOT NULL, sent_at BIGINT NOT NULL, CHECK (message_type IN ('edoc', 'status')));
        CREATE UNIQUE INDEX hub_packet_doc ON hub_packet (doc_id);
        CREATE UNIQUE INDEX hub_packet_identity ON hub_packet (identity);
        CREATE TABLE hub_delivery (
            id {ID}, doc_id TEXT NOT NULL, packet_id BIGINT NOT NULL REFERENCES hub_packet (id),
            agency_id BIGINT NOT NULL REFERENCES hub_agency (id), recipient_code TEXT NOT NULL,
            message_type TEXT NOT NULL, state TEXT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL,
            fetched_at BIGINT, CHECK (state IN ('initial', 'processing', 'done', 'fail')));
        CREATE UNIQUE INDEX hub_delivery_doc ON hub_delivery (doc_id);
        CREATE UNIQUE INDEX hub_delivery_once ON hub_delivery (packet_id, agency_id);
        CREATE INDEX hub_delivery_open ON hub_delivery (agency_id, message_type, id) WHERE state <> 'done';
        CREATE TABLE hub_call_taken (proof TEXT PRIMARY KEY, taken_at BIGINT NOT NULL);
        CREATE INDEX hub_call_taken_at ON hub_call_taken (taken_at);
        """),
    // `system_id` of a delivery is the system it is offered to now, nobody while its agency is locked; `rank` orders
    // the offers: the more urgent first, what failed after all others.
    SchemaStep(
        "hub-2",
        """
        ALTER TABLE hub_system ADD COLUMN is_sealed BOOLEAN NOT NULL DEFAULT FALSE;
        ALTER TABLE hub_system ADD COLUMN previous_secret TEXT;
        ALTER TABLE hub_system ADD COLUMN previous_until BIGINT;
        ALTER TABLE hub_system ADD COLUMN clock_skew BIGINT;
        ALTER TABLE hub_agency ADD COLUMN packets_per_minute BIGINT;
        ALTER TABLE hub_agency ADD COLUMN bytes_per_day BIGINT;
        ALTER TABLE hub_agency ADD COLUMN uploads BIGINT;
        ALTER TABLE hub_packet ADD COLUMN urgency BIGINT NOT NULL DEFAULT 0;
        ALTER TABLE hub_packet ADD COLUMN trace_id TEXT NOT NULL DEFAULT '';
        ALTER TABLE hub_packet ADD COLUMN removed_at BIGINT;
        ALTER TABLE hub_delivery ADD COLUMN system_id TEXT;
        ALTER TABLE hub_delivery ADD COLUMN rank BIGINT NOT NULL DEFAULT 0;
        UPDATE hub_delivery SET
            system_id = (SELECT a.system_id FROM hub_agency a WHERE a.id = hub_delivery.agency_id AND NOT a.is_locked),
            rank = CASE WHEN state = 'fail' THEN 100 ELSE 0 END;
        DROP INDEX hub_delivery_open;
        CREATE INDEX hub_delivery_open ON hub_delivery (system_id, message_type, rank, id) WHERE state <> 'done';
        CREATE INDEX hub_delivery_waiting ON hub_delivery (agency_id, created_at) WHERE state <> 'done';
        CREATE INDEX hub_packet_content ON hub_packet (sha256);
        CREATE INDEX hub_packet_kept ON hub_packet (id) WHERE removed_at IS NULL;
        CREATE TABLE hub_trace (
            packet_id BIGINT NOT NULL REFERENCES hub_packet (id), ordinal BIGINT NOT NULL, agency_code TEXT NOT NULL,
            passed_at TEXT NOT NULL, PRIMARY KEY (packet_id, ordinal));
        CREATE TABLE hub_usage (
            agency_id BIGINT NOT NULL REFERENCES hub_agency (id), period TEXT NOT NULL, packets BIGINT NOT NULL,
            bytes BIGINT NOT NULL, ends_at BIGINT NOT NULL, PRIMARY KEY (agency_id, period));
        CREATE INDEX hub_usage_end ON hub_usage (ends_at);
        CREATE TABLE hub_tally (
            minute BIGINT NOT NULL, node TEXT NOT NULL, name TEXT NOT NULL, label TEXT NOT NULL, count BIGINT NOT NULL,
            PRIMARY KEY (minute, node, name, label));
        CREATE TABLE hub_alert (
            rule TEXT NOT NULL, subject TEXT NOT NULL, sentence TEXT NOT NULL, since BIGINT NOT NULL,
            told_at BIGINT NOT NULL, PRIMARY KEY (rule, subject));
        """),
    // Security events are added, never changed nor taken out; the database itself refuses it.
    SchemaStep(
        "hub-3",
        sqlite: """
            \(eventTable)
            CREATE TRIGGER hub_event_fixed BEFORE UPDATE ON hub_event BEGIN SELECT RAISE(ABORT, 'hub_event is append-only'); END;
            CREATE TRIGGER hub_event_kept BEFORE DELETE ON hub_event BEGIN SELECT RAISE(ABORT, 'hub_event is append-only'); END;
            """,
        postgres: """
            \(eventTable)
            CREATE FUNCTION hub_event_fixed() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''hub_event is append-only''; END';
            CREATE TRIGGER hub_event_fixed BEFORE UPDATE OR DELETE ON hub_event FOR EACH ROW EXECUTE FUNCTION hub_event_fixed();
            """),
    // What is looked for by age is found by age; what failed is counted by itself.
    SchemaStep(
        "hub-4",
        """
        CREATE INDEX hub_delivery_failed ON hub_delivery (agency_id) WHERE state = 'fail';
        DROP INDEX hub_packet_kept;
        CREATE INDEX hub_packet_kept ON hub_packet (sent_at, id) WHERE removed_at IS NULL;
        """),
    // Emptying a table passes by the triggers of its rows. SQLite knows no TRUNCATE.
    SchemaStep(
        "hub-5", sqlite: "",
        postgres: """
            CREATE TRIGGER hub_event_whole BEFORE TRUNCATE ON hub_event FOR EACH STATEMENT EXECUTE FUNCTION hub_event_fixed();
            """),
]

private let eventTable = """
    CREATE TABLE hub_event (
        id BIGINT PRIMARY KEY, at BIGINT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, detail TEXT NOT NULL,
        node TEXT NOT NULL, hash TEXT NOT NULL);
    """
