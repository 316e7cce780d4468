/* semihost.h: call a service of the emulator or debugger.
 *
 * Operations and their arguments: Arm, "Semihosting for AArch32 and AArch64", which RISC-V shares. The
 * instruction that calls the host is in cores/<family>/semihost_call.h.
 */
#ifndef SEMIHOST_H
#define SEMIHOST_H

#include "semihost_call.h"

enum { SYS_OPEN = 0x01, SYS_WRITE = 0x05, SYS_READ = 0x06, SYS_EXIT_EXTENDED = 0x20 };

#define APPLICATION_EXIT 0x20026u

static inline _Noreturn void semihost_exit(int status) {
    const uintptr_t block[] = {APPLICATION_EXIT, (uintptr_t)status};
    for (;;) semihost_call(SYS_EXIT_EXTENDED, block);
}

#endif
