/* frame.c: see frame.h. The cores that we know are little-endian, so numbers go out as they lie. */
#include "frame.h"

#include "hal.h"

static uint32_t crc; /* of the frame under way, before its final inversion */

/* CRC-32 as in zlib and Ethernet (reflected polynomial 0xEDB88320), bit by bit: no table in flash. */
static void crc_add(const void *data, uint32_t size) {
    const uint8_t *bytes = data;
    for (uint32_t i = 0; i < size; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xEDB88320u & (0u - (crc & 1u)));
    }
}

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
    crc = 0xFFFFFFFFu;
    crc_add(&kind, 1);
    crc_add(size, sizeof *size);
    crc_add(payload, *size);
    return sent == ~crc ? kind : FRAME_BROKEN;
}

void frame_begin(uint8_t kind, uint32_t size) {
    const uint8_t mark = FRAME_MARK;
    hal_write(&mark, 1);
    crc = 0xFFFFFFFFu;
    frame_put(&kind, 1);
    frame_put(&size, sizeof size);
}

void frame_put(const void *data, uint32_t size) {
    crc_add(data, size);
    hal_write(data, size);
}

void frame_end(void) {
    const uint32_t sum = ~crc;
    hal_write(&sum, sizeof sum);
}
