/* SPDX-License-Identifier: Apache-2.0 */
/* best_map.h in the instructions of a Cortex-M0: an entry is one LDM, and sums stay in the high registers,
 * which compilers leave unused. Takes 56 bytes of stack; the bound of the stack allows 64 for a function
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

/* clang-format off */
/* four_maps: four maps more. Their sums of the first group are at [sp, a], of the second in b. r0: keys,
 * r1: 0x00FF00FF, r2: the best key so far in the upper half; the lower half may hold any value. */
__asm__(".syntax unified\n"
        ".macro four_maps a, b, odd\n"
        "ldr r3, [sp, #\\a]\n mov r4, \\b\n"
        "movs r5, r3\n ands r5, r1\n subs r3, r3, r5\n" /* even and odd lanes */
        "movs r6, r4\n ands r6, r1\n subs r4, r4, r6\n"
        "adds r5, r5, r6\n lsls r5, r5, #5\n"
        "lsrs r3, r3, #3\n lsrs r4, r4, #3\n adds r3, r3, r4\n"
        "ldr r6, [r0, #\\a]\n adds r5, r5, r6\n"
        "ldr r6, [r0, #\\odd]\n adds r3, r3, r6\n"
        "cmp r5, r2\n bls 1f\n movs r2, r5\n"
        "1: lsls r5, r5, #16\n cmp r5, r2\n bls 1f\n movs r2, r5\n"
        "1: cmp r3, r2\n bls 1f\n movs r2, r3\n"
        "1: lsls r3, r3, #16\n cmp r3, r2\n bls 1f\n movs r2, r3\n"
        "1:\n"
        ".endm\n"
        ".pushsection .text.snn_best_key, \"ax\", %progbits\n"
        ".thumb\n .align 2\n .thumb_func\n .type snn_best_key, %function\n"
        "snn_best_key:\n"
        "push {r4, r5, r6, r7, lr}\n"
        "mov r4, r8\n mov r5, r9\n mov r6, r10\n mov r7, r11\n"
        "push {r4, r5, r6, r7}\n sub sp, #20\n"
        "subs r0, #16\n mov r8, r0\n"    /* the empty set has no entry */
        "movs r0, r3\n"                  /* at */
        "ldr r4, [r1, #0]\n"             /* rows */
        "ldr r5, [r1, #20]\n"            /* group */
        "ldr r1, [r1, #12]\n"            /* mask */
        "lsls r3, r1, #4\n mov r9, r3\n" /* bytes of a strip */
        "cmp r5, r4\n bls 1f\n movs r5, r4\n"
        "1: lsls r4, r4, #2\n adds r4, r4, r2\n str r4, [sp, #16]\n" /* the last line's end */
        "lsls r5, r5, #2\n adds r7, r2, r5\n"                        /* the group's */
        "movs r3, #0\n str r3, [sp, #0]\n str r3, [sp, #4]\n str r3, [sp, #8]\n str r3, [sp, #12]\n"
        "2: mov r10, r3\n mov r11, r3\n mov r12, r3\n mov lr, r3\n"
        "3: ldmia r2!, {r3}\n lsrs r3, r0\n ands r3, r1\n beq 4f\n"
        "lsls r3, r3, #4\n add r3, r8\n ldmia r3, {r3, r4, r5, r6}\n"
        "add r10, r3\n add r11, r4\n add r12, r5\n add lr, r6\n"
        "4: add r8, r9\n cmp r2, r7\n bne 3b\n"
        "ldr r7, [sp, #16]\n cmp r2, r7\n beq 5f\n"
        "mov r3, r10\n mov r4, r11\n mov r5, r12\n mov r6, lr\n" /* on with the second group */
        "str r3, [sp, #0]\n str r4, [sp, #4]\n str r5, [sp, #8]\n str r6, [sp, #12]\n"
        "movs r3, #0\n b 2b\n"
        "5: ldr r0, [sp, #56]\n ldr r1, 6f\n movs r2, #0\n" /* keys */
        "four_maps 0, r10, 16\n" "four_maps 4, r11, 20\n"
        "four_maps 8, r12, 24\n"
        "ldr r3, [r0, #12]\n cmp r3, #0\n beq 1f\n" /* no maps there */
        "four_maps 12, lr, 28\n"
        "1: lsrs r0, r2, #16\n"
        "add sp, #20\n pop {r4, r5, r6, r7}\n"
        "mov r8, r4\n mov r9, r5\n mov r10, r6\n mov r11, r7\n"
        "pop {r4, r5, r6, r7, pc}\n"
        ".align 2\n 6: .word 0x00FF00FF\n"
        ".size snn_best_key, . - snn_best_key\n"
        ".popsection\n .purgem four_maps\n");
/* clang-format on */

#endif
