/* uart.h: a serial port, 8 bits, no parity, 1 stop bit. uarts/<driver>.c implements it by the values of
 * board.h. */
#ifndef UART_H
#define UART_H

#include <stdint.h>

void uart_init(void);

/* Wait for a byte and return it. */
uint8_t uart_get(void);

/* Wait until there is space for a byte, and send it. */
void uart_put(uint8_t byte);

#endif
