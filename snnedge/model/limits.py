"""Upper bounds that the contract sets to every model (integer-contract.md)."""

MAX_UNITS = 65535  # inputs, or neurons of a population: indices have 16 bits
MAX_PARTS = 4096  # populations, or projections; indices have 16 bits
MAX_NEURONS = 2**22  # of all populations together: the workspace stays below 2^30 bytes
MAX_CLASSES = 32767  # labels are int16
MAX_STEPS = 65535  # of a sample; also the steps of a model that states none
MAX_VOTES = 65535  # of a class: further votes are not counted, so no exit margin is larger
MAX_DELAY = 255  # steps
MAX_KEPT = 2**18  # neurons x steps whose spikes are kept for delayed projections: bounds the memory
MAX_WEIGHTS = 2**24  # of all projections together: 128 MiB as float64
MAX_CLASS_NAME = 64  # characters
BITS = (8, 6, 4)  # per weight; the first is the default
DEFAULT_BITS = BITS[0]
BITS_IN_WORDS = f"{', '.join(map(str, BITS[:-1]))} or {BITS[-1]}"
