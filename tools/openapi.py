"""Write docs/openapi.json from the code: ``tools/openapi.py``; review the diff before committing."""

import json
import os
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yingcai.web.settings")
    django.setup()
    from yingcai.web.api import api  # noqa: PLC0415 (Django must be ready first)

    text = json.dumps(api.get_openapi_schema(), indent=2, ensure_ascii=False, sort_keys=True)
    (ROOT / "docs" / "openapi.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
