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
]
