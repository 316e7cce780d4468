/* uart.h: a serial port, 8 bits, no parity, 1 stop bit; uarts/<driver>.c, by the values of board.h. */
#ifndef UART_H
#define UART_H

#include <stdint.h>

void uart_init(void);

/* Wait for a byte. */
uint8_t uart_get(void);

/* Send a byte, waiting until there is room for it. */
void uart_put(uint8_t byte);

#endif
