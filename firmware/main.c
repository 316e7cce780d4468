/* main.c: answer requests about one model; the same program for every model and every board.
 *
 * When it is ready it sends a banner, or an error when the core refuses the model. Firmware that was built
 * with self-test samples runs them first and sends
 *
 *     'T' verdict: uint32 0, or the first sample that differs; then a line, "FAIL <hash>" or
 *         "PASS <hash> <ticks> ticks per inference (<clock>)"
 *
 * Then each request is one frame (frame.h), and so is its answer:
 *
 *     'I' identify            -> 'B' banner: struct banner, then "<board> <model>"
 *     'S' sample (its bytes)  -> 'A' answer: struct answer, uint16 spike counts, uint16 first spikes
 *     'Q' quit                -> the program ends
 *     anything else           -> 'E' error: a text (to every request, when the core refuses the model)
 */
#include "board.h"
#include "frame.h"
#include "hal.h"
#include "firmware_model.h"
#include "self_test.h"
#include "snn.h"

#define PROTOCOL 2

struct banner {
    uint64_t hash; /* of the model in this firmware */
    uint32_t protocol;
    uint32_t inputs;  /* bytes of a sample */
    uint32_t neurons; /* of the readout population */
    uint32_t clock_hz;
};

struct answer {
    int16_t label;
    uint16_t steps;
    uint32_t input_spikes;
    uint32_t saturations;
    uint32_t ticks; /* of snn_run */
};

/* The model in this image, for tools that read the ELF file. */
extern const snn_model *const firmware_model;
const snn_model *const firmware_model = &MODEL;

static uint32_t workspace[MODEL_WORKSPACE_BYTES / 4];
static _Alignas(4) uint8_t sample[MODEL_INPUTS];
static uint16_t spike_counts[MODEL_NEURONS];
static uint16_t first_spikes[MODEL_NEURONS];

static void send_banner(void) {
    static const char names[] = BOARD_NAME " " MODEL_NAME;
    const struct banner banner = {
        .hash = MODEL.hash,
        .protocol = PROTOCOL,
        .inputs = MODEL_INPUTS,
        .neurons = MODEL_NEURONS,
        .clock_hz = BOARD_CLOCK_HZ,
    };
    frame_begin('B', sizeof banner + sizeof names - 1);
    frame_put(&banner, sizeof banner);
    frame_put(names, sizeof names - 1);
    frame_end();
}

static void send_error(const char *text) {
    uint32_t size = 0;
    while (text[size]) size++;
    frame_begin('E', size);
    frame_put(text, size);
    frame_end();
}

static void send_answer(snn_state *state) {
    snn_result result;
    result.spike_counts = spike_counts;
    result.first_spikes = first_spikes;
    const uint32_t start = hal_ticks();
    snn_run(state, sample, &result);
    const uint32_t ticks = hal_ticks() - start;
    const struct answer answer = {
        .label = result.label,
        .steps = result.steps,
        .input_spikes = result.input_spikes,
        .saturations = result.saturations,
        .ticks = ticks,
    };
    frame_begin('A', sizeof answer + sizeof spike_counts + sizeof first_spikes);
    frame_put(&answer, sizeof answer);
    frame_put(spike_counts, sizeof spike_counts);
    frame_put(first_spikes, sizeof first_spikes);
    frame_end();
}

static void greet(snn_status status) {
    if (status == SNN_OK)
        send_banner();
    else
        send_error(snn_status_text(status));
}

#if SELF_TEST_COUNT
static char *append(char *to, const char *text) {
    while (*text) *to++ = *text++;
    return to;
}

static char *append_decimal(char *to, uint32_t number) {
    uint32_t unit = 1;
    while (number / unit > 9) unit *= 10;
    for (; unit; unit /= 10) *to++ = (char)('0' + number / unit % 10);
    return to;
}

static void send_verdict(snn_state *state) {
    snn_result result = {.spike_counts = spike_counts, .first_spikes = first_spikes};
    uint32_t ticks = 0;
    const uint32_t differs = self_test(state, &result, &ticks);
    char line[80], *end = append(line, differs ? "FAIL " : "PASS ");
    for (int k = 0; k < 16; k++) *end++ = "0123456789abcdef"[MODEL.hash >> (60 - 4 * k) & 15];
    if (!differs) {
        end = append_decimal(append(end, " "), ticks);
        end = append(append(append(end, " ticks per inference ("), hal_clock()), ")");
    }
    end = append(end, "\n");
    frame_begin('T', sizeof differs + (uint32_t)(end - line));
    frame_put(&differs, sizeof differs);
    frame_put(line, (uint32_t)(end - line));
    frame_end();
}
#endif

static void serve(snn_state *state, snn_status status) {
#if SELF_TEST_COUNT
    if (status == SNN_OK) send_verdict(state);
#endif
    greet(status);
    for (;;) {
        uint32_t size;
        const int kind = frame_receive(sample, sizeof sample, &size);
        if (kind == FRAME_END || kind == 'Q') return;
        if (status != SNN_OK || kind == 'I')
            greet(status);
        else if (kind == 'S' && size == sizeof sample)
            send_answer(state);
        else if (kind == 'S')
            send_error("sample of a wrong size");
        else
            send_error(kind == FRAME_BROKEN ? "broken request" : "unknown request");
    }
}

int main(void) {
    snn_state state;
    board_setup();
    hal_init();
    serve(&state, snn_init(&state, &MODEL, workspace, sizeof workspace));
    return 0;
}
