"""Download of files with known checksums, from the first mirror whose copy is right."""

import hashlib
import io
import logging
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import BinaryIO
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from ..errors import InputError
from ..support.files import replacing, unwritable
from ..support.progress import Progress
from .idx import unpacked

CHUNK = 1 << 16
log = logging.getLogger("snnedge")


@dataclass(frozen=True)
class Limits:
    """Upper bounds for one file: seconds without data, seconds in all, bytes sent, bytes unpacked."""

    idle_seconds: float = 20.0
    total: float = 600.0
    size: int = 32 << 20
    unpacked: int = 256 << 20


LIMITS = Limits()


def download(
    files: Mapping[str, str], mirrors: Sequence[str], folder: Path, limits: Limits = LIMITS
) -> list[Path]:
    """Download every file of ``files`` (name: md5 of the unpacked content) to ``folder``; return the paths.

    A file that exists with the right checksum is kept. Others are fetched from ``mirror/name``, one mirror
    after the other, and written only with the right checksum. Raises ``InputError``.
    """
    return [
        _kept(folder, name, md5, limits) or _get(name, md5, mirrors, folder, limits)
        for name, md5 in files.items()
    ]


def _kept(folder: Path, name: str, md5: str, limits: Limits) -> Path | None:
    for path in (folder / name, folder / name.removesuffix(".gz")):
        try:
            with path.open("rb") as raw:
                if is_right(raw, md5, limits):
                    return path
        except OSError:
            continue  # missing or unreadable: download it
    return None


def _get(name: str, md5: str, mirrors: Sequence[str], folder: Path, limits: Limits) -> Path:
    failures: list[str] = []
    for mirror in mirrors:
        url = f"{mirror.rstrip('/')}/{name}"
        try:
            content = fetch(url, limits)
        except InputError as error:
            failures.append(str(error))
            continue
        if is_right(io.BytesIO(content), md5, limits):
            return _write(folder / name, content)
        failures.append(f"{url}: wrong checksum, expected md5 {md5} when unpacked")
    remedy = f"give another mirror with --url BASE, or put {name} into {folder} yourself"
    raise InputError(f"cannot download {'; '.join(failures)}; {remedy}")


def fetch(url: str, limits: Limits = LIMITS) -> bytes:
    """Return the whole content of ``url``. Raises ``InputError`` that names ``url``."""
    log.debug("downloading %s", url)
    try:
        request = Request(url, headers={"User-Agent": "snnedge"})
        with urlopen(request, timeout=limits.idle_seconds) as reply:
            return _body(reply, url.rpartition("/")[2], limits)
    except HTTPError as error:
        with error:  # it holds the connection
            raise InputError(f"{url}: {error}") from error
    except (OSError, ValueError, HTTPException) as error:
        raise InputError(f"{url}: {getattr(error, 'reason', error)}") from error


def _body(reply: HTTPResponse, name: str, limits: Limits) -> bytes:
    stated = reply.headers.get("Content-Length")
    expected = int(stated) if stated else None
    if (expected or 0) > limits.size:
        raise ConnectionError(f"{expected} bytes, more than the {limits.size} that are allowed")
    body = bytearray()
    with Progress(expected and expected / 1000, name, unit="kB") as bar:
        for chunk in _chunks(reply, limits):
            body += chunk
            bar.advance(len(chunk) / 1000)
    if expected not in (None, len(body)):
        raise ConnectionError(f"ended after {len(body)} of {expected} bytes")
    return bytes(body)


def _chunks(reply: HTTPResponse, limits: Limits) -> Iterator[bytes]:
    deadline, left = time.monotonic() + limits.total, limits.size
    while chunk := reply.read1(CHUNK):  # read() would wait for a full chunk, past the deadline
        yield chunk
        left -= len(chunk)
        if left < 0:
            raise ConnectionError(f"more than the {limits.size} bytes that are allowed")
        if time.monotonic() > deadline:
            raise TimeoutError(f"not complete after {limits.total:g} s")


def is_right(raw: BinaryIO, md5: str, limits: Limits) -> bool:
    """Return whether the unpacked content of ``raw`` has the checksum ``md5``.

    Damaged content, or more than ``limits.unpacked`` bytes, counts as wrong.
    """
    digest, left = hashlib.md5(usedforsecurity=False), limits.unpacked
    try:
        stream = unpacked(raw)
        while left >= 0 and (chunk := stream.read(CHUNK)):
            digest.update(chunk)
            left -= len(chunk)
    except (OSError, EOFError, zlib.error):
        return False
    return digest.hexdigest() == md5


def _write(path: Path, content: bytes) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(path.parent, error) from error
    with replacing(path) as scratch:
        scratch.write_bytes(content)
    return path
