/* semihost_call.h: call the host from RISC-V (operation in a0, arguments in a1): three instructions that
 * must not be compressed nor cross a page. RISC-V Semihosting 0.4. */
#ifndef SEMIHOST_CALL_H
#define SEMIHOST_CALL_H

#include <stdint.h>

__attribute__((naked, noinline, aligned(16))) static uintptr_t
semihost_call(__attribute__((unused)) uintptr_t operation, __attribute__((unused)) const uintptr_t *block) {
    __asm__ volatile(".option push\n.option norvc\n"
                     "slli x0, x0, 0x1f\nebreak\nsrai x0, x0, 7\n"
                     ".option pop\nret");
}

#endif
