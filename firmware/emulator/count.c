/* count.c: a plugin for QEMU, version 1 of its interface. It counts how often each instruction is executed.
 *
 *     qemu-system-arm -plugin ./count.so,out=FILE ...
 *
 * At the end FILE has a line "<address in hex> <executed> <taken>" for each. "taken" counts, for
 * instructions that end a block, how often another than the next in memory followed. QEMU documentation,
 * "TCG Plugins". The declarations of qemu-plugin.h are repeated here, as distributions do not ship it.
 */
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

typedef uint64_t qemu_plugin_id_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
typedef void (*on_translation)(qemu_plugin_id_t, struct qemu_plugin_tb *);
typedef void (*on_entry)(unsigned cpu, void *);
typedef void (*on_end)(qemu_plugin_id_t, void *);

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t, on_translation);
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *, on_entry, int flags, void *);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t, on_end, void *);
void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *, int operation, void *, uint64_t);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *, size_t);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *);

int qemu_plugin_version = 1;
int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc, char **argv);

enum { ADD = 0, NO_REGISTERS = 0, SLOTS = 1 << 20 };

/* A hash table by address. A firmware has some thousand instructions. */
static struct slot {
    uint64_t address_plus_1;
    uint64_t size;
    uint64_t executed;
    uint64_t taken;
} slots[SLOTS];

/* Instructions that are translated together. They may also be in a block of another length. */
struct block {
    struct slot *first, *last;
};
static const struct block *previous;
static char path[4096];

static struct slot *slot_of(const struct qemu_plugin_insn *instruction) {
    const uint64_t address = qemu_plugin_insn_vaddr(instruction);
    uint32_t k = (uint32_t)(address >> 1) * 2654435761u >> 12;
    while (slots[k].address_plus_1 && slots[k].address_plus_1 != address + 1) k = (k + 1) % SLOTS;
    slots[k].address_plus_1 = address + 1;
    slots[k].size = qemu_plugin_insn_size(instruction);
    return &slots[k];
}

static void enter(unsigned cpu, void *data) {
    const struct block *block = data;
    (void)cpu;
    if (previous) {
        struct slot *last = previous->last;
        if (last->address_plus_1 + last->size != block->first->address_plus_1) last->taken++;
    }
    previous = block;
}

static void count_block(qemu_plugin_id_t id, struct qemu_plugin_tb *translated) {
    struct block *block = malloc(sizeof *block);
    (void)id;
    if (!block) abort();
    block->first = slot_of(qemu_plugin_tb_get_insn(translated, 0));
    for (size_t k = 0; k < qemu_plugin_tb_n_insns(translated); k++) {
        struct qemu_plugin_insn *instruction = qemu_plugin_tb_get_insn(translated, k);
        block->last = slot_of(instruction);
        qemu_plugin_register_vcpu_insn_exec_inline(instruction, ADD, &block->last->executed, 1);
    }
    qemu_plugin_register_vcpu_tb_exec_cb(translated, enter, NO_REGISTERS, block);
}

static void write_counts(qemu_plugin_id_t id, void *unused) {
    (void)id, (void)unused;
    FILE *file = fopen(path, "w");
    if (!file) return;
    for (uint32_t k = 0; k < SLOTS; k++) {
        const struct slot *s = &slots[k];
        if (s->executed)
            fprintf(file, "%" PRIx64 " %" PRIu64 " %" PRIu64 "\n", s->address_plus_1 - 1, s->executed,
                    s->taken);
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
