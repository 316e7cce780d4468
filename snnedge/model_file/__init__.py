"""Model files: model.safetensors, written and read.

The file holds one tensor per array and one metadata key, ``snnedge``, with canonical JSON: it is
byte-reproducible, and everything read back is checked against the ranges of integer-contract.md.
"""

from .reader import load
from .writer import MODEL_FILE, save, to_bytes

__all__ = ["MODEL_FILE", "load", "save", "to_bytes"]
