/* frame.c: see frame.h. All known cores are little-endian, so numbers are sent as they are in memory. */
#include "frame.h"

#include "crc.h"
#include "hal.h"

static uint32_t crc; /* of the frame that is sent, before its final inversion */

/* The CRC is computed after the last byte: a serial port does not wait while a slow core computes. */
int frame_receive(void *payload, uint32_t capacity, uint32_t *size) {
    uint8_t kind = 0;
    uint32_t sent;
    while (kind != FRAME_MARK) {
        if (!hal_read(&kind, 1)) return FRAME_END;
    }
    if (!hal_read(&kind, 1) || !hal_read(size, sizeof *size)) return FRAME_END;
    if (*size > capacity) return FRAME_BROKEN;
    if (!hal_read(payload, *size) || !hal_read(&sent, sizeof sent)) return FRAME_END;
    uint32_t received = crc_add(CRC_START, &kind, 1);
    received = crc_add(received, size, sizeof *size);
    return sent == ~crc_add(received, payload, *size) ? kind : FRAME_BROKEN;
}

void frame_begin(uint8_t kind, uint32_t size) {
    const uint8_t mark = FRAME_MARK;
    hal_write(&mark, 1);
    crc = CRC_START;
    frame_put(&kind, 1);
    frame_put(&size, sizeof size);
}

void frame_put(const void *data, uint32_t size) {
    crc = crc_add(crc, data, size);
    hal_write(data, size);
}

void frame_end(void) {
    const uint32_t inverted = ~crc;
    hal_write(&inverted, sizeof inverted);
}
