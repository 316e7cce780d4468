/* semihost_call.h: without emulator and debugger, the program ends with the core asleep. */
#ifndef SEMIHOST_CALL_H
#define SEMIHOST_CALL_H

#include <stdint.h>

static inline void semihost_call(__attribute__((unused)) uintptr_t operation,
                                 __attribute__((unused)) const uintptr_t *block) {
    for (;;) __asm__ volatile("wfi");
}

#endif
