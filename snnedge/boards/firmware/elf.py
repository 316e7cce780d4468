"""ELF files: sections, symbols, functions with their sources, and the hash of the model inside."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import ToolError

SECTIONS = (".text", ".rodata", ".data", ".bss", ".stack")
IN_FLASH = (".text", ".rodata", ".data")
IN_RAM = (".data", ".bss", ".stack")
KIND_SYMBOL = re.compile(r"(?:^|_)snn_(encoder|neuron|synapse)_\w+$")  # what a kind's file defines


@dataclass(frozen=True)
class Function:
    """A function in a linked file. ``source``: the name of its source file, or "" where none is known.

    ``object``: the object that defines it, None for the compiler's library.
    """

    address: int
    name: str
    source: str
    object: Path | None


def require() -> None:
    """Raise ``ToolError`` when pyelftools is not installed."""
    try:
        import elftools  # noqa: F401
    except ImportError as error:
        raise ToolError("no pyelftools: pip install 'snnedge[firmware]'") from error


def sizes(paths: Iterable[Path]) -> dict[str, int]:
    """Return the bytes that the files load together, by section (the keys are ``SECTIONS``)."""
    total = Counter(dict.fromkeys(SECTIONS, 0))
    for path in paths:
        with path.open("rb") as file:
            for section in _open(file).iter_sections():
                total[_region(section)] += section["sh_size"]
    return {name: total[name] for name in SECTIONS}


def sections(path: Path) -> dict[str, tuple[int, bytes]]:
    """Return address and content of each section that a linked file loads, by name."""
    from elftools.elf.constants import SH_FLAGS

    with path.open("rb") as file:
        return {
            section.name: (section["sh_addr"], section.data())
            for section in _open(file).iter_sections()
            if section["sh_flags"] & SH_FLAGS.SHF_ALLOC and section["sh_size"]
        }


def image(path: Path) -> tuple[int, bytes]:
    """Return the flash image of a linked file: its first address, and its bytes with gaps filled by 0."""
    with path.open("rb") as file:
        segments = [s for s in _open(file).iter_segments("PT_LOAD") if s["p_filesz"]]
        pieces = [(s["p_paddr"], s.data()) for s in segments]
    start = min(at for at, _ in pieces)
    content = bytearray(max(at + len(data) for at, data in pieces) - start)
    for at, data in pieces:
        content[at - start : at - start + len(data)] = data
    return start, bytes(content)


def functions(path: Path) -> set[str]:
    """Return the names of the functions in a linked file."""
    with path.open("rb") as file:
        return {s.name for s in _symbols(file) if s["st_info"]["type"] == "STT_FUNC"}


def placed_functions(path: Path) -> list[Function]:
    """Return the functions of a linked file by address. Its objects are in the folder of ``path``."""
    owners = {(file, name): part for part in path.parent.rglob("*.o") for _, name, file in _functions(part)}
    found = sorted({(at & ~1, name, file) for at, name, file in _functions(path)})
    return [_placed(at, name, file, owners.get((file, name))) for at, name, file in found]


def _placed(address: int, name: str, file: str, owner: Path | None) -> Function:
    return Function(address, name, file or (f"{owner.stem}.c" if owner else ""), owner)


def kind_of(path: Path) -> str:
    """Return the sort of kind that an object defines: "encoder", "neuron", "synapse", or "" for none."""
    with path.open("rb") as file:
        for symbol in _symbols(file):
            found = KIND_SYMBOL.search(symbol.name)
            if found and _is_defined(symbol, "STT_OBJECT"):
                return found[1]
    return ""


def _functions(path: Path) -> Iterator[tuple[int, str, str]]:
    """Yield address, name, and for local functions the source file's name."""
    file = ""
    with path.open("rb") as stream:
        for symbol in _symbols(stream):
            if symbol["st_info"]["type"] == "STT_FILE":
                file = symbol.name
            elif _is_defined(symbol, "STT_FUNC"):
                local = symbol["st_info"]["bind"] == "STB_LOCAL"
                yield symbol["st_value"], symbol.name, file if local else ""


def _symbols(file: Any) -> Any:
    return _open(file).get_section_by_name(".symtab").iter_symbols()


def _is_defined(symbol: Any, type_: str) -> bool:
    return bool(symbol["st_info"]["type"] == type_ and symbol["st_shndx"] != "SHN_UNDEF")


def tables(path: Path) -> dict[str, dict[str, int]]:
    """Return the bytes of each array and variable: {"flash": {name: bytes}, "ram": ...}, largest first.

    Equal names are added up. A variable that is copied from flash to RAM counts in both.
    """
    found: dict[str, Counter[str]] = {"flash": Counter(), "ram": Counter()}
    with path.open("rb") as file:
        elf = _open(file)
        for symbol in elf.get_section_by_name(".symtab").iter_symbols():
            if symbol["st_info"]["type"] == "STT_OBJECT" and isinstance(symbol["st_shndx"], int):
                region = _region(elf.get_section(symbol["st_shndx"]))
                for memory, regions in (("flash", IN_FLASH), ("ram", IN_RAM)):
                    if region in regions:
                        found[memory][symbol.name] += symbol["st_size"]
    return {memory: dict(sizes.most_common()) for memory, sizes in found.items()}


def model_hash(path: Path) -> int:
    """Return the 64-bit hash of the model in a linked firmware."""
    address = hash_address(path)
    with path.open("rb") as file:
        return _load(_open(file), address, 8)


def hash_address(path: Path) -> int:
    """Return the address of that hash: two words, the low one first.

    It is the first field of the model that ``firmware_model`` in main.c points to.
    """
    with path.open("rb") as file:
        elf = _open(file)
        symbol = elf.get_section_by_name(".symtab").get_symbol_by_name("firmware_model")[0]
        return _load(elf, symbol["st_value"], elf.elfclass // 8)


def _open(file: Any) -> Any:
    from elftools.elf.elffile import ELFFile

    return ELFFile(file)


def _region(section: Any) -> str:
    """Return the entry of ``SECTIONS`` that an ELF section counts as, or "" when it is not loaded."""
    from elftools.elf.constants import SH_FLAGS

    flags = section["sh_flags"]
    if not flags & SH_FLAGS.SHF_ALLOC:
        return ""
    if section.name == ".stack":
        return ".stack"
    if section["sh_type"] == "SHT_NOBITS":
        return ".bss"
    if flags & SH_FLAGS.SHF_EXECINSTR:
        return ".text"
    return ".data" if flags & SH_FLAGS.SHF_WRITE else ".rodata"


def _load(elf: Any, address: int, size: int) -> int:
    """Return the little-endian number at ``address``."""
    for segment in elf.iter_segments("PT_LOAD"):
        offset = address - segment["p_vaddr"]
        if 0 <= offset <= segment["p_filesz"] - size:
            return int.from_bytes(segment.data()[offset : offset + size], "little")
    raise ToolError(f"the firmware has nothing at address {address:#x}: build it again")
