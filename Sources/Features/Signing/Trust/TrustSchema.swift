// What the list of trusted certificates grew by: purposes, dates, who added them.
internal import Platform

let trustSchema = [
    SchemaStep(
        "signing-trust-1",
        """
        ALTER TABLE trust_certificate ADD COLUMN for_signing BOOLEAN NOT NULL DEFAULT TRUE;
        ALTER TABLE trust_certificate ADD COLUMN for_timestamps BOOLEAN NOT NULL DEFAULT TRUE;
        ALTER TABLE trust_certificate ADD COLUMN trusted_from BIGINT;
        ALTER TABLE trust_certificate ADD COLUMN trusted_until BIGINT;
        ALTER TABLE trust_certificate ADD COLUMN added_by TEXT NOT NULL DEFAULT '';
        """),
    SchemaStep(
        "signing-trust-2",
        """
        CREATE TABLE signing_secret (name TEXT PRIMARY KEY, value {BLOB} NOT NULL);
        """),
    SchemaStep(
        "signing-trust-3",
        """
        CREATE TABLE signing_identity (
            holder_kind TEXT NOT NULL, holder_id BIGINT NOT NULL, name TEXT NOT NULL, identifier TEXT, email TEXT,
            organisation TEXT, recorded_at BIGINT NOT NULL, PRIMARY KEY (holder_kind, holder_id));
        CREATE TABLE certificate_status (
            fingerprint TEXT PRIMARY KEY, certificate {BLOB} NOT NULL, beside {BLOB} NOT NULL, answer TEXT NOT NULL,
            revoked_at BIGINT, source TEXT NOT NULL, this_update BIGINT, next_update BIGINT, checked_at BIGINT NOT NULL,
            detail TEXT NOT NULL, material_sha256 TEXT, material_bytes BIGINT, used_at BIGINT NOT NULL,
            CHECK (answer IN ('good', 'revoked', 'unknown', 'nobodyToAsk')));
        CREATE INDEX certificate_status_used ON certificate_status (used_at);
        CREATE TABLE signature_evidence (
            id {ID}, sha256 TEXT NOT NULL, byte_count BIGINT NOT NULL, holder_kind TEXT NOT NULL,
            holder_id BIGINT NOT NULL, person_id BIGINT, person_name TEXT NOT NULL, certificate {BLOB} NOT NULL,
            signed_at BIGINT NOT NULL, answer TEXT NOT NULL, source TEXT NOT NULL, this_update BIGINT,
            next_update BIGINT, checked_at BIGINT NOT NULL, material_sha256 TEXT, material_bytes BIGINT);
        CREATE UNIQUE INDEX signature_evidence_file ON signature_evidence (sha256);
        CREATE TABLE fetched (
            name TEXT PRIMARY KEY, sha256 TEXT, byte_count BIGINT, holds_until BIGINT NOT NULL, failures BIGINT NOT NULL);
        CREATE INDEX fetched_until ON fetched (holds_until);
        ALTER TABLE verdict ADD COLUMN material_sha256 TEXT;
        ALTER TABLE verdict ADD COLUMN material_bytes BIGINT;
        CREATE TABLE extended_file (
            id {ID}, source_sha256 TEXT NOT NULL, source_bytes BIGINT NOT NULL, name TEXT NOT NULL, level TEXT NOT NULL,
            sha256 TEXT NOT NULL, byte_count BIGINT NOT NULL, extended_at BIGINT NOT NULL, renew_at BIGINT,
            replaced_at BIGINT);
        CREATE UNIQUE INDEX extended_file_current ON extended_file (source_sha256) WHERE replaced_at IS NULL;
        CREATE INDEX extended_file_renew ON extended_file (renew_at) WHERE replaced_at IS NULL;
        """),
]
