/* memory.c: the functions that a C compiler may call for copying and clearing, in a program without a libc.
 *
 * The empty asm keeps a compiler from turning each loop into a call of the function that it is in.
 */
#include <stddef.h>
#include <stdint.h>

void *memcpy(void *restrict target, const void *restrict source, size_t size);
void *memmove(void *target, const void *source, size_t size);
void *memset(void *target, int value, size_t size);

void *memcpy(void *restrict target, const void *restrict source, size_t size) {
    uint8_t *to = target;
    const uint8_t *from = source;
    for (; size; size--) {
        *to++ = *from++;
        __asm__ volatile("");
    }
    return target;
}

void *memmove(void *target, const void *source, size_t size) {
    uint8_t *to = target;
    const uint8_t *from = source;
    if ((uintptr_t)to <= (uintptr_t)from) return memcpy(target, source, size);
    while (size--) {
        to[size] = from[size];
        __asm__ volatile("");
    }
    return target;
}

void *memset(void *target, int value, size_t size) {
    uint8_t *to = target;
    for (; size; size--) {
        *to++ = (uint8_t)value;
        __asm__ volatile("");
    }
    return target;
}
