/* frame.h: checked messages over the byte stream of hal.h, the same in both directions.
 *
 *     0xA5   kind (1 byte)   size (uint32)   payload (size bytes)   CRC-32 (uint32) of kind, size, payload
 *
 * All numbers are little-endian. The host's side is snnedge/boards/emulate/protocol.py.
 */
#ifndef FRAME_H
#define FRAME_H

#include <stdint.h>

#define FRAME_MARK 0xA5
#define FRAME_END 0    /* instead of a kind: the stream has ended */
#define FRAME_BROKEN 1 /* instead of a kind: too long for the buffer, or a wrong CRC */

/* Wait for a frame and put its payload into `payload`, at most `capacity` bytes. Returns its kind and
 * writes its size, or returns FRAME_END or FRAME_BROKEN. */
int frame_receive(void *payload, uint32_t capacity, uint32_t *size);

/* Send a frame in pieces: begin with its kind and the size of its payload, put all of that, end. */
void frame_begin(uint8_t kind, uint32_t size);
void frame_put(const void *data, uint32_t size);
void frame_end(void);

#endif
