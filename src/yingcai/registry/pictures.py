"""How many pixels a picture claims to have, by its header. No picture is ever opened here."""

import struct

_PNG_HEADER = slice(12, 16)
_ALONE = {0x01, *range(0xD0, 0xDA)}  # JPEG markers without a length
_FRAMES = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}


def pixels(data: bytes) -> int:
    """Width times height of a PNG or JPEG; 0 where the header does not say."""
    try:
        width, height = _png_size(data) if data.startswith(b"\x89PNG") else _jpeg_size(data)
    except (struct.error, IndexError):
        return 0
    return width * height


def _png_size(data: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from(">II", data, 16)
    return (width, height) if data[_PNG_HEADER] == b"IHDR" else (0, 0)


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """The size stands in the first frame; the segments before it are passed over."""
    place = 2
    while data[place] == 0xFF:
        marker = data[place + 1]
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", data, place + 5)
            return width, height
        if marker == 0xFF:
            place += 1
        elif marker in _ALONE:
            place += 2
        else:
            place += 2 + max(2, struct.unpack_from(">H", data, place + 2)[0])
    return 0, 0
