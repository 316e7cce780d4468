/* avr.c: the self-test on an ATmega1280, with its verdict on the first serial port. */
#include <avr/io.h>

#include "self_test.h"

static void put(char letter) {
    while (!(UCSR0A & 1 << UDRE0)) {
    }
    UDR0 = (uint8_t)letter;
}

int main(void) {
    UCSR0B = 1 << TXEN0;
    for (const char *at = self_test(); *at; ++at) put(*at);
    put('\n');
    for (;;) {
    }
}
