/* ns16550.c: the PC's UART, with registers of one byte. National Semiconductor PC16550D data sheet. */
#include "board.h"
#include "uart.h"

#define REGISTER(k) (*(volatile uint8_t *)(BOARD_UART_BASE + (k)))
#define DATA REGISTER(0)
#define DIVISOR_LOW REGISTER(0) /* with bit 7 of LCR */
#define DIVISOR_HIGH REGISTER(1)
#define FCR REGISTER(2) /* 1 FIFOs */
#define LCR REGISTER(3) /* 3 8 bits, 0x80 divisor */
#define LSR REGISTER(5) /* 1 byte received, 0x20 transmitter empty */

#define DIVISOR ((BOARD_UART_CLOCK_HZ + 8u * BOARD_UART_BAUD) / (16u * BOARD_UART_BAUD))

void uart_init(void) {
    LCR = 0x83;
    DIVISOR_LOW = (uint8_t)DIVISOR;
    DIVISOR_HIGH = (uint8_t)(DIVISOR >> 8);
    LCR = 0x03;
    FCR = 0x01;
}

uint8_t uart_get(void) {
    while (!(LSR & 1u)) {
    }
    return DATA;
}

void uart_put(uint8_t byte) {
    while (!(LSR & 0x20u)) {
    }
    DATA = byte;
}
