/* semihost_call.h: no emulator and no debugger is expected here: the program ends asleep. */
#ifndef SEMIHOST_CALL_H
#define SEMIHOST_CALL_H

#include <stdint.h>

static inline void semihost_call(__attribute__((unused)) uintptr_t operation,
                                 __attribute__((unused)) const uintptr_t *block) {
    for (;;) __asm__ volatile("wfi");
}

#endif
