"""Test settings: a data folder of its own, and quick password hashing."""

import os
import tempfile

os.environ.setdefault("YINGCAI_DATA_DIR", tempfile.mkdtemp(prefix="yingcai-test-"))
os.environ.setdefault("YINGCAI_TODAY", "2018-06-08")
