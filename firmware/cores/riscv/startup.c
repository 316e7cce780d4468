/* startup.c: from reset to main() on a RISC-V hart in machine mode, and its clock.
 *
 * Registers: The RISC-V Instruction Set Manual, volume II, "Machine-Level ISA".
 */
#include "hal.h"

#define FAULT_STATUS 3 /* of hal_exit, after a trap */

/* Set by the linker script. */
extern uint32_t link_data_load, link_data, link_data_end, link_bss, link_bss_end;

int main(void);

uint32_t hal_ticks(void) {
    uint32_t cycles;
    __asm__ volatile("csrr %0, mcycle" : "=r"(cycles));
    return cycles;
}

const char *hal_clock(void) { return "mcycle"; }

__attribute__((aligned(4), used)) static void trap(void) { hal_exit(FAULT_STATUS); }

__attribute__((used)) static void start(void) {
    const uint32_t *from = &link_data_load;
    for (uint32_t *to = &link_data; to < &link_data_end;) *to++ = *from++;
    for (uint32_t *to = &link_bss; to < &link_bss_end;) *to++ = 0;
    hal_exit(main());
}

/* In assembly, as C needs a stack. */
__attribute__((naked, section(".reset"), used)) void Reset_Handler(void) {
    __asm__ volatile("la sp, link_stack_top\n"
                     "la t0, %0\n"
                     "csrw mtvec, t0\n"
                     "tail %1"
                     :
                     : "i"(trap), "i"(start));
}
