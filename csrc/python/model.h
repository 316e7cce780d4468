// SPDX-License-Identifier: Apache-2.0
// A model for Python: an snn_model from the tables of snnedge, and batches of samples.
#pragma once

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "shapes.h"
#include "tables.h"

namespace snnedge {

class Model {
public:
    // Take all kinds of a level.
    Model(const py::object &tables, const std::string &level)
        : tables_(tables, level), model_(tables_.model()) {
        require(snn_check(&model_));
    }
    Model(const Model &) = delete;
    Model &operator=(const Model &) = delete;

    uint32_t workspace_size() const { return snn_workspace_size(&model_); }
    const snn_model *tables() const { return &model_; }

    // Return the label of each sample.
    Array<int16_t> predict(const Array<uint8_t> &samples, unsigned threads) const {
        check_samples(samples);
        Array<int16_t> labels(samples.shape(0));
        const uint8_t *in = samples.data();
        int16_t *label = labels.mutable_data();
        each(samples.shape(0), threads, [&](snn_state &state, py::ssize_t k) {
            snn_result result = {nullptr, nullptr, 0, 0, 0, 0};
            snn_run(&state, in + k * model_.encoder.size, &result);
            label[k] = result.label;
        });
        return labels;
    }

    // Run each row of `samples`. Write all other arrays in place, one row per sample.
    void run(const Array<uint8_t> &samples, Array<int16_t> labels, Array<uint16_t> steps,
             Array<uint16_t> counts, Array<uint16_t> first, Array<uint32_t> input_spikes,
             Array<uint32_t> saturations, unsigned threads) const {
        check_samples(samples);
        py::ssize_t n = samples.shape(0), neurons = neurons_of(model_.readout.population);
        expect_shape(counts, {n, neurons}, "spike counts: not one per sample and neuron");
        expect_shape(first, {n, neurons}, "first spikes: not one per sample and neuron");
        for (const py::array &one :
             {py::array(labels), py::array(steps), py::array(input_spikes), py::array(saturations)})
            expect_shape(one, {n}, "results: not one per sample");
        const uint8_t *in = samples.data();
        int16_t *label = labels.mutable_data();
        uint16_t *step = steps.mutable_data(), *c = counts.mutable_data(), *f = first.mutable_data();
        uint32_t *spiked = input_spikes.mutable_data(), *saturated = saturations.mutable_data();
        each(samples.shape(0), threads, [&](snn_state &state, py::ssize_t k) {
            snn_result result = {c + k * neurons, f + k * neurons, 0, 0, 0, 0};
            snn_run(&state, in + k * model_.encoder.size, &result);
            label[k] = result.label;
            step[k] = result.steps;
            spiked[k] = result.input_spikes;
            saturated[k] = result.saturations;
        });
    }

    // Write each spike (bool) and membrane (int16; may be empty) of one population: (samples, steps, size).
    void trace(const Array<uint8_t> &samples, uint16_t index, Array<bool> spikes,
               Array<int16_t> membrane) const {
        check_samples(samples);
        py::ssize_t n = samples.shape(0), size = neurons_of(index);
        expect_shape(spikes, {n, model_.steps, size}, "spikes: not one per sample, step and neuron");
        if (membrane.size()) expect_shape(membrane, {n, model_.steps, size}, "membrane: as spikes");
        const uint8_t *in = samples.data();
        bool *raster = spikes.mutable_data();
        int16_t *v = membrane.size() ? membrane.mutable_data() : nullptr;
        py::gil_scoped_release unlocked;
        Session session(*this);
        for (py::ssize_t k = 0; k < n; ++k) {
            snn_begin(&session.state, in + k * model_.encoder.size);
            py::ssize_t row = k * model_.steps * size;
            for (int more = 1; more; row += size) {
                more = snn_step(&session.state);
                copy_step(session.state, index, size, raster + row, v ? v + row : nullptr);
            }
        }
    }

