"""PNG and JPEG pictures, as gray values."""

import os
import warnings
from pathlib import Path

import numpy as np

from ...errors import InputError, ToolError
from ...support.files import unreadable

SUFFIXES = (".png", ".jpg", ".jpeg")
PICTURES = True
FORMATS = ("PNG", "JPEG")  # Pillow reads many more, some of which run programs
MAX_PIXELS = 50_000_000


def read(path: str | os.PathLike[str]) -> np.ndarray:
    """Return the picture in the file ``path`` as gray values, uint8 (height, width), upright.

    Transparent pixels count as white. Raises ``InputError``, or ``ToolError`` without Pillow.
    """
    try:
        from PIL import Image, ImageOps, UnidentifiedImageError
    except ImportError as error:
        raise ToolError(f"{path}: pictures need Pillow; pip install pillow") from error
    try:
        with warnings.catch_warnings(), Image.open(path, formats=FORMATS) as picture:
            warnings.simplefilter("ignore")  # of damaged tags: the pixels are checked
            if picture.width * picture.height > MAX_PIXELS:
                raise InputError(f"{path}: {picture.size} is more than {MAX_PIXELS} pixels")
            rgba = ImageOps.exif_transpose(picture).convert("RGBA")
            white = Image.new("RGBA", rgba.size, "white")
            return np.asarray(Image.alpha_composite(white, rgba).convert("L"), np.uint8)
    except InputError:
        raise
    except UnidentifiedImageError as error:
        raise InputError(f"{path}: no PNG or JPEG picture; save it as one") from error
    except OSError as error:
        if error.errno is not None:
            raise unreadable(Path(path), error) from error
        raise InputError(f"{path}: a damaged picture ({error}); save it again") from error
    except (ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise InputError(f"{path}: a damaged picture ({error}); save it again") from error
