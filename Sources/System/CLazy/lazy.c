#include "CLazy.h"

#include <dlfcn.h>

void *vast_find(struct vast_library *library, const char *name) {
    pthread_mutex_lock(&library->lock);
    if (!library->handle) library->handle = dlopen(library->name, RTLD_NOW | RTLD_LOCAL);
    void *handle = library->handle;
    pthread_mutex_unlock(&library->lock);
    return handle ? dlsym(handle, name) : NULL;
}
