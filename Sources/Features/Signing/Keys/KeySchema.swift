// Tables of keys of every kind, signing tasks, batches and notices.
internal import Platform

let keySchema = [
    SchemaStep(
        "signing-keys-1",
        """
        CREATE TABLE credential (
            id {ID}, holder_kind TEXT NOT NULL, holder_id BIGINT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
            certificate {BLOB} NOT NULL, archive {BLOB}, locator TEXT NOT NULL, image_sha256 TEXT, image_bytes BIGINT,
            is_default BOOLEAN NOT NULL, enrolled_at BIGINT NOT NULL, retired_at BIGINT,
            CHECK (holder_kind IN ('person', 'seal')), CHECK (kind IN ('pkcs12', 'pkcs11', 'remote', 'agent')),
            CHECK ((kind = 'pkcs12') = (archive IS NOT NULL)));
        CREATE INDEX credential_holder ON credential (holder_kind, holder_id) WHERE retired_at IS NULL;
        CREATE UNIQUE INDEX credential_default ON credential (holder_kind, holder_id)
            WHERE retired_at IS NULL AND is_default;
        INSERT INTO credential (holder_kind, holder_id, kind, name, certificate, archive, locator, image_sha256,
                                image_bytes, is_default, enrolled_at, retired_at)
            SELECT holder_kind, holder_id, 'pkcs12', '', certificate, archive, '', image_sha256, image_bytes,
                   retired_at IS NULL, enrolled_at, retired_at FROM signing_key ORDER BY id;
        DROP TABLE pin_attempt;
        DROP TABLE signing_key;
        CREATE TABLE pin_attempt (
            key_id BIGINT PRIMARY KEY REFERENCES credential (id), failures BIGINT NOT NULL, locked_until BIGINT);
        CREATE TABLE signing_batch (
            id {ID}, person_id BIGINT NOT NULL, credential_id BIGINT NOT NULL REFERENCES credential (id),
            created_at BIGINT NOT NULL, alive_until BIGINT, closed_at BIGINT);
        CREATE INDEX signing_batch_person ON signing_batch (person_id, id);
        CREATE TABLE signing_task (
            id {ID}, errand TEXT NOT NULL, subject_kind TEXT NOT NULL, subject_id BIGINT NOT NULL,
            person_id BIGINT NOT NULL, credential_id BIGINT NOT NULL REFERENCES credential (id),
            batch_id BIGINT REFERENCES signing_batch (id), state TEXT NOT NULL, order_json TEXT NOT NULL,
            details TEXT NOT NULL, progress TEXT, ticket TEXT, failure TEXT, created_at BIGINT NOT NULL,
            moved_at BIGINT NOT NULL, expires_at BIGINT, poll_at BIGINT,
            CHECK (state IN ('waiting', 'processing', 'signed', 'failed', 'dropped')));
        CREATE UNIQUE INDEX signing_task_open ON signing_task (errand, subject_id)
            WHERE state IN ('waiting', 'processing');
        CREATE INDEX signing_task_person ON signing_task (person_id, state, moved_at, id);
        CREATE INDEX signing_task_due ON signing_task (poll_at) WHERE poll_at IS NOT NULL;
        CREATE INDEX signing_task_subject ON signing_task (subject_kind, subject_id)
            WHERE state IN ('waiting', 'processing', 'failed');
        CREATE UNIQUE INDEX signing_task_ticket ON signing_task (ticket) WHERE ticket IS NOT NULL;
        CREATE INDEX signing_task_batch ON signing_task (batch_id, id) WHERE batch_id IS NOT NULL;
        CREATE TABLE signing_part (
            task_id BIGINT NOT NULL REFERENCES signing_task (id), ordinal BIGINT NOT NULL, prepared TEXT NOT NULL,
            result_sha256 TEXT, result_bytes BIGINT, PRIMARY KEY (task_id, ordinal));
        CREATE TABLE signing_notice (
            id {ID}, person_id BIGINT NOT NULL, words TEXT NOT NULL, href TEXT NOT NULL, is_good BOOLEAN NOT NULL,
            at BIGINT NOT NULL, read_at BIGINT);
        CREATE INDEX signing_notice_person ON signing_notice (person_id, id);
        CREATE INDEX signing_notice_unread ON signing_notice (person_id) WHERE read_at IS NULL;
        """),
    SchemaStep(
        "signing-keys-2",
        """
        ALTER TABLE signing_batch ADD COLUMN progress TEXT;
        ALTER TABLE signing_batch ADD COLUMN expires_at BIGINT;
        CREATE INDEX signing_batch_asked ON signing_batch (id) WHERE progress IS NOT NULL;
        """),
    SchemaStep(
        "signing-keys-3",
        """
        ALTER TABLE signing_part ADD COLUMN value TEXT;
        ALTER TABLE signing_batch ADD COLUMN walker TEXT;
        """),
    SchemaStep(
        "signing-keys-4",
        """
        CREATE TABLE remote_account (
            id {ID}, person_id BIGINT NOT NULL, service TEXT NOT NULL, tokens {BLOB} NOT NULL, version BIGINT NOT NULL,
            expires_at BIGINT, connected_at BIGINT NOT NULL, ended_at BIGINT, UNIQUE (person_id, service));
        CREATE TABLE remote_visit (
            state_hash TEXT PRIMARY KEY, person_id BIGINT NOT NULL, service TEXT NOT NULL, purpose TEXT NOT NULL,
            expires_at BIGINT NOT NULL);
        CREATE INDEX remote_visit_over ON remote_visit (expires_at);
        """),
    SchemaStep(
        "signing-keys-5",
        """
        DROP INDEX signing_task_open;
        CREATE UNIQUE INDEX signing_task_asked ON signing_task (errand, subject_id) WHERE state = 'processing';
        CREATE INDEX signing_task_open ON signing_task (errand, subject_id) WHERE state IN ('waiting', 'processing');
        ALTER TABLE signing_task ADD COLUMN person_name TEXT NOT NULL DEFAULT '';
        ALTER TABLE signing_batch ADD COLUMN begun_at BIGINT;
        UPDATE signing_batch SET closed_at = created_at WHERE NOT EXISTS (
            SELECT 1 FROM signing_task t WHERE t.batch_id = signing_batch.id AND t.state IN ('waiting', 'processing'));
        UPDATE credential SET archive = substr(archive, 1, 0) WHERE retired_at IS NOT NULL;
        CREATE INDEX signing_batch_unfinished ON signing_batch (person_id, id) WHERE closed_at IS NULL;
        """),
]
