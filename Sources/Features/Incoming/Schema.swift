// Tables of incoming documents; steps are append-only.
internal import Platform

let incomingSchema = [
    SchemaStep(
        "incoming-1",
        """
        CREATE TABLE incoming_document (
            id {ID}, origin TEXT NOT NULL, exchange_id TEXT, sender_code TEXT NOT NULL, sender_name TEXT NOT NULL,
            document_id TEXT NOT NULL, number TEXT NOT NULL, notation TEXT NOT NULL, dated_on TEXT, type_label TEXT NOT NULL,
            subject TEXT NOT NULL, signer_name TEXT NOT NULL, signer_position TEXT NOT NULL, urgency BIGINT NOT NULL,
            secrecy BIGINT NOT NULL, due_on TEXT, to_places TEXT NOT NULL, notes TEXT NOT NULL, arrived_at BIGINT NOT NULL,
            state TEXT NOT NULL, entry_year BIGINT, entry_number BIGINT, received_on TEXT, registered_at BIGINT,
            registered_by TEXT, refusal TEXT NOT NULL, sameness TEXT NOT NULL, search_text TEXT NOT NULL,
            CHECK (origin IN ('exchange', 'entered')),
            CHECK (state IN ('received', 'refused', 'registered', 'circulating', 'completed')),
            CHECK (urgency BETWEEN 0 AND 3), CHECK (secrecy BETWEEN 0 AND 3),
            CHECK ((origin = 'exchange') = (exchange_id IS NOT NULL)),
            CHECK (state IN ('received', 'refused') OR entry_number IS NOT NULL),
            CHECK ((entry_number IS NULL) = (registered_at IS NULL)));
        CREATE UNIQUE INDEX incoming_entry ON incoming_document (entry_year, entry_number) WHERE entry_number IS NOT NULL;
        CREATE UNIQUE INDEX incoming_packet ON incoming_document (sender_code, document_id, exchange_id)
            WHERE exchange_id IS NOT NULL;
        CREATE INDEX incoming_arrived ON incoming_document (arrived_at, id);
        CREATE INDEX incoming_state ON incoming_document (state, arrived_at, id);
        CREATE INDEX incoming_due ON incoming_document (state, due_on) WHERE due_on IS NOT NULL;
        CREATE INDEX incoming_identity ON incoming_document (sender_code, document_id) WHERE document_id <> '';
        CREATE INDEX incoming_sameness ON incoming_document (sameness);
        CREATE TABLE incoming_directive (
            id {ID}, branch_id BIGINT NOT NULL REFERENCES branch (id), document_id BIGINT NOT NULL REFERENCES incoming_document (id),
            leader_id BIGINT NOT NULL, leader_name TEXT NOT NULL, leader_position TEXT NOT NULL, note TEXT NOT NULL,
            at BIGINT NOT NULL, payload_sha256 TEXT NOT NULL, payload_byte_count BIGINT NOT NULL,
            signature_sha256 TEXT NOT NULL, signature_byte_count BIGINT NOT NULL);
        CREATE INDEX incoming_directive_document ON incoming_directive (document_id, at);
        CREATE INDEX incoming_directive_leader ON incoming_directive (leader_id, at);
        """),
    SchemaStep(
        "incoming-2",
        """
        UPDATE branch SET subject_at = (SELECT d.arrived_at FROM incoming_document d WHERE d.id = branch.subject_id)
        WHERE subject_kind = 'incoming';
        """),
    SchemaStep(
        "incoming-3",
        """
        ALTER TABLE incoming_document ADD COLUMN ended TEXT NOT NULL DEFAULT '';
        ALTER TABLE incoming_document ADD COLUMN ended_at BIGINT;
        ALTER TABLE incoming_document ADD COLUMN receipt_due_at BIGINT;
        CREATE TABLE incoming_change (
            id {ID}, document_id BIGINT NOT NULL REFERENCES incoming_document (id), change TEXT NOT NULL,
            is_formal BOOLEAN NOT NULL, sender_name TEXT NOT NULL, reason TEXT NOT NULL, exchange_id TEXT NOT NULL,
            asked_at BIGINT NOT NULL, carrier_id BIGINT REFERENCES incoming_document (id), proposal TEXT,
            applied TEXT,
            state TEXT NOT NULL, answer TEXT NOT NULL, answered_by TEXT NOT NULL, answered_at BIGINT, stub TEXT,
            CHECK (change IN ('recall', 'amend', 'replace')), CHECK (state IN ('open', 'agreed', 'refused')),
            CHECK ((state = 'open') = (answered_at IS NULL)));
        CREATE UNIQUE INDEX incoming_change_once ON incoming_change (document_id, exchange_id);
        CREATE INDEX incoming_change_open ON incoming_change (document_id) WHERE state = 'open';
        CREATE INDEX incoming_change_carrier ON incoming_change (carrier_id) WHERE carrier_id IS NOT NULL;
        """),
    // A sender's number is looked for without its leading zeros, ours in all years.
    SchemaStep(
        "incoming-4",
        """
        CREATE INDEX incoming_number ON incoming_document (ltrim(number, '0'));
        CREATE INDEX incoming_any_entry ON incoming_document (entry_number) WHERE entry_number IS NOT NULL;
        """),
    // What a packet's header says beyond the fields of the register: JSON.
    SchemaStep("incoming-5", "ALTER TABLE incoming_document ADD COLUMN particulars TEXT;"),
    // A refusal in time keeps to the law as registering does; of earlier ones the history knows when.
    SchemaStep(
        "incoming-6",
        """
        ALTER TABLE incoming_document ADD COLUMN refused_at BIGINT;
        UPDATE incoming_document SET refused_at = (
            SELECT max(e.at) FROM event e
            WHERE e.subject_kind = 'incoming' AND e.subject_id = incoming_document.id AND e.kind = 'refuse')
        WHERE state = 'refused';
        """),
]
