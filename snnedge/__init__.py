"""snnedge: spiking neural networks, trained in Brian2, in fixed point on servers and microcontrollers."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .runtime.runtime import Runtime, kernel, kernels, load

__all__ = ["Runtime", "kernel", "kernels", "load"]


def __dir__() -> list[str]:
    return [*globals(), *__all__]


def __getattr__(name: str) -> Any:
    """Import the runtime on first use: ``snnedge --help`` should not wait for numpy."""
    if name in __all__:
        from .runtime import runtime

        return getattr(runtime, name)
    if name == "__version__":
        from importlib.metadata import version

        return version("snnedge")
    raise AttributeError(f"module 'snnedge' has no attribute {name!r}")
