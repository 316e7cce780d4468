/* stm32.c: USART of the STM32 F1, F2 and F4. RM0090, "Universal synchronous asynchronous receiver
 * transmitter". */
#include "board.h"
#include "uart.h"

#define SR                                                                                                 \
    (*(volatile uint32_t *)(BOARD_UART_BASE + 0x00u)) /* 0x20 byte received, 0x80 transmitter empty */
#define DR (*(volatile uint32_t *)(BOARD_UART_BASE + 0x04u))
#define BRR (*(volatile uint32_t *)(BOARD_UART_BASE + 0x08u))
#define CR1 (*(volatile uint32_t *)(BOARD_UART_BASE + 0x0Cu)) /* 0x2000 on, 8 transmit, 4 receive */

void uart_init(void) {
    BRR = (BOARD_UART_CLOCK_HZ + BOARD_UART_BAUD / 2) / BOARD_UART_BAUD;
    CR1 = 0x200C;
}

uint8_t uart_get(void) {
    while (!(SR & 0x20u)) {
    }
    return (uint8_t)DR;
}

void uart_put(uint8_t byte) {
    while (!(SR & 0x80u)) {
    }
    DR = byte;
}
