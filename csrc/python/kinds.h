// SPDX-License-Identifier: Apache-2.0
// The kinds of this build, by name.
#pragma once

#include <pybind11/pybind11.h>

#include <stdexcept>
#include <string>

extern "C" {
#include "../kind_list.h"
}

namespace snnedge {

namespace py = pybind11;

// Find a kind by name in a null-terminated list.
template <typename Kind>
const Kind *find(const Kind *const *kinds, const std::string &name) {
    for (; *kinds; ++kinds)
        if (name == (*kinds)->info.name) return *kinds;
    throw std::invalid_argument("this build of the core has no kind '" + name + "'");
}

// Return the level of a name, if this processor has it.
inline const snn_level &level_named(const std::string &name) {
    for (const snn_level *level = snn_levels; level->name; ++level)
        if (name == level->name && level->runs()) return *level;
    throw std::invalid_argument("no level '" + name + "' on this processor");
}

// Plain C, whose kinds every level has.
inline const snn_level &scalar() { return level_named("scalar"); }

// Return name -> (scalars, arrays) of all kinds of a list.
template <typename Kind>
py::dict describe(const Kind *const *kinds) {
    py::dict all;
    for (; *kinds; ++kinds)
        all[(*kinds)->info.name] = py::make_tuple((*kinds)->info.scalars, (*kinds)->info.arrays);
    return all;
}

} // namespace snnedge
