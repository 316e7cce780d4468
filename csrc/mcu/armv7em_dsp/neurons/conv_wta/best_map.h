/* SPDX-License-Identifier: Apache-2.0 */
/* best_map.h in the instructions of Cortex-M4, M7 and M33 on two lanes of 16 bits. UXTB16 and UXTAB16
 * spread bytes, USUB16 and SEL take the larger lanes, and an entry is one LDM. In assembler, as compilers
 * keep no eight sums in registers. Takes 56 bytes of stack; the bound of the stack allows 64 for a function
 * in assembler. */
#ifndef SNN_BEST_MAP_H
#define SNN_BEST_MAP_H

#include "../../weights/dense_rows.h"
#include "../../weights/patch_sums.h"

uint32_t snn_best_key(const uint8_t *block, const snn_patch_table *z, const uint32_t *line, uint32_t at,
                      const uint32_t *keys);

_Static_assert(offsetof(snn_patch_table, rows) == 0 && offsetof(snn_patch_table, mask) == 12 &&
                   offsetof(snn_patch_table, group) == 20,
               "the offsets below");

/* Four maps more. Their sums of the first group are in a, of the second in b. r0: keys, r2: the best ones
 * so far. */
#define SNN_FOUR_MAPS(a, b, even, odd)                                                                     \
    "ldr r8, [r0, #" #even "]\n ldr r9, [r0, #" #odd "]\n"                                                 \
    "uxtb16 r1, " #a "\n uxtab16 r1, r1, " #b "\n add r1, r8, r1, lsl #5\n"                                \
    "uxtb16 r7, " #a ", ror #8\n uxtab16 r7, r7, " #b ", ror #8\n add r7, r9, r7, lsl #5\n"                \
    "usub16 r8, r1, r2\n sel r2, r1, r2\n usub16 r8, r7, r2\n sel r2, r7, r2\n"

/* clang-format off */
__asm__(".pushsection .text.snn_best_key, \"ax\", %progbits\n"
        ".syntax unified\n .thumb\n .align 2\n .thumb_func\n .type snn_best_key, %function\n"
        "snn_best_key:\n"
        "push {r4, r5, r6, r7, r8, r9, r10, r11, lr}\n sub sp, #20\n"
        "sub r8, r0, #16\n" /* the empty set has no entry */
        "mov r0, r3\n"      /* at */
        "ldr r4, [r1, #0]\n ldr r5, [r1, #20]\n ldr r1, [r1, #12]\n" /* rows, group, mask */
        "lsl r9, r1, #4\n"                                            /* bytes of a strip */
        "cmp r5, r4\n it hi\n movhi r5, r4\n"
        "add r4, r2, r4, lsl #2\n str r4, [sp, #16]\n" /* the last line's end */
        "add r7, r2, r5, lsl #2\n"                      /* the group's */
        "movs r3, #0\n strd r3, r3, [sp, #0]\n strd r3, r3, [sp, #8]\n"
        "2: mov r10, r3\n mov r11, r3\n mov r12, r3\n mov lr, r3\n"
        "3: ldr r3, [r2], #4\n lsrs r3, r0\n ands r3, r1\n beq 4f\n"
        "add r3, r8, r3, lsl #4\n ldm r3, {r3, r4, r5, r6}\n"
        "add r10, r3\n add r11, r4\n add r12, r5\n add lr, r6\n"
        "4: add r8, r9\n cmp r2, r7\n bne 3b\n"
        "ldr r7, [sp, #16]\n cmp r2, r7\n beq 5f\n"
        "strd r10, r11, [sp, #0]\n strd r12, lr, [sp, #8]\n" /* on with the second group */
        "movs r3, #0\n b 2b\n"
        "5: ldr r0, [sp, #56]\n movs r2, #0\n" /* keys */
        "ldrd r3, r4, [sp, #0]\n ldrd r5, r6, [sp, #8]\n"
        SNN_FOUR_MAPS(r3, r10, 0, 16) SNN_FOUR_MAPS(r4, r11, 4, 20)
        SNN_FOUR_MAPS(r5, r12, 8, 24) SNN_FOUR_MAPS(r6, lr, 12, 28)
        "uxth r0, r2\n cmp r0, r2, lsr #16\n it lo\n lsrlo r0, r2, #16\n"
        "add sp, #20\n pop {r4, r5, r6, r7, r8, r9, r10, r11, pc}\n"
        ".size snn_best_key, . - snn_best_key\n"
        ".popsection\n");
/* clang-format on */

#endif
