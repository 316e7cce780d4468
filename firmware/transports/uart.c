/* uart.c: the stream is a serial port, which has no end. */
#include "uart.h"

#include "hal.h"
#include "semihost.h"

void hal_init(void) { uart_init(); }

int hal_read(void *data, uint32_t size) {
    uint8_t *to = data;
    while (size--) *to++ = uart_get();
    return 1;
}

void hal_write(const void *data, uint32_t size) {
    const uint8_t *from = data;
    while (size--) uart_put(*from++);
}

/* Ends an emulator. Without one and without a debugger the core stops at the call. */
_Noreturn void hal_exit(int status) { semihost_exit(status); }
