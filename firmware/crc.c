/* crc.c: see crc.h. Reflected polynomial 0xEDB88320, bit by bit: no table in flash. */
#include "crc.h"

uint32_t crc_add(uint32_t crc, const void *data, uint32_t size) {
    const uint8_t *bytes = data;
    for (uint32_t i = 0; i < size; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xEDB88320u & (0u - (crc & 1u)));
    }
    return crc;
}
