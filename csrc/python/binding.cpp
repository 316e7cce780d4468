// SPDX-License-Identifier: Apache-2.0
// The Python binding: builds an snn_model from the tables of snnedge/lower.py and runs batches through it.
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

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

extern "C" {
#include "../kind_list.h"
}
#include "stream.h"

namespace py = pybind11;

namespace {

template <typename T>
using Array = py::array_t<T, py::array::c_style>;

// Find a kind by name in a null-terminated list.
template <typename Kind>
const Kind *find(const Kind *const *kinds, const std::string &name) {
    for (; *kinds; ++kinds)
        if (name == (*kinds)->info.name) return *kinds;
    throw std::invalid_argument("this build of the core has no kind '" + name + "'");
}

const snn_level &level_named(const std::string &name) {
    for (const snn_level *level = snn_levels; level->name; ++level)
        if (name == level->name && level->runs()) return *level;
    throw std::invalid_argument("no level '" + name + "' on this processor");
}

// Plain C: what every level has.
const snn_level &scalar() { return level_named("scalar"); }

template <typename Kind>
py::dict describe(const Kind *const *kinds) {
    py::dict all;
    for (; *kinds; ++kinds)
        all[(*kinds)->info.name] = py::make_tuple((*kinds)->info.scalars, (*kinds)->info.arrays);
    return all;
}

class Model {
public:
    // All kinds at the level named.
    Model(const py::object &tables, const std::string &name) : level_(level_named(name)) {
        model_.hash = tables.attr("hash").cast<uint64_t>();
        model_.steps = tables.attr("steps").cast<uint16_t>();
        py::object encoder = tables.attr("encoder");
        model_.encoder = {find(level_.encoders, kind_of(encoder)), params_of(encoder), size_of(encoder),
                          history_of(encoder)};
        for (py::handle p : tables.attr("populations"))
            populations_.push_back({find(level_.neurons, kind_of(p)), params_of(p), size_of(p),
                                    p.attr("wide").cast<bool>(), history_of(p)});
        for (py::handle p : tables.attr("projections")) {
            projections_.push_back({find(level_.synapses, kind_of(p)), params_of(p),
                                    keep<uint8_t>(p.attr("weights")), p.attr("source").cast<uint16_t>(),
                                    p.attr("target").cast<uint16_t>(), p.attr("bits").cast<uint8_t>(),
                                    p.attr("receptor").cast<uint8_t>(), p.attr("delay").cast<uint8_t>(),
                                    0});
            if (projections_.back().kind->rows)
                spread(projections_.back(), p.attr("weights").cast<Array<uint8_t>>());
        }
        model_.populations = populations_.data();
        model_.projections = projections_.data();
        model_.n_populations = static_cast<uint16_t>(populations_.size());
        model_.n_projections = static_cast<uint16_t>(projections_.size());
        model_.readout = {keep<int16_t>(tables.attr("labels")), tables.attr("readout").cast<uint16_t>(),
                          tables.attr("classes").cast<uint16_t>(),
                          tables.attr("exit_margin").cast<uint16_t>(), tables.attr("nearest").cast<bool>()};
        require(snn_check(&model_));
    }
    Model(const Model &) = delete;
    Model &operator=(const Model &) = delete;

    uint32_t workspace_size() const { return snn_workspace_size(&model_); }
    const snn_model *tables() const { return &model_; }

