/* semihost_call.h: call the host from a Cortex-M (BKPT 0xAB, operation in r0, arguments in r1). */
#ifndef SEMIHOST_CALL_H
#define SEMIHOST_CALL_H

#include <stdint.h>

static inline uintptr_t semihost_call(uintptr_t operation, const uintptr_t *block) {
    register uintptr_t r0 __asm__("r0") = operation;
    register const uintptr_t *r1 __asm__("r1") = block;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

#endif