    // Write the step of each first spike of one population, 65535 for "none": (samples, size).
    void first_spikes(const Array<uint8_t> &samples, uint16_t index, Array<uint16_t> first) const {
        check_samples(samples);
        py::ssize_t n = samples.shape(0), size = neurons_of(index);
        expect_shape(first, {n, size}, "first spikes: not one per sample and neuron");
        const uint8_t *in = samples.data();
        uint16_t *row = first.mutable_data();
        py::gil_scoped_release unlocked;
        Session session(*this);
        std::fill_n(row, n * size, UINT16_MAX);
        for (py::ssize_t k = 0; k < n; ++k, row += size) {
            snn_begin(&session.state, in + k * model_.encoder.size);
            for (int more = 1; more;) {
                more = snn_step(&session.state);
                uint16_t count;
                const uint16_t *spikes = snn_spikes(&session.state, index, &count);
                for (uint16_t i = 0; i < count; ++i)
                    if (row[spikes[i]] == UINT16_MAX) row[spikes[i]] = (uint16_t)(session.state.step - 1);
            }
        }
    }

private:
    void check_samples(const Array<uint8_t> &samples) const {
        bool whole = samples.ndim() && samples.size() == samples.shape(0) * model_.encoder.size;
        expect(whole, "samples: not of the model's shape");
    }

    // Return the size of population `index`, or of the input.
    py::ssize_t neurons_of(uint16_t index) const {
        expect(index == SNN_INPUT || index < model_.n_populations, "index: no such population");
        return index == SNN_INPUT ? model_.encoder.size : model_.populations[index].size;
    }

    // A workspace and the state in it, one for each thread.
    struct Session {
        explicit Session(const Model &model) : workspace(model.workspace_size() / sizeof(Line) + 1) {
            require(snn_init(&state, &model.model_, workspace.data(), workspace.size() * sizeof(Line)));
        }
        std::vector<Line> workspace;
        snn_state state{};
    };

    // Call `work(state, k)` for k = 0..n-1 without the GIL, each thread with a session of its own. Where
    // the system gives no more threads or memory, the threads that run do the work.
    template <typename Work>
    void each(py::ssize_t n, unsigned threads, const Work &work) const {
        py::gil_scoped_release unlocked;
        std::atomic<py::ssize_t> next{0};
        // Several samples at a time, so that the answers of a thread lie side by side in one cache line.
        const py::ssize_t some =
            std::clamp<py::ssize_t>(n / (8 * static_cast<py::ssize_t>(threads)), 1, 64);
        auto take = [&](Session &session) {
            for (py::ssize_t k = next.fetch_add(some); k < n; k = next.fetch_add(some))
                for (py::ssize_t end = std::min(n, k + some); k < end; ++k) work(session.state, k);
        };
        auto help = [&] {
            try {
                auto session = borrow();
                take(*session);
                give_back(std::move(session));
            } catch (const std::bad_alloc &) { // it must not leave the thread
            }
        };
        auto own = borrow(); // before there are threads to wait for: this may throw
        std::vector<std::thread> others;
        try {
            for (py::ssize_t t = 1; t < threads && t < n; ++t) others.emplace_back(help);
        } catch (const std::exception &) {
        }
        take(*own);
        for (auto &thread : others) thread.join();
        give_back(std::move(own));
    }

    // Return an idle session: making one takes longer than a small sample.
    std::unique_ptr<Session> borrow() const {
        {
            std::lock_guard<std::mutex> alone(mutex_);
            if (!idle_.empty()) {
                auto session = std::move(idle_.back());
                idle_.pop_back();
                return session;
            }
        }
        return std::make_unique<Session>(*this);
    }

    void give_back(std::unique_ptr<Session> session) const {
        std::lock_guard<std::mutex> alone(mutex_);
        idle_.push_back(std::move(session));
    }

    static void copy_step(const snn_state &state, uint16_t index, py::ssize_t size, bool *raster,
                          int16_t *membrane) {
        uint16_t count;
        const uint16_t *spikes = snn_spikes(&state, index, &count);
        for (uint16_t i = 0; i < count; ++i) raster[spikes[i]] = true;
        const uint8_t *map = index == SNN_INPUT && state.step == 1 ? snn_input_map(&state) : nullptr;
        for (py::ssize_t i = 0; map && i < size; ++i) raster[i] = map[i >> 3] >> (i & 7) & 1;
        const int16_t *v = index == SNN_INPUT ? nullptr : snn_membrane(&state, index);
        if (membrane && v) std::copy_n(v, size, membrane);
    }

    static void require(snn_status status) {
        if (status != SNN_OK) throw std::invalid_argument(snn_status_text(status));
    }

    const Tables tables_;
    const snn_model &model_;
    mutable std::mutex mutex_;
    mutable std::vector<std::unique_ptr<Session>> idle_;
};

} // namespace snnedge
