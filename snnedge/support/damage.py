"""Files that are something else than their name says: what a reader of any format finds instead."""

FOUND_INSTEAD = (
    (b"version https://git-lfs", "is a Git LFS pointer, not the file itself; fetch it with git lfs"),
    (b"<!DOCTYPE", "is a web page, not the file itself; download the raw file"),
    (b"<!doctype", "is a web page, not the file itself; download the raw file"),
    (b"<html", "is a web page, not the file itself; download the raw file"),
)


def found_instead(start: bytes) -> str:
    """Return what a file that begins with ``start`` is, in place of data; "" if it may be data."""
    return next((what for magic, what in FOUND_INSTEAD if start.startswith(magic)), "")
