/* cmsdk.c: UART of Arm's FPGA boards. Arm Cortex-M System Design Kit TRM, "APB UART". */
#include "board.h"
#include "uart.h"

#define DATA (*(volatile uint32_t *)(BOARD_UART_BASE + 0x00u))
#define STATE (*(volatile uint32_t *)(BOARD_UART_BASE + 0x04u)) /* 1 transmitter full, 2 byte received */
#define CTRL (*(volatile uint32_t *)(BOARD_UART_BASE + 0x08u))  /* 1 transmit, 2 receive */
#define BAUDDIV (*(volatile uint32_t *)(BOARD_UART_BASE + 0x10u))

void uart_init(void) {
    BAUDDIV = BOARD_UART_CLOCK_HZ / BOARD_UART_BAUD;
    CTRL = 3;
}

uint8_t uart_get(void) {
    while (!(STATE & 2u)) {
    }
    return (uint8_t)DATA;
}

void uart_put(uint8_t byte) {
    while (STATE & 1u) {
    }
    DATA = byte;
}
