/* linux.c: the stream is standard input and output of a process. The core's folder has the system calls. */
#include "hal.h"
#include "system_call.h"

void hal_init(void) {}

int hal_read(void *data, uint32_t size) {
    for (uint8_t *to = data; size;) {
        const intptr_t got = system_call(CALL_READ, 0, to, size);
        if (got <= 0) return 0;
        to += got;
        size -= (uint32_t)got;
    }
    return 1;
}

void hal_write(const void *data, uint32_t size) {
    for (const uint8_t *from = data; size;) {
        const intptr_t put = system_call(CALL_WRITE, 1, from, size);
        if (put <= 0) hal_exit(1); /* the reader has closed the stream */
        from += put;
        size -= (uint32_t)put;
    }
}

_Noreturn void hal_exit(int status) {
    for (;;) system_call(CALL_EXIT_GROUP, status, 0, 0);
}
