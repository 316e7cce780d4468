/* semihosting.c: the stream is standard input and output of the emulator or debugger. */
#include "hal.h"
#include "semihost.h"

enum { MODE_RB = 1, MODE_WB = 5 };

static uintptr_t input, output; /* handles */

static uintptr_t open_console(uintptr_t mode) {
    static const char name[] = ":tt";
    const uintptr_t block[] = {(uintptr_t)name, mode, sizeof name - 1};
    return semihost_call(SYS_OPEN, block);
}

void hal_init(void) {
    input = open_console(MODE_RB);
    output = open_console(MODE_WB);
}

/* SYS_READ and SYS_WRITE return the number of bytes left. A read of no byte is the end of the stream. */
int hal_read(void *data, uint32_t size) {
    uint8_t *to = data;
    while (size) {
        const uintptr_t block[] = {input, (uintptr_t)to, size};
        const uint32_t left = (uint32_t)semihost_call(SYS_READ, block);
        if (left >= size) return 0;
        to += size - left;
        size = left;
    }
    return 1;
}

void hal_write(const void *data, uint32_t size) {
    const uint8_t *from = data;
    while (size) {
        const uintptr_t block[] = {output, (uintptr_t)from, size};
        const uint32_t left = (uint32_t)semihost_call(SYS_WRITE, block);
        if (left >= size) hal_exit(1); /* the reader has closed the stream */
        from += size - left;
        size = left;
    }
}

_Noreturn void hal_exit(int status) { semihost_exit(status); }
