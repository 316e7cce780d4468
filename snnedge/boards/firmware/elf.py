"""ELF files: how many bytes each section takes, and which model a firmware holds."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ...errors import ToolError

SECTIONS = (".text", ".rodata", ".data", ".bss", ".stack")
IN_FLASH = (".text", ".rodata", ".data")
IN_RAM = (".data", ".bss", ".stack")


def require() -> None:
    """Raise ``ToolError`` when pyelftools is not installed."""
    try:
        import elftools  # noqa: F401
    except ImportError as error:
        raise ToolError("no pyelftools: pip install 'snnedge[firmware]'") from error


def sizes(paths: Iterable[Path]) -> dict[str, int]:
    """Bytes by section (the keys are ``SECTIONS``) of what the ELF files load, summed over the files."""
    total = Counter(dict.fromkeys(SECTIONS, 0))
    for path in paths:
        with path.open("rb") as file:
            for section in _open(file).iter_sections():
                total[_place(section)] += section["sh_size"]
    return {name: total[name] for name in SECTIONS}


def sections(path: Path) -> dict[str, tuple[int, bytes]]:
    """Address and content of each section that a linked file loads: name -> both."""
    from elftools.elf.constants import SH_FLAGS

    with path.open("rb") as file:
        return {
            section.name: (section["sh_addr"], section.data())
            for section in _open(file).iter_sections()
            if section["sh_flags"] & SH_FLAGS.SHF_ALLOC and section["sh_size"]
        }


def image(path: Path) -> tuple[int, bytes]:
    """What a linked file puts into flash: its first address, and the bytes from there, gaps filled by 0."""
    with path.open("rb") as file:
        segments = [s for s in _open(file).iter_segments("PT_LOAD") if s["p_filesz"]]
        pieces = [(s["p_paddr"], s.data()) for s in segments]
    start = min(at for at, _ in pieces)
    content = bytearray(max(at + len(data) for at, data in pieces) - start)
    for at, data in pieces:
        content[at - start : at - start + len(data)] = data
    return start, bytes(content)


def functions(path: Path) -> set[str]:
    """Names of the functions in a linked file."""
    with path.open("rb") as file:
        symbols = _open(file).get_section_by_name(".symtab").iter_symbols()
        return {symbol.name for symbol in symbols if symbol["st_info"]["type"] == "STT_FUNC"}


def placed_functions(path: Path) -> list[tuple[int, str, str]]:
    """Address, name and source file (its last part, or "" for the compiler's library) of each function in a
    linked file, by address. The objects that it was linked from lie beside it."""
    owners: dict[str, str] = {}
    for part in path.parent.rglob("*.o"):
        owners |= dict.fromkeys((name for _, name, _ in _functions(part)), part.stem + ".c")
    return sorted({(a & ~1, name, file or owners.get(name, "")) for a, name, file in _functions(path)})


def _functions(path: Path) -> list[tuple[int, str, str]]:
    """Address, name, and for those that are local the source file."""
    found, file = [], ""
    with path.open("rb") as stream:
        for symbol in _open(stream).get_section_by_name(".symtab").iter_symbols():
            kind, binding = symbol["st_info"]["type"], symbol["st_info"]["bind"]
            if kind == "STT_FILE":
                file = symbol.name
            elif kind == "STT_FUNC" and symbol["st_shndx"] != "SHN_UNDEF":
                found.append((symbol["st_value"], symbol.name, file if binding == "STB_LOCAL" else ""))
    return found


def tables(path: Path) -> dict[str, dict[str, int]]:
    """Bytes of each array and variable in an ELF file: {"flash": {name: bytes}, "ram": ...}, largest first.

    Those of one name in several files are added up; one that is copied from flash to RAM counts in both.
    """
    found: dict[str, Counter[str]] = {"flash": Counter(), "ram": Counter()}
    with path.open("rb") as file:
        elf = _open(file)
        for symbol in elf.get_section_by_name(".symtab").iter_symbols():
            if symbol["st_info"]["type"] == "STT_OBJECT" and isinstance(symbol["st_shndx"], int):
                place = _place(elf.get_section(symbol["st_shndx"]))
                for memory, places in (("flash", IN_FLASH), ("ram", IN_RAM)):
                    if place in places:
                        found[memory][symbol.name] += symbol["st_size"]
    return {memory: dict(sizes.most_common()) for memory, sizes in found.items()}


def model_hash(path: Path) -> int:
    """The 64-bit hash of the model in a linked firmware."""
    address = hash_address(path)
    with path.open("rb") as file:
        return _load(_open(file), address, 8)


def hash_address(path: Path) -> int:
    """Where a linked firmware has that hash, as two words, the low one first: see ``firmware_model`` in
    main.c. It is the first field of a model."""
    with path.open("rb") as file:
        elf = _open(file)
        symbol = elf.get_section_by_name(".symtab").get_symbol_by_name("firmware_model")[0]
        return _load(elf, symbol["st_value"], elf.elfclass // 8)


def _open(file: Any) -> Any:
    from elftools.elf.elffile import ELFFile

    return ELFFile(file)


def _place(section: Any) -> str:
    """Which of ``SECTIONS`` an ELF section counts as, or "" when it is not loaded."""
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
    """The little-endian number at ``address``."""
    for segment in elf.iter_segments("PT_LOAD"):
        offset = address - segment["p_vaddr"]
        if 0 <= offset <= segment["p_filesz"] - size:
            return int.from_bytes(segment.data()[offset : offset + size], "little")
    raise ToolError(f"the firmware has nothing at address {address:#x}: build it again")
