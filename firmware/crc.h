/* crc.h: CRC-32 as in zlib and Ethernet. Start with CRC_START, add the data, invert at the end. */
#ifndef CRC_H
#define CRC_H

#include <stdint.h>

#define CRC_START 0xFFFFFFFFu

uint32_t crc_add(uint32_t crc, const void *data, uint32_t size);

#endif
