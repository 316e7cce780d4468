/* count.c: a plugin for QEMU, version 1 of its interface, that counts how often every instruction is
 * executed.
 *
 *     qemu-system-arm -plugin ./count.so,out=FILE ...
 *
 * At the end FILE has a line "<address in hex> <count>" for each. QEMU documentation, "TCG Plugins"; what
 * we need of qemu-plugin.h is declared here, as distributions do not ship it.
 */
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

typedef uint64_t qemu_plugin_id_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
typedef void (*translated)(qemu_plugin_id_t, struct qemu_plugin_tb *);
typedef void (*ended)(qemu_plugin_id_t, void *);

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t, translated);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t, ended, void *);
void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *, int operation, void *, uint64_t);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *, size_t);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *);

int qemu_plugin_version = 1;
int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc, char **argv);

enum { ADD = 0, SLOTS = 1 << 20 };

/* A hash table by address; a program of ours has some thousand instructions. */
static struct {
    uint64_t address_plus_1;
    uint64_t count;
} slots[SLOTS];
static char path[4096];

static uint64_t *counter(uint64_t address) {
    uint32_t k = (uint32_t)(address >> 1) * 2654435761u >> 12;
    while (slots[k].address_plus_1 && slots[k].address_plus_1 != address + 1) k = (k + 1) % SLOTS;
    slots[k].address_plus_1 = address + 1;
    return &slots[k].count;
}

static void count_block(qemu_plugin_id_t id, struct qemu_plugin_tb *block) {
    (void)id;
    for (size_t k = 0; k < qemu_plugin_tb_n_insns(block); k++) {
        struct qemu_plugin_insn *instruction = qemu_plugin_tb_get_insn(block, k);
        uint64_t *count = counter(qemu_plugin_insn_vaddr(instruction));
        qemu_plugin_register_vcpu_insn_exec_inline(instruction, ADD, count, 1);
    }
}

static void write_counts(qemu_plugin_id_t id, void *unused) {
    (void)id, (void)unused;
    FILE *file = fopen(path, "w");
    if (!file) return;
    for (uint32_t k = 0; k < SLOTS; k++) {
        if (slots[k].count)
            fprintf(file, "%" PRIx64 " %" PRIu64 "\n", slots[k].address_plus_1 - 1, slots[k].count);
    }
    fclose(file);
}

int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc, char **argv) {
    (void)info;
    if (argc != 1 || sscanf(argv[0], "out=%4095s", path) != 1) return 1;
    qemu_plugin_register_vcpu_tb_trans_cb(id, count_block);
    qemu_plugin_register_atexit_cb(id, write_counts, NULL);
    return 0;
}
