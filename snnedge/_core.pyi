import numpy as np

from .lower import Tables

COMPILER: str

class Model:
    def __init__(self, tables: Tables, level: str, /) -> None: ...
    @property
    def workspace_size(self) -> int: ...
    def run(
        self,
        samples: np.ndarray,
        labels: np.ndarray,
        steps: np.ndarray,
        spike_counts: np.ndarray,
        first_spikes: np.ndarray,
        input_spikes: np.ndarray,
        saturations: np.ndarray,
        threads: int,
        /,
    ) -> None: ...
    def predict(self, samples: np.ndarray, threads: int, /) -> np.ndarray: ...
    def trace(
        self, samples: np.ndarray, index: int, spikes: np.ndarray, membrane: np.ndarray, /
    ) -> None: ...
    def first_spikes(self, samples: np.ndarray, index: int, first: np.ndarray, /) -> None: ...

def levels() -> list[str]: ...
def receptors() -> dict[str, int]: ...
def kinds() -> dict[str, dict[str, tuple[str, str]]]: ...
