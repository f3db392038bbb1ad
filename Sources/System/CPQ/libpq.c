#include "CPQ.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>

static void *library;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static void load(void) { library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL); }

static void *find(const char *name) {
    pthread_once(&once, load);
    return library ? dlsym(library, name) : NULL;
}

// The library's functions under their own names; `missing` is the answer where the library is not installed.
#define FORWARD(type, name, parameters, arguments, missing)               \
    type name parameters {                                                \
        static type(*function) parameters;                                \
        type(*known) parameters = __atomic_load_n(&function, __ATOMIC_ACQUIRE); \
        if (!known) {                                                     \
            known = (type(*) parameters)find(#name);                      \
            __atomic_store_n(&function, known, __ATOMIC_RELEASE);         \
        }                                                                 \
        if (!known) return missing;                                       \
        return known arguments;                                           \
    }
#define NOTHING

FORWARD(PGconn *, PQconnectdb, (const char *text), (text), NULL)
FORWARD(ConnStatusType, PQstatus, (const PGconn *connection), (connection), CONNECTION_BAD)
FORWARD(char *, PQerrorMessage, (const PGconn *connection), (connection), (char *)"libpq.so.5 is not installed")
FORWARD(void, PQfinish, (PGconn *connection), (connection), NOTHING)
FORWARD(PQnoticeProcessor, PQsetNoticeProcessor, (PGconn *connection, PQnoticeProcessor processor, void *context),
        (connection, processor, context), NULL)
FORWARD(PGresult *, PQexec, (PGconn *connection, const char *text), (connection, text), NULL)
FORWARD(PGresult *, PQprepare,
        (PGconn *connection, const char *name, const char *text, int count, const Oid *types),
        (connection, name, text, count, types), NULL)
FORWARD(PGresult *, PQexecPrepared,
        (PGconn *connection, const char *name, int count, const char *const *values, const int *lengths,
         const int *formats, int format),
        (connection, name, count, values, lengths, formats, format), NULL)
FORWARD(void, PQclear, (PGresult *result), (result), NOTHING)
FORWARD(ExecStatusType, PQresultStatus, (const PGresult *result), (result), PGRES_FATAL_ERROR)
FORWARD(char *, PQresultErrorField, (const PGresult *result, int field), (result, field), NULL)
FORWARD(char *, PQcmdTuples, (PGresult *result), (result), (char *)"")
FORWARD(int, PQnfields, (const PGresult *result), (result), 0)
FORWARD(int, PQntuples, (const PGresult *result), (result), 0)
FORWARD(char *, PQfname, (const PGresult *result, int column), (result, column), NULL)
FORWARD(Oid, PQftype, (const PGresult *result, int column), (result, column), 0)
FORWARD(int, PQgetisnull, (const PGresult *result, int row, int column), (result, row, column), 1)
FORWARD(char *, PQgetvalue, (const PGresult *result, int row, int column), (result, row, column), NULL)
