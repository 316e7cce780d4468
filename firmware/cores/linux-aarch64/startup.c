/* startup.c: from the start of the process to main(), and its clock. Linux has loaded the data already. */
#include "hal.h"

int main(void);

/* The generic timer: Arm Architecture Reference Manual for A-profile, "CNTVCT_EL0". */
uint32_t hal_ticks(void) {
    uint64_t ticks;
    __asm__ volatile("isb\nmrs %0, cntvct_el0" : "=r"(ticks));
    return (uint32_t)ticks;
}

const char *hal_clock(void) { return "CNTVCT"; }

__attribute__((used)) static void start(void) { hal_exit(main()); }

/* In assembly, as C needs a stack: one of the size in the board's file. */
__asm__(".global Reset_Handler\n"
        ".type Reset_Handler, %function\n"
        "Reset_Handler:\n"
        "adrp x0, link_stack_top\n"
        "add x0, x0, :lo12:link_stack_top\n"
        "mov sp, x0\n"
        "b start\n");
