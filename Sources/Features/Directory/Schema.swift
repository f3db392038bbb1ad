// The directory's tables.
internal import Platform

let directorySchema = [
    SchemaStep(
        "directory-1",
        """
        CREATE TABLE agency (
            code TEXT PRIMARY KEY, short_code TEXT, name TEXT NOT NULL, abbreviation TEXT NOT NULL,
            parent_name TEXT NOT NULL, address TEXT NOT NULL, email TEXT NOT NULL, phone TEXT NOT NULL, is_own BOOLEAN NOT NULL, is_active BOOLEAN NOT NULL,
            folded TEXT NOT NULL, CHECK (code <> ''), CHECK (short_code <> ''));
        CREATE UNIQUE INDEX agency_short_code ON agency (short_code) WHERE short_code IS NOT NULL;
        CREATE UNIQUE INDEX agency_own ON agency (is_own) WHERE is_own = TRUE;
        CREATE TABLE unit (
            id {ID}, parent_id BIGINT REFERENCES unit (id), name TEXT NOT NULL, short_name TEXT NOT NULL,
            head_id BIGINT, is_active BOOLEAN NOT NULL, folded TEXT NOT NULL, CHECK (id <> parent_id));
        CREATE INDEX unit_head ON unit (head_id) WHERE head_id IS NOT NULL;
        CREATE TABLE person (
            id {ID}, name TEXT NOT NULL, position TEXT NOT NULL, unit_id BIGINT NOT NULL REFERENCES unit (id),
            account TEXT NOT NULL, email TEXT NOT NULL, phone TEXT NOT NULL, password_hash TEXT,
            is_practice BOOLEAN NOT NULL, is_active BOOLEAN NOT NULL, folded TEXT NOT NULL, CHECK (account <> ''));
        CREATE UNIQUE INDEX person_account ON person (account);
        CREATE INDEX person_unit ON person (unit_id, id);
        CREATE TABLE person_role (
            person_id BIGINT NOT NULL REFERENCES person (id), role TEXT NOT NULL, PRIMARY KEY (person_id, role),
            CHECK (role IN ('specialist', 'unitHead', 'leader', 'recordsClerk', 'administrator')));
        CREATE INDEX person_role_role ON person_role (role, person_id);
        CREATE TABLE session (
            token_hash TEXT PRIMARY KEY, person_id BIGINT NOT NULL REFERENCES person (id), csrf_token TEXT NOT NULL,
            created_at BIGINT NOT NULL, seen_at BIGINT NOT NULL);
        CREATE INDEX session_person ON session (person_id);
        CREATE INDEX session_seen ON session (seen_at);
        CREATE TABLE sign_in_attempt (
            subject TEXT PRIMARY KEY, failures BIGINT NOT NULL, last_at BIGINT NOT NULL, blocked_until BIGINT NOT NULL);
        CREATE INDEX sign_in_attempt_last ON sign_in_attempt (last_at);
        """),
    // Agencies get an id in the order in which they are shown, and their words an index: there may be 200,000.
    SchemaStep(
        "directory-2",
        sqlite: """
            ALTER TABLE agency ADD COLUMN id BIGINT;
            UPDATE agency SET id = rowid;
            CREATE UNIQUE INDEX agency_id ON agency (id);
            CREATE VIRTUAL TABLE agency_text USING fts5(folded, content='agency', content_rowid='id', prefix='1 2 3');
            INSERT INTO agency_text (rowid, folded) SELECT id, folded FROM agency;
            """,
        postgres: """
            ALTER TABLE agency ADD COLUMN id BIGINT;
            UPDATE agency SET id = n.number
                FROM (SELECT code, row_number() OVER (ORDER BY code) AS number FROM agency) n WHERE n.code = agency.code;
            CREATE UNIQUE INDEX agency_id ON agency (id);
            ALTER TABLE agency ADD COLUMN terms TSVECTOR GENERATED ALWAYS AS (to_tsvector('simple', folded)) STORED;
            CREATE INDEX agency_terms ON agency USING GIN (terms);
            """),
    SchemaStep(
        "directory-3",
        """
        CREATE TABLE agency_use (
            person_id BIGINT NOT NULL REFERENCES person (id), code TEXT NOT NULL REFERENCES agency (code),
            used_at BIGINT NOT NULL, is_favourite BOOLEAN NOT NULL, PRIMARY KEY (person_id, code));
        CREATE INDEX agency_use_recent ON agency_use (person_id, is_favourite, used_at);
        CREATE TABLE agency_group (
            id {ID}, owner_id BIGINT REFERENCES person (id), name TEXT NOT NULL, folded TEXT NOT NULL,
            created_at BIGINT NOT NULL, CHECK (name <> ''));
        CREATE INDEX agency_group_owner ON agency_group (owner_id, id);
        CREATE TABLE agency_group_member (
            group_id BIGINT NOT NULL REFERENCES agency_group (id) ON DELETE CASCADE,
            code TEXT NOT NULL REFERENCES agency (code), PRIMARY KEY (group_id, code));
        """),
    // Words are kept without their positions, each agency's in no order: names are asked for by beginnings of words only.
    // PostgreSQL takes the words as they were parted here instead of parsing them again.
    SchemaStep(
        "directory-4",
        sqlite: """
            ALTER TABLE agency ADD COLUMN listing TEXT NOT NULL DEFAULT 'never' CHECK (listing IN ('never', 'listed', 'missing'));
            CREATE INDEX agency_missing ON agency (id) WHERE listing = 'missing' AND is_active = TRUE;
            DROP TABLE agency_text;
            CREATE VIRTUAL TABLE agency_text USING fts5(folded, content='agency', content_rowid='id', prefix='1 2 3',
                tokenize='ascii', detail=none, columnsize=0);
            INSERT INTO agency_text (rowid, folded) SELECT id, folded FROM agency;
            """,
        postgres: """
            ALTER TABLE agency ADD COLUMN listing TEXT NOT NULL DEFAULT 'never' CHECK (listing IN ('never', 'listed', 'missing'));
            CREATE INDEX agency_missing ON agency (id) WHERE listing = 'missing' AND is_active = TRUE;
            ALTER TABLE agency DROP COLUMN terms;
            ALTER TABLE agency ADD COLUMN terms TSVECTOR
                GENERATED ALWAYS AS (array_to_tsvector(string_to_array(ltrim(folded), ' '))) STORED;
            CREATE INDEX agency_terms ON agency USING GIN (terms);
            """),
]
