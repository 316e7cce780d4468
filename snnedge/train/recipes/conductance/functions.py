"""C++ functions that the equations of the `conductance` network call."""

from types import ModuleType
from typing import Any

# The random numbers of the encoder `poisson` (integer-contract.md), bit for bit.
MIX = """
static inline uint32_t mix(uint32_t x) {
    x = (x ^ (x >> 16)) * 0x7FEB352Du;
    x = (x ^ (x >> 15)) * 0x846CA68Bu;
    return x ^ (x >> 16);
}
"""
KEY = (
    MIX
    + """
static inline int32_t key(const int32_t seed, const int32_t step) {
    return (int32_t) mix(mix((uint32_t) seed ^ 0x9E3779B9u) + (uint32_t) step);
}
"""
)
DRAW = (
    MIX
    + """
static inline int32_t draw(const int32_t key, const int32_t source) {
    return (int32_t) (mix((uint32_t) key + (uint32_t) source) >> 16);
}
"""
)
FINISH = """
static inline double finish(const bool now) {
    if (now) Network::_globally_stopped = true;
    return 0;
}
"""


def key(b: ModuleType) -> Any:
    """Return key(seed, step): the state of the random numbers in a step of a presentation."""
    return _function(b, "key", KEY, 2)


def draw(b: ModuleType) -> Any:
    """Return draw(key, source): the random number of a source, an integer in 0..65535."""
    return _function(b, "draw", DRAW, 2)


def finish(b: ModuleType) -> Any:
    """Return finish(now): stops the run after the current step if ``now`` holds."""
    return _function(b, "finish", FINISH, 1, headers=['"network.h"'])


def _function(b: ModuleType, name: str, code: str, arguments: int, headers: list[str] | None = None) -> Any:
    """Return a Brian2 function of numbers without units, defined by C++ ``code``."""
    found = b.Function(None, arg_units=[1] * arguments, return_unit=1, stateless=False)
    found.implementations.add_implementation("cpp", code, compiler_kwds={"headers": headers or []})
    return found
