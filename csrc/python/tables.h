// SPDX-License-Identifier: Apache-2.0
// Tables for Python: an snn_model from the tables of snnedge.
#pragma once

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <cstring>
#include <deque>
#include <string>
#include <vector>

#include "kinds.h"

namespace snnedge {

template <typename T>
using Array = py::array_t<T, py::array::c_style>;

struct alignas(64) Line { // vectors that do not cross cache lines are faster
    uint8_t bytes[64];
};

class Tables {
public:
    // Take all kinds of a level.
    Tables(const py::object &tables, const std::string &name) : level_(level_named(name)) {
        model_.hash = tables.attr("hash").cast<uint64_t>();
        model_.steps = tables.attr("steps").cast<uint16_t>();
        model_.encoder = encoder_of(tables.attr("encoder"));
        for (py::handle p : tables.attr("populations")) populations_.push_back(population_of(p));
        for (py::handle p : tables.attr("projections")) projections_.push_back(projection_of(p));
        model_.populations = populations_.data();
        model_.projections = projections_.data();
        model_.n_populations = static_cast<uint16_t>(populations_.size());
        model_.n_projections = static_cast<uint16_t>(projections_.size());
        model_.readout = readout_of(tables.attr("readout"));
    }
    Tables(const Tables &) = delete;
    Tables &operator=(const Tables &) = delete;

    // The model. Its pointers are valid as long as this object lives.
    const snn_model &model() const { return model_; }

private:
    snn_encoder encoder_of(py::handle part) {
        snn_encoder e{};
        e.kind = find(level_.encoders, text(part, "kind"));
        e.params = params_of(part);
        e.size = number<uint16_t>(part, "size");
        e.history = number<uint8_t>(part, "history");
        return e;
    }

    snn_population population_of(py::handle part) {
        snn_population p{};
        p.kind = find(level_.neurons, text(part, "kind"));
        p.params = params_of(part);
        p.size = number<uint16_t>(part, "size");
        p.wide = part.attr("wide").cast<bool>();
        p.history = number<uint8_t>(part, "history");
        return p;
    }

    snn_projection projection_of(py::handle part) {
        snn_projection p{};
        p.kind = find(level_.synapses, text(part, "kind"));
        p.params = params_of(part);
        p.weights = keep<uint8_t>(part.attr("weights"));
        p.source = number<uint16_t>(part, "source");
        p.target = number<uint16_t>(part, "target");
        p.bits = number<uint8_t>(part, "bits");
        p.receptor = member<uint8_t>(part, "receptor");
        p.delay = member<uint8_t>(part, "delay");
        if (p.kind->rows) align_rows(p, part.attr("weights").cast<Array<uint8_t>>());
        return p;
    }

    snn_readout readout_of(py::handle part) {
        snn_readout r{};
        r.labels = keep<int16_t>(part.attr("labels"));
        r.population = number<uint16_t>(part, "population");
        r.classes = member<uint16_t>(part, "classes");
        r.exit_margin = member<uint16_t>(part, "exit_margin");
        r.nearest = member<uint8_t>(part, "nearest");
        return r;
    }

    // Copy each row of codes to the beginning of a line.
    void align_rows(snn_projection &p, const Array<uint8_t> &packed) {
        size_t rows = p.source == SNN_INPUT ? model_.encoder.size : populations_.at(p.source).size;
        size_t row = static_cast<size_t>(packed.size()) / rows;
        size_t lines = (row + sizeof(Line) - 1) / sizeof(Line);
        tables_.emplace_back(rows * lines);
        for (size_t k = 0; k < rows; ++k)
            std::memcpy(tables_.back().data() + k * lines, packed.data() + k * row, row);
        p.weights = tables_.back().data()->bytes;
        p.stride = static_cast<uint32_t>(lines * sizeof(Line));
    }

    static std::string text(py::handle part, const char *field) {
        return part.attr(field).cast<std::string>();
    }

    template <typename T>
    static T number(py::handle part, const char *field) {
        return part.attr(field).cast<T>();
    }

    // Return a field that model/network.py declares.
    template <typename T>
    static T member(py::handle part, const char *name) {
        return part.attr("members")[name].cast<T>();
    }

    // Hold a reference to the array as long as the model lives: the C tables point into it.
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
};

} // namespace snnedge
