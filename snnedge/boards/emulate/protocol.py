"""The protocol of host and board: frames (firmware/frame.h), requests and answers (firmware/main.c)."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ...errors import ToolError
from ...model.outcome import Outcome

VERSION = 2
MARK = b"\xa5"
SAMPLE, QUIT = b"S", b"Q"  # requests
BANNER, ANSWER, ERROR, VERDICT = b"B", b"A", b"E", b"T"
HEADER = struct.Struct("<csI")  # mark, kind, payload size
CRC = struct.Struct("<I")
BANNER_HEAD = struct.Struct("<QIIII")  # hash, protocol, inputs, neurons, clock_hz


@dataclass(frozen=True)
class Banner:
    """The identity of a firmware. ``name``: "<board> <model>"; sizes as in ``Outcome``."""

    hash: int
    inputs: int
    neurons: int
    clock_hz: int
    name: str


@dataclass(frozen=True)
class Reply:
    """Answers of a board. ``ticks``: uint32 (n,), ticks of its clock for each sample.

    ``verdict``: "PASS <hash> <ticks> ticks per inference (<clock>)" or "FAIL <hash> at self-test sample k",
    None without a self-test.
    """

    verdict: str | None
    banner: Banner
    outcome: Outcome
    ticks: np.ndarray


def frame(kind: bytes, payload: bytes = b"") -> bytes:
    """Return the bytes of one frame."""
    head = HEADER.pack(MARK, kind, len(payload))
    return head + payload + CRC.pack(zlib.crc32(payload, zlib.crc32(head[1:])))


def requests(samples: np.ndarray) -> bytes:
    """Return the requests for ``samples``, uint8 (n, inputs): what the board reads after its banner."""
    return b"".join((*(frame(SAMPLE, sample.tobytes()) for sample in samples), frame(QUIT)))


def frames(stream: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield kind and payload of each frame. Raises ``ToolError`` for anything but whole frames."""
    at = 0
    while at < len(stream):
        if len(stream) - at < HEADER.size:
            raise ToolError(f"the board's answer ends within a frame, at byte {at}")
        mark, kind, size = HEADER.unpack_from(stream, at)
        end = at + HEADER.size + size
        if mark != MARK:
            raise ToolError(f"the board's answer has {mark!r} at byte {at} where a frame should begin")
        if end + CRC.size > len(stream):
            raise ToolError(f"the board's answer ends within a frame, at byte {at}")
        if CRC.unpack_from(stream, end)[0] != zlib.crc32(stream[at + 1 : end]):
            raise ToolError(f"the board's answer has a frame with a wrong checksum, at byte {at}")
        yield kind, stream[at + HEADER.size : end]
        at = end + CRC.size


def reply(stream: bytes, samples: int) -> Reply:
    """Parse the board's banner and its answers to ``requests`` of ``samples``. Raises ``ToolError``."""
    received = list(frames(stream))
    for kind, payload in received:
        if kind == ERROR:
            raise ToolError(f"the board says: {payload.decode(errors='replace')}")
    verdict = _verdict(received.pop(0)[1]) if received and received[0][0] == VERDICT else None
    kinds = b"".join(kind for kind, _ in received)
    if kinds != BANNER + samples * ANSWER:
        count = kinds.count(ANSWER)
        raise ToolError(f"the board gave {count} answers to {samples} samples; build it again")
    banner = _banner(received[0][1])
    outcome, ticks = _answers([payload for _, payload in received[1:]], banner.neurons)
    return Reply(verdict, banner, outcome, ticks)


def _verdict(payload: bytes) -> str:
    differs = int.from_bytes(payload[:4], "little")
    said = payload[4:].decode(errors="replace").strip()
    return f"{said} at self-test sample {differs}" if differs else said


def _banner(payload: bytes) -> Banner:
    if len(payload) < BANNER_HEAD.size:
        raise ToolError("the board's banner is too short; build it again")
    model_hash, version, inputs, neurons, clock_hz = BANNER_HEAD.unpack_from(payload)
    if version != VERSION:
        raise ToolError(f"the board speaks protocol {version}, this snnedge {VERSION}; build it again")
    return Banner(model_hash, inputs, neurons, clock_hz, payload[BANNER_HEAD.size :].decode())


def _answers(payloads: list[bytes], neurons: int) -> tuple[Outcome, np.ndarray]:
    fields: list[tuple[str, str] | tuple[str, str, tuple[int]]] = [
        ("labels", "<i2"),
        ("steps", "<u2"),
        ("input_spikes", "<u4"),
        ("saturations", "<u4"),
        ("ticks", "<u4"),
        ("spike_counts", "<u2", (neurons,)),
        ("first_spikes", "<u2", (neurons,)),
    ]
    layout = np.dtype(fields)
    if any(len(payload) != layout.itemsize for payload in payloads):
        raise ToolError("the board's answers have another size than its banner says; build it again")
    table = np.frombuffer(b"".join(payloads), layout)
    columns = {name: np.ascontiguousarray(table[name]) for name in layout.names or ()}
    ticks = columns.pop("ticks")
    return Outcome(**columns), ticks
