"""The suite itself: what one process of it lays down, another does not find."""

import os
from pathlib import Path

from django.conf import settings


def test_the_settings_of_this_process_name_the_folder_that_was_made_for_it() -> None:
    assert Path(os.environ["YINGCAI_DATA_DIR"]).resolve() == settings.DATA_DIR
