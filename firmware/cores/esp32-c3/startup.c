/* startup.c: from the ROM to main() on an ESP32-C3, and its clock. The ROM has copied code and data to
 * their places.
 *
 * Registers: ESP32-C3 Technical Reference Manual, "ESP-RISC-V CPU". The core has its own performance
 * counters in place of mcycle. Traps go through a table of 256 bytes; its first entry is for exceptions.
 */
#include "hal.h"

#define FAULT_STATUS 3 /* of hal_exit, after a trap */

/* Set by the linker script. */
extern uint32_t link_bss, link_bss_end;

int main(void);

uint32_t hal_ticks(void) {
    uint32_t cycles;
    __asm__ volatile("csrr %0, 0x7e2" : "=r"(cycles)); /* mpccr */
    return cycles;
}

const char *hal_clock(void) { return "mpccr"; }

__attribute__((aligned(256), used)) static void trap(void) { hal_exit(FAULT_STATUS); }

__attribute__((used)) static void start(void) {
    for (uint32_t *to = &link_bss; to < &link_bss_end;) *to++ = 0;
    __asm__ volatile("csrwi 0x7e0, 1\n"   /* mpcer: cycles */
                     "csrwi 0x7e1, 1\n"); /* mpcmr: counting */
    hal_exit(main());
}

/* In assembly, as C needs a stack. */
__attribute__((naked, section(".reset"), used)) void Reset_Handler(void) {
    __asm__ volatile("csrci mstatus, 8\n" /* no interrupts */
                     "la sp, link_stack_top\n"
                     "la t0, %0\n"
                     "csrw mtvec, t0\n"
                     "tail %1"
                     :
                     : "i"(trap), "i"(start));
}
