/* system_call.h: call Linux on a 64-bit Arm: number in x8, arguments in x0 to x2. See syscall(2). */
#ifndef SYSTEM_CALL_H
#define SYSTEM_CALL_H

#include <stdint.h>

enum { CALL_READ = 63, CALL_WRITE = 64, CALL_EXIT_GROUP = 94 };

static inline intptr_t system_call(intptr_t number, intptr_t a, const void *b, uintptr_t c) {
    register intptr_t x8 __asm__("x8") = number;
    register intptr_t x0 __asm__("x0") = a;
    register const void *x1 __asm__("x1") = b;
    register uintptr_t x2 __asm__("x2") = c;
    __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
    return x0;
}

#endif
