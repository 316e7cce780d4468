/* nrf.c: UART of the nRF51 and nRF52; the board's setup chooses its pins. nRF52840 Product Specification,
 * "UART". */
#include "board.h"
#include "uart.h"

#define STARTRX (*(volatile uint32_t *)(BOARD_UART_BASE + 0x000u))
#define STARTTX (*(volatile uint32_t *)(BOARD_UART_BASE + 0x008u))
#define RXDRDY (*(volatile uint32_t *)(BOARD_UART_BASE + 0x108u)) /* a byte has been received */
#define TXDRDY (*(volatile uint32_t *)(BOARD_UART_BASE + 0x11Cu)) /* a byte has been sent */
#define ENABLE (*(volatile uint32_t *)(BOARD_UART_BASE + 0x500u))
#define RXD (*(volatile uint32_t *)(BOARD_UART_BASE + 0x518u))
#define TXD (*(volatile uint32_t *)(BOARD_UART_BASE + 0x51Cu))
#define BAUDRATE (*(volatile uint32_t *)(BOARD_UART_BASE + 0x524u))

void uart_init(void) {
    /* In 2^-32 of its clock of 16 MHz, which is independent of the core's. The low 12 bits are 0. */
    BAUDRATE = (uint32_t)((((uint64_t)BOARD_UART_BAUD << 32) / 16000000u + 0x800u) & 0xFFFFF000u);
    ENABLE = 4;
    STARTRX = 1;
    STARTTX = 1;
}

uint8_t uart_get(void) {
    while (!RXDRDY) {
    }
    RXDRDY = 0; /* before the read, which may bring the next byte of the FIFO */
    return (uint8_t)RXD;
}

void uart_put(uint8_t byte) {
    TXDRDY = 0;
    TXD = byte;
    while (!TXDRDY) {
    }
}