    // The label of every one of `samples`.
    Array<int16_t> predict(const Array<uint8_t> &samples, unsigned threads) const {
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

    // Run every row of `samples`; all other arrays are written in place, one row per sample.
    void run(const Array<uint8_t> &samples, Array<int16_t> labels, Array<uint16_t> steps,
             Array<uint16_t> counts, Array<uint16_t> first, Array<uint32_t> input_spikes,
             Array<uint32_t> saturations, unsigned threads) const {
        py::ssize_t neurons = counts.shape(1);
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

    // Every spike (bool) and membrane (int16; may be empty) of one population: (samples, steps, size).
    void trace(const Array<uint8_t> &samples, uint16_t index, Array<bool> spikes,
               Array<int16_t> membrane) const {
        py::ssize_t n = samples.shape(0), size = spikes.shape(2);
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

    // The step of each first spike of one population, 65535 for "none": (samples, size).
    void first_spikes(const Array<uint8_t> &samples, uint16_t index, Array<uint16_t> first) const {
        py::ssize_t n = samples.shape(0), size = first.shape(1);
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
    struct alignas(64) Line { // vectors that do not cross cache lines are faster
        uint8_t bytes[64];
    };

    // Copy rows of codes to the beginnings of lines.
    void spread(snn_projection &p, const Array<uint8_t> &packed) {
        size_t rows = p.source == SNN_INPUT ? model_.encoder.size : populations_.at(p.source).size;
        size_t row = static_cast<size_t>(packed.size()) / rows;
        size_t lines = (row + sizeof(Line) - 1) / sizeof(Line);
        tables_.emplace_back(rows * lines);
        for (size_t k = 0; k < rows; ++k)
            std::memcpy(tables_.back().data() + k * lines, packed.data() + k * row, row);
        p.weights = tables_.back().data()->bytes;
        p.stride = static_cast<uint32_t>(lines * sizeof(Line));
    }

    // A workspace and the state in it: one for each thread at work, so that threads are independent.
    struct Session {
        explicit Session(const Model &model) : workspace(model.workspace_size() / sizeof(Line) + 1) {
            require(snn_init(&state, &model.model_, workspace.data(), workspace.size() * sizeof(Line)));
        }
        std::vector<Line> workspace;
        snn_state state{};
    };

    // Call `work(state, k)` for k = 0..n-1, without the GIL, each thread with a session of its own. Where
    // the system gives no more threads, or no memory for them, those that run do the work.
    template <typename Work>
    void each(py::ssize_t n, unsigned threads, const Work &work) const {
        py::gil_scoped_release unlocked;
        std::atomic<py::ssize_t> next{0};
        // Several samples at a time: their answers lie side by side, and cache lines do not change hands.
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

    // A session that nobody uses: making one costs more than a small sample.
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

    static std::string kind_of(py::handle part) { return part.attr("kind").cast<std::string>(); }
    static uint16_t size_of(py::handle part) { return part.attr("size").cast<uint16_t>(); }
    static uint8_t history_of(py::handle part) { return part.attr("history").cast<uint8_t>(); }

    // Hold a reference to the array for as long as the model lives; the C tables point into it.
    template <typename T>
    const T *keep(py::handle object) {
        auto array = object.cast<Array<T>>();
        kept_.push_back(array);
        return array.data();
    }

    snn_params params_of(py::handle part) {
        pointers_.emplace_back();
        for (py::handle array : part.attr("arrays")) pointers_.back().push_back(keep<int16_t>(array));
        return {keep<int32_t>(part.attr("scalars")), pointers_.back().data()};
    }

    const snn_level &level_;
    std::vector<py::object> kept_;
    std::deque<std::vector<const int16_t *>> pointers_;
    std::vector<snn_population> populations_;
    std::vector<snn_projection> projections_;
    std::vector<std::vector<Line>> tables_; // of projections with rows
    snn_model model_{};
    mutable std::mutex mutex_;
    mutable std::vector<std::unique_ptr<Session>> idle_;
};

} // namespace

// The compiler of the binding is also that of the C core: one project, one toolchain.
#if defined(__clang__)
#define COMPILER "clang " __clang_version__
#elif defined(__GNUC__)
#define COMPILER "gcc " __VERSION__
#else
#define COMPILER "unknown"
#endif

PYBIND11_MODULE(_core, m) {
    m.attr("COMPILER") = COMPILER;
    m.doc() = "The compiled core of snnedge; use snnedge.runtime.";
    py::class_<Model>(m, "Model")
        .def(py::init<const py::object &, const std::string &>())
        .def_property_readonly("workspace_size", &Model::workspace_size)
        .def("predict", &Model::predict, py::arg().noconvert(), py::arg())
        .def("run", &Model::run, py::arg().noconvert(), py::arg().noconvert(), py::arg().noconvert(),
             py::arg().noconvert(), py::arg().noconvert(), py::arg().noconvert(), py::arg().noconvert(),
             py::arg())
        .def("trace", &Model::trace, py::arg().noconvert(), py::arg(), py::arg().noconvert(),
             py::arg().noconvert())
        .def("first_spikes", &Model::first_spikes, py::arg().noconvert(), py::arg(), py::arg().noconvert());
    using snnedge::Stream;
    py::class_<Stream>(m, "Stream")
        .def(py::init([](const py::object &model) {
            return std::make_unique<Stream>(model, model.cast<const Model &>().tables());
        }))
        .def("step", &Stream::step, py::arg().noconvert())
        .def("run", &Stream::run, py::arg().noconvert(), py::arg().noconvert(), py::arg())
        .def("spikes", &Stream::spikes)
        .def("membrane", &Stream::membrane)
        .def("reset", &Stream::reset)
        .def("clear_votes", &Stream::clear_votes)
        .def_property_readonly("steps", &Stream::steps)
        .def_property_readonly("label", &Stream::label)
        .def_property_readonly("decided", &Stream::decided);
    m.def("levels", [] {
        std::vector<std::string> names; // fastest first
        for (const snn_level *level = snn_levels; level->name; ++level)
            if (level->runs()) names.push_back(level->name);
        return names;
    });
    m.def("receptors", [] {
        py::dict all;
        for (auto kind = scalar().neurons; *kind; ++kind) all[(*kind)->info.name] = (*kind)->receptors;
        return all;
    });
    m.def("kinds", [] {
        py::dict all;
        all["encoders"] = describe(scalar().encoders);
        all["neurons"] = describe(scalar().neurons);
        all["synapses"] = describe(scalar().synapses);
        return all;
    });
}
