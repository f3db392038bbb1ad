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
        """)
]
