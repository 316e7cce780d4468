"""`sparse` in ONNX: as `dense`, for want of an operator for sparse matrices."""

from .dense import sums

__all__ = ["sums"]
