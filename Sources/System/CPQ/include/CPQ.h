// libpq, PostgreSQL's client, loaded when the first connection is made: a process that never speaks to PostgreSQL
// (a signature checked at the terminal, an office on SQLite) is spared the library and the twenty it needs itself.
#include <postgresql/libpq-fe.h>
