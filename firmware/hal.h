/* hal.h: all that main.c needs from a board, as a stream of bytes and a clock.
 *
 * transports/<name>.c implements the stream, cores/<family>/ the clock and the way into main().
 */
#ifndef HAL_H
#define HAL_H

#include <stdint.h>

/* Make the stream ready. Called once, before any other function here. */
void hal_init(void);

/* Read exactly `size` bytes into `data`, waiting for them. Returns 1, or 0 at the end of the stream. */
int hal_read(void *data, uint32_t size);

/* Write `size` bytes. */
void hal_write(const void *data, uint32_t size);

/* Ticks of the core's clock (BOARD_CLOCK_HZ per second) since reset; wraps at 2^32. */
uint32_t hal_ticks(void);

/* What counts those ticks: "DWT" is only said by silicon, as QEMU has none that counts. */
const char *hal_clock(void);

/* End the program: status 0 is success. Where nothing waits for the status, the core sleeps for ever. */
_Noreturn void hal_exit(int status);

#endif
