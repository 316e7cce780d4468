// SPDX-License-Identifier: Apache-2.0
// Checks of arrays and indices from Python: the core trusts its caller.
#pragma once

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <initializer_list>

namespace snnedge {

namespace py = pybind11;

// Throw a ValueError about `what` unless `holds`.
inline void expect(bool holds, const char *what) {
    if (!holds) throw py::value_error(what);
}

// Throw a ValueError about `what` unless `array` has this shape.
inline void expect_shape(const py::array &array, std::initializer_list<py::ssize_t> shape,
                         const char *what) {
    bool same = array.ndim() == static_cast<py::ssize_t>(shape.size());
    py::ssize_t axis = 0;
    for (py::ssize_t size : shape) same = same && array.shape(axis++) == size;
    expect(same, what);
}

} // namespace snnedge
