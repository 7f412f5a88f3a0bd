"""A new pack: the smallest city that passes the check, to be written on."""

from pathlib import Path

TEMPLATE = Path(__file__).with_name("template")
_TOWNS = "市县区州盟旗"


def new_pack(folder: Path, *, city: str, name: str, name_en: str) -> list[str]:
    """Write the files of a new pack into ``folder``, which must be empty or not there yet.

    ``city`` is the id of the pack. Returns the names of the files. Raises: FileExistsError.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(f"{folder} is not empty; name a new folder")
    fills = {
        "@id@": city,
        "@name@": name,
        "@name_en@": name_en,
        "@short@": name.rstrip(_TOWNS) or name,
    }
    written = []
    for path in sorted(TEMPLATE.rglob("*.*")):
        text = path.read_text("utf-8")
        for mark, fill in fills.items():
            text = text.replace(mark, fill)
        place = path.relative_to(TEMPLATE)
        target = folder / place
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
        written.append(place.as_posix())
    return written
