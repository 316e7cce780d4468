/* semihosting.c: the stream is standard input and output of the emulator or debugger.
 *
 * Operations and their arguments: Arm, "Semihosting for AArch32 and AArch64", which RISC-V shares; the
 * instruction that calls the host is in cores/<family>/semihost.h.
 */
#include "hal.h"
#include "semihost.h"

enum { SYS_OPEN = 0x01, SYS_WRITE = 0x05, SYS_READ = 0x06, SYS_EXIT_EXTENDED = 0x20 };
enum { MODE_RB = 1, MODE_WB = 5 };

#define APPLICATION_EXIT 0x20026u

static uintptr_t input, output; /* handles */

static uintptr_t open_console(uintptr_t mode) {
    static const char name[] = ":tt";
    const uintptr_t block[] = {(uintptr_t)name, mode, sizeof name - 1};
    return semihost(SYS_OPEN, block);
}

void hal_init(void) {
    input = open_console(MODE_RB);
    output = open_console(MODE_WB);
}

/* SYS_READ and SYS_WRITE return how many bytes are still to do; a read of nothing is the end. */
int hal_read(void *data, uint32_t size) {
    uint8_t *to = data;
    while (size) {
        const uintptr_t block[] = {input, (uintptr_t)to, size};
        const uint32_t left = (uint32_t)semihost(SYS_READ, block);
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
        const uint32_t left = (uint32_t)semihost(SYS_WRITE, block);
        if (left >= size) hal_exit(1); /* nobody listens any more */
        from += size - left;
        size = left;
    }
}

_Noreturn void hal_exit(int status) {
    const uintptr_t block[] = {APPLICATION_EXIT, (uintptr_t)status};
    for (;;) semihost(SYS_EXIT_EXTENDED, block);
}
