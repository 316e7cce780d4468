"""Sources of float networks, one plug-in each."""

import os
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from ..errors import InputError
from ..support import plugins

if TYPE_CHECKING:
    from ..model.network import Network


def is_network(path: str | os.PathLike[str]) -> bool:
    """Return whether ``path`` names a float network, rather than an integer model.

    It does by its extension, or if it is a folder of arrays that a script saved.
    """
    return any(_reads(plugins.load("frontends", name), path) for name in plugins.names("frontends"))


def _reads(frontend: ModuleType, path: str | os.PathLike[str]) -> bool:
    known = (*frontend.EXTENSIONS, *frontend.READ_ONLY)
    return Path(path).suffix.lower() in known or bool(frontend.is_folder(path))


def extensions() -> tuple[str, ...]:
    """Return the extensions of all files that hold float networks."""
    known = (plugins.load("frontends", name) for name in plugins.names("frontends"))
    return tuple(extension for frontend in known for extension in frontend.EXTENSIONS)


def read(path: str | os.PathLike[str], supplied: Mapping[str, Any] | None = None) -> "Network":
    """Return the network in the file ``path``, read by the front end for its extension.

    ``supplied``: values that the file lacks, by the names of the front end's ``OPTIONS``. Raises
    ``InputError``.
    """
    for name in plugins.names("frontends"):
        frontend = plugins.load("frontends", name)
        if _reads(frontend, path):
            given = {key: (supplied or {}).get(key) for key in frontend.OPTIONS}
            network: Network = frontend.read(path, given)
            return network
    raise InputError(f"{path}: unknown kind of model; give a file that ends in {', '.join(extensions())}")
