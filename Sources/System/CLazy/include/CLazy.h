// Functions of a shared library under their own names, found when they are first called: a process that never calls
// them starts without the library and without those it needs itself.
#ifndef VAST_LAZY_H
#define VAST_LAZY_H

#include <pthread.h>
#include <stddef.h>

struct vast_library {
    const char *name;
    pthread_mutex_t lock;
    void *handle;
};
#define VAST_LIBRARY(name) {name, PTHREAD_MUTEX_INITIALIZER, NULL}

/// The function, or NULL where the library or the function is missing.
void *vast_find(struct vast_library *library, const char *name);

/// Defines `name`, which calls the library's function; `missing` is the answer where there is none. The file that uses
/// it defines `find(const char *name)`.
#define VAST_FORWARD(type, name, parameters, arguments, missing)                      \
    type name parameters {                                                            \
        static type(*function) parameters;                                            \
        type(*known) parameters = __atomic_load_n(&function, __ATOMIC_ACQUIRE);       \
        if (!known) {                                                                 \
            known = (type(*) parameters)find(#name);                                  \
            __atomic_store_n(&function, known, __ATOMIC_RELEASE);                     \
        }                                                                             \
        if (!known) return missing;                                                   \
        return known arguments;                                                       \
    }
#define VAST_NOTHING

#endif
