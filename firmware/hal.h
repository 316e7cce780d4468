/* hal.h: the board as a stream of bytes and a clock.
 *
 * transports/<name>.c implements the stream, cores/<family>/ the clock and the call of main().
 */
#ifndef HAL_H
#define HAL_H

#include <stdint.h>

/* Initialise the stream. Call this once, before any other function here. */
void hal_init(void);

/* Wait for `size` bytes and read them into `data`. Returns 1, or 0 at the end of the stream. */
int hal_read(void *data, uint32_t size);

/* Write `size` bytes. */
void hal_write(const void *data, uint32_t size);

/* Return the ticks of the core's clock (BOARD_CLOCK_HZ per second) since reset, modulo 2^32. */
uint32_t hal_ticks(void);

/* Return the name of the counter of these ticks. Only silicon returns "DWT", as QEMU's does not count. */
const char *hal_clock(void);

/* End the program; status 0 is success. Without an emulator or debugger the core sleeps for ever. */
_Noreturn void hal_exit(int status);

#endif
