/* esp32.c: UART of the ESP32-C3. ESP32-C3 Technical Reference Manual, "UART Controller". The ROM sets it
 * to 115,200 baud of the crystal's clock for its own messages, and this is kept. */
#include "board.h"
#include "uart.h"

#define FIFO (*(volatile uint32_t *)(BOARD_UART_BASE + 0x00u))
#define STATUS (*(volatile uint32_t *)(BOARD_UART_BASE + 0x1Cu)) /* bits 0..9 received, 16..25 to send */

#define FULL 126u /* bytes, of a FIFO of 128 */

void uart_init(void) {}

uint8_t uart_get(void) {
    while (!(STATUS & 0x3FFu)) {
    }
    return (uint8_t)FIFO;
}

void uart_put(uint8_t byte) {
    while ((STATUS >> 16 & 0x3FFu) >= FULL) {
    }
    FIFO = byte;
}
