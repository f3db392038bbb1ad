// Tables of keys, PIN attempts, trust and verdicts.
internal import Platform

let signingSchema = [
    SchemaStep(
        "signing-1",
        """
        CREATE TABLE signing_key (
            id {ID}, holder_kind TEXT NOT NULL, holder_id BIGINT NOT NULL, certificate {BLOB} NOT NULL,
            archive {BLOB} NOT NULL, image_sha256 TEXT, image_bytes BIGINT, enrolled_at BIGINT NOT NULL,
            retired_at BIGINT, CHECK (holder_kind IN ('person', 'seal')));
        CREATE UNIQUE INDEX signing_key_holder ON signing_key (holder_kind, holder_id) WHERE retired_at IS NULL;
        CREATE TABLE pin_attempt (
            key_id BIGINT PRIMARY KEY REFERENCES signing_key (id), failures BIGINT NOT NULL, locked_until BIGINT);
        CREATE TABLE trust_certificate (
            fingerprint TEXT PRIMARY KEY, certificate {BLOB} NOT NULL, is_anchor BOOLEAN NOT NULL,
            enabled BOOLEAN NOT NULL, added_at BIGINT NOT NULL);
        CREATE TABLE verdict (
            sha256 TEXT PRIMARY KEY, trust_version TEXT NOT NULL, judged_at BIGINT NOT NULL, report TEXT NOT NULL);
        """)
]
