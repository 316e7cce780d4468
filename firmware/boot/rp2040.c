/* rp2040.c: the first 256 bytes of the flash of an RP2040. Its ROM copies them to RAM, checks their sum
 * and runs them.
 *
 * They map the flash as memory by the command that every serial flash has: 0x03, 24 bits of address, one
 * data line. A chip's own commands would be eight times as fast. Then they start the program that follows
 * them. RP2040 data sheet: "Flash Second Stage", "SSI". The sum is CRC-32/MPEG-2, which
 * tests/boards/test_firmware.py computes.
 */
__attribute__((naked, used, section(".boot"))) static void boot(void) {
    __asm__ volatile("ldr r3, 1f\n"
                     "movs r1, #0\n"
                     "str r1, [r3, #0x08]\n" /* SSIENR: off */
                     "movs r1, #4\n"
                     "str r1, [r3, #0x14]\n" /* BAUDR: a quarter of clk_sys */
                     "ldr r1, 2f\n"
                     "str r1, [r3, #0x00]\n" /* CTRLR0: 32 bits of data, EEPROM read */
                     "ldr r1, 3f\n"
                     "ldr r2, 4f\n"
                     "str r1, [r2]\n" /* SPI_CTRLR0: command 0x03, 8 bits of it, 24 of address */
                     "movs r1, #0\n"
                     "str r1, [r3, #0x04]\n" /* CTRLR1: one word at a time */
                     "movs r1, #1\n"
                     "str r1, [r3, #0x08]\n" /* SSIENR: on */
                     "ldr r0, 5f\n"
                     "ldr r1, 6f\n"
                     "str r0, [r1]\n" /* VTOR */
                     "ldmia r0!, {r1, r2}\n"
                     "msr msp, r1\n"
                     "bx r2\n"
                     "mov r8, r8\n"          /* for alignment */
                     "1: .word 0x18000000\n" /* XIP_SSI */
                     "2: .word 0x001F0300\n"
                     "3: .word 0x03000218\n"
                     "4: .word 0x180000F4\n"
                     "5: .word 0x10000100\n" /* the vector table */
                     "6: .word 0xE000ED08\n"
                     ".space 252 - (. - boot)\n"
                     ".word 0xD68BE672\n"); /* the sum */
}
