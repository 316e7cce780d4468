"""`sparse` in ONNX: as `dense`, because ONNX has no product with a sparse matrix."""

from .dense import sums

__all__ = ["sums"]
