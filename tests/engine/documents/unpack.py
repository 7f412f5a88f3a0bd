"""Look into, and tamper with, the parts of a packed file."""

import io
import zipfile


def parts(data: bytes) -> dict[str, str]:
    """The text of every part of a package."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def planted(data: bytes, old: str, new: str, *, part: str = "word/document.xml") -> bytes:
    """The package with one piece of text in a part replaced wherever it stands."""
    held = parts(data)
    assert old in held[part], f"{old} is not in {part}"
    held[part] = held[part].replace(old, new)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in held.items():
            archive.writestr(name, text)
    return buffer.getvalue()
