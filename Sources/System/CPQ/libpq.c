#include "CPQ.h"

#include "CLazy.h"

static void *find(const char *name) {
    static struct vast_library library = VAST_LIBRARY("libpq.so.5");
    return vast_find(&library, name);
}

VAST_FORWARD(PGconn *, PQconnectdb, (const char *text), (text), NULL)
VAST_FORWARD(ConnStatusType, PQstatus, (const PGconn *connection), (connection), CONNECTION_BAD)
VAST_FORWARD(char *, PQerrorMessage, (const PGconn *connection), (connection), (char *)"libpq.so.5 is not installed")
VAST_FORWARD(void, PQfinish, (PGconn *connection), (connection), VAST_NOTHING)
VAST_FORWARD(PQnoticeProcessor, PQsetNoticeProcessor, (PGconn *connection, PQnoticeProcessor processor, void *context),
             (connection, processor, context), NULL)
VAST_FORWARD(PGresult *, PQexec, (PGconn *connection, const char *text), (connection, text), NULL)
VAST_FORWARD(PGresult *, PQprepare,
             (PGconn *connection, const char *name, const char *text, int count, const Oid *types),
             (connection, name, text, count, types), NULL)
VAST_FORWARD(PGresult *, PQexecPrepared,
             (PGconn *connection, const char *name, int count, const char *const *values, const int *lengths,
              const int *formats, int format),
             (connection, name, count, values, lengths, formats, format), NULL)
VAST_FORWARD(void, PQclear, (PGresult *result), (result), VAST_NOTHING)
VAST_FORWARD(ExecStatusType, PQresultStatus, (const PGresult *result), (result), PGRES_FATAL_ERROR)
VAST_FORWARD(char *, PQresultErrorField, (const PGresult *result, int field), (result, field), NULL)
VAST_FORWARD(char *, PQcmdTuples, (PGresult *result), (result), (char *)"")
VAST_FORWARD(int, PQnfields, (const PGresult *result), (result), 0)
VAST_FORWARD(int, PQntuples, (const PGresult *result), (result), 0)
VAST_FORWARD(char *, PQfname, (const PGresult *result, int column), (result, column), NULL)
VAST_FORWARD(Oid, PQftype, (const PGresult *result, int column), (result, column), 0)
VAST_FORWARD(int, PQgetisnull, (const PGresult *result, int row, int column), (result, row, column), 1)
VAST_FORWARD(char *, PQgetvalue, (const PGresult *result, int row, int column), (result, row, column), NULL)
VAST_FORWARD(int, PQgetlength, (const PGresult *result, int row, int column), (result, row, column), 0)
VAST_FORWARD(int, PQsendQuery, (PGconn *connection, const char *text), (connection, text), 0)
VAST_FORWARD(int, PQsendQueryPrepared,
             (PGconn *connection, const char *name, int count, const char *const *values, const int *lengths,
              const int *formats, int format),
             (connection, name, count, values, lengths, formats, format), 0)
VAST_FORWARD(PGresult *, PQgetResult, (PGconn *connection), (connection), NULL)
VAST_FORWARD(int, PQenterPipelineMode, (PGconn *connection), (connection), 0)
VAST_FORWARD(int, PQexitPipelineMode, (PGconn *connection), (connection), 0)
VAST_FORWARD(int, PQpipelineSync, (PGconn *connection), (connection), 0)
VAST_FORWARD(PGpipelineStatus, PQpipelineStatus, (const PGconn *connection), (connection), PQ_PIPELINE_OFF)
