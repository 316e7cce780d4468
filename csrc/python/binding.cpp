// SPDX-License-Identifier: Apache-2.0
// The Python module: models, streams, and the kinds and levels of this build.
#include <pybind11/stl.h>

#include "kinds.h"
#include "model.h"
#include "stream.h"

namespace py = pybind11;
using snnedge::describe, snnedge::Model, snnedge::scalar, snnedge::Stream;

// The compiler of the binding is also that of the C core: one project, one toolchain.
#if defined(__clang__)
#define COMPILER "clang " __clang_version__
#elif defined(__GNUC__)
#define COMPILER "gcc " __VERSION__
#else
#define COMPILER "unknown"
#endif

static void bind_model(py::module_ &m) {
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
}

static void bind_stream(py::module_ &m) {
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
}

PYBIND11_MODULE(_core, m) {
    m.attr("COMPILER") = COMPILER;
    m.attr("INTERFACE") = SNN_PYTHON_INTERFACE; // CMake: the Python sources that this is for
    m.doc() = "The compiled core of snnedge; use snnedge.runtime.";
    bind_model(m);
    bind_stream(m);
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
