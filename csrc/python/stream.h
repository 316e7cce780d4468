// SPDX-License-Identifier: Apache-2.0
// A stream for Python: one state of a model, and its number of steps.
#pragma once

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <atomic>
#include <stdexcept>
#include <vector>

#include "shapes.h"

extern "C" {
#include "../snn.h"
}

namespace snnedge {

namespace py = pybind11;

constexpr auto IN_USE = "stream: another thread is using it; give every thread a stream of its own";

template <typename T>
using Row = py::array_t<T, py::array::c_style>;

class Stream {
public:
    // `owner` keeps `model` alive.
    Stream(py::object owner, const snn_model *model)
        : owner_(std::move(owner)), workspace_(snn_workspace_size(model) / 4) {
        require(snn_init(&state_, model, workspace_.data(), workspace_.size() * 4));
        reset();
    }
    Stream(const Stream &) = delete;
    Stream &operator=(const Stream &) = delete;

    void reset() {
        Turn turn(*this);
        require(snn_begin_stream(&state_));
        steps_ = 0;
    }

    void clear_votes() {
        Turn turn(*this);
        snn_clear_votes(&state_);
    }

    // Run one step. Return the spikes of the readout population.
    py::array step(const Row<uint16_t> &spikes) {
        Turn turn(*this);
        if (spikes.ndim() != 1 || spikes.size() > UINT16_MAX) throw py::value_error("spikes: not a list");
        require(snn_step_spikes(&state_, spikes.data(), static_cast<uint16_t>(spikes.size())));
        ++steps_;
        return emitted(state_.model->readout.population);
    }

    // Run until `end` steps are done. Event k is input indices[k] in step at[k], ascending by step and then
    // by input. Return the spikes of the readout population in the same form.
    py::tuple run(const Row<uint16_t> &indices, const Row<int64_t> &at, int64_t end) {
        expect(indices.ndim() == 1 && at.ndim() == 1 && indices.size() == at.size(), "events: two lists");
        std::vector<uint16_t> neurons;
        std::vector<int64_t> steps;
        {
            Turn turn(*this);
            const uint16_t *index = indices.data();
            const int64_t *step = at.data();
            py::gil_scoped_release unlocked;
            for (py::ssize_t k = 0, n = indices.size(); steps_ < end; ++steps_) {
                py::ssize_t first = k;
                while (k < n && step[k] == steps_) ++k;
                require(snn_step_spikes(&state_, index + first, static_cast<uint16_t>(k - first)));
                uint16_t count;
                const uint16_t *spikes = snn_spikes(&state_, state_.model->readout.population, &count);
                neurons.insert(neurons.end(), spikes, spikes + count);
                steps.insert(steps.end(), count, steps_);
            }
        }
        return py::make_tuple(py::array_t<uint16_t>(neurons.size(), neurons.data()),
                              py::array_t<int64_t>(steps.size(), steps.data()));
    }

    // Return the spikes of population `index`, or SNN_INPUT, in the step just done.
    py::array spikes(uint16_t index) {
        Turn turn(*this);
        expect(index == SNN_INPUT || index < state_.model->n_populations, "index: no such population");
        return emitted(index);
    }

    py::array membrane(uint16_t index) {
        Turn turn(*this);
        expect(index < state_.model->n_populations, "index: no such population");
        const int16_t *v = snn_membrane(&state_, index);
        expect(v, "index: a population without membranes");
        return py::array_t<int16_t>(state_.model->populations[index].size, v);
    }

    int64_t steps() const { return steps_; }
    int16_t label() {
        Turn turn(*this);
        return snn_label(&state_);
    }
    bool decided() const { return snn_decided(&state_); }

private:
    // Let one thread at a time use the state: `run` releases the GIL.
    struct Turn {
        explicit Turn(Stream &stream) : busy(stream.busy_) {
            if (busy.test_and_set()) throw std::runtime_error(IN_USE);
        }
        ~Turn() { busy.clear(); }
        std::atomic_flag &busy;
    };

    py::array emitted(uint16_t index) const {
        uint16_t count;
        const uint16_t *spikes = snn_spikes(&state_, index, &count);
        return py::array_t<uint16_t>(count, spikes);
    }

    static void require(snn_status status) {
        if (status != SNN_OK) throw std::invalid_argument(snn_status_text(status));
    }

    py::object owner_;
    std::vector<uint32_t> workspace_;
    snn_state state_{};
    int64_t steps_ = 0;
    std::atomic_flag busy_ = ATOMIC_FLAG_INIT;
};

} // namespace snnedge
