/* pl011.c: Arm PrimeCell UART, as in the RP2040 and the LM3S. PL011 TRM, "Programmers model". */
#include "board.h"
#include "uart.h"

#define DR (*(volatile uint32_t *)(BOARD_UART_BASE + 0x00u))
#define FR                                                                                                 \
    (*(volatile uint32_t *)(BOARD_UART_BASE + 0x18u)) /* 0x10 nothing received, 0x20 transmitter full */
#define IBRD (*(volatile uint32_t *)(BOARD_UART_BASE + 0x24u))
#define FBRD (*(volatile uint32_t *)(BOARD_UART_BASE + 0x28u))
#define LCR_H (*(volatile uint32_t *)(BOARD_UART_BASE + 0x2Cu)) /* 0x60 8 bits, 0x10 FIFOs */
#define CR (*(volatile uint32_t *)(BOARD_UART_BASE + 0x30u))    /* 1 on, 0x100 transmit, 0x200 receive */

#define DIVISOR ((4u * BOARD_UART_CLOCK_HZ + BOARD_UART_BAUD / 2) / BOARD_UART_BAUD) /* in 1/64 */

void uart_init(void) {
    IBRD = DIVISOR / 64;
    FBRD = DIVISOR % 64;
    LCR_H = 0x70;
    CR = 0x301;
}

uint8_t uart_get(void) {
    while (FR & 0x10u) {
    }
    return (uint8_t)DR;
}

void uart_put(uint8_t byte) {
    while (FR & 0x20u) {
    }
    DR = byte;
}
