/* startup.c: from reset to main() on any Cortex-M, and its clock.
 *
 * SysTick counts the core's clock down in 24 bits, and its interrupt extends the count to 32. A DWT that
 * counts cycles is used instead where there is one, as it needs no interrupt. Registers: Arm v6-M/v7-M/v8-M
 * Architecture Reference Manuals, "SysTick", "Data Watchpoint and Trace".
 */
#include "hal.h"

#define SYST_CSR (*(volatile uint32_t *)0xE000E010u) /* control: 1 enable, 2 interrupt, 4 core clock */
#define SYST_RVR (*(volatile uint32_t *)0xE000E014u) /* reload value */
#define SYST_CVR (*(volatile uint32_t *)0xE000E018u) /* current value; a write clears it */
#define RELOAD 0xFFFFFFu

#define DEMCR (*(volatile uint32_t *)0xE000EDFCu)
#define DEMCR_TRCENA (1u << 24)                      /* turns the DWT on */
#define DWT_CTRL (*(volatile uint32_t *)0xE0001000u) /* 1: count cycles */
#define DWT_CYCCNT (*(volatile uint32_t *)0xE0001004u)
#define DWT_LAR (*(volatile uint32_t *)0xE0001FB0u) /* lock of Cortex-M7 */
#define DWT_UNLOCK 0xC5ACCE55u

#define CPACR (*(volatile uint32_t *)0xE000ED88u) /* access to coprocessors */
#define FPU_AND_MVE (0xFu << 20)                  /* full access to CP10 and CP11 */

#define FAULT_STATUS 3 /* of hal_exit, after an exception without a handler */

/* Set by the linker script. */
extern uint32_t link_stack_top, link_data_load, link_data, link_data_end, link_bss, link_bss_end;

int main(void);
_Noreturn void Reset_Handler(void);

static volatile uint32_t wraps;

static uint32_t dwt; /* 1: the DWT counts cycles */

/* ARMv6-M has a DWT without a counter, QEMU one that reads as zero. */
static void start_clock(void) {
#if __ARM_ARCH_ISA_THUMB == 2
    DEMCR |= DEMCR_TRCENA;
    DWT_LAR = DWT_UNLOCK;
    DWT_CTRL |= 1;
    const uint32_t now = DWT_CYCCNT;
    dwt = now != DWT_CYCCNT;
#endif
    SYST_RVR = RELOAD;
    SYST_CVR = 0;
    SYST_CSR = dwt ? 0 : 7;
}

const char *hal_clock(void) { return dwt ? "DWT" : "SysTick"; }

uint32_t hal_ticks(void) {
    uint32_t high, low;
    if (dwt) return DWT_CYCCNT;
    do {
        high = wraps;
        low = SYST_CVR;
    } while (high != wraps);
    return (high << 24) + (RELOAD - low);
}

_Noreturn void Reset_Handler(void) {
#ifdef __ARM_FEATURE_MVE /* before any code for which a compiler may use vector registers */
    CPACR |= FPU_AND_MVE;
    __asm__ volatile("dsb\n isb" ::: "memory");
#endif
    const uint32_t *from = &link_data_load;
    for (uint32_t *to = &link_data; to < &link_data_end;) *to++ = *from++;
    for (uint32_t *to = &link_bss; to < &link_bss_end;) *to++ = 0;
    start_clock();
    hal_exit(main());
}

static void count_wrap(void) { wraps++; }

static void fault(void) { hal_exit(FAULT_STATUS); }

/* The vector table: initial stack pointer, then the handlers of exceptions 1 to 15. */
static const struct {
    uint32_t *stack_top;
    void (*handlers[15])(void);
} vectors __attribute__((section(".vectors"), used)) = {
    &link_stack_top,
    /* clang-format off */
    {
        Reset_Handler, fault, fault, fault, fault, fault, fault, fault, /* 1 reset, 2 NMI, 3.. faults */
        fault, fault, fault, fault, fault, fault, count_wrap,           /* 11 SVC, 14 PendSV, 15 SysTick */
    },
    /* clang-format on */
};
