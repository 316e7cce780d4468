/* frame.c: see frame.h. The cores that we know are little-endian, so numbers go out as they lie. */
#include "frame.h"

#include "crc.h"
#include "hal.h"

static uint32_t crc; /* of the frame on its way out, before its final inversion */

/* A slow core sums after the last byte, as a serial port does not wait while it computes. */
int frame_receive(void *payload, uint32_t capacity, uint32_t *size) {
    uint8_t kind = 0;
    uint32_t sent;
    while (kind != FRAME_MARK) {
        if (!hal_read(&kind, 1)) return FRAME_END;
    }
    if (!hal_read(&kind, 1) || !hal_read(size, sizeof *size)) return FRAME_END;
    if (*size > capacity) return FRAME_BROKEN;
    if (!hal_read(payload, *size) || !hal_read(&sent, sizeof sent)) return FRAME_END;
    uint32_t sum = crc_add(CRC_START, &kind, 1);
    sum = crc_add(sum, size, sizeof *size);
    return sent == ~crc_add(sum, payload, *size) ? kind : FRAME_BROKEN;
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
    const uint32_t sum = ~crc;
    hal_write(&sum, sizeof sum);
}
