"""Test settings: a data folder of its own, quick password hashing, tables that tests may empty.

The environment is set here and not in pyproject.toml, because settings named there are read before this file.
"""

import os
import tempfile

import django
import pytest
from django.conf import settings

from yingcai.audit.tests.flush import let_tests_empty_tables
from yingcai.plan.tests.flush import let_tests_empty_published_plans
from yingcai.reporting.tests.flush import let_tests_empty_published_bulletins

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yingcai.web.settings")
os.environ.setdefault("YINGCAI_DATA_DIR", tempfile.mkdtemp(prefix="yingcai-test-"))
os.environ.setdefault("YINGCAI_TODAY", "2018-06-08")
django.setup()


@pytest.fixture(scope="session", autouse=True)
def _quick_and_emptiable() -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    let_tests_empty_tables()
    let_tests_empty_published_plans()
    let_tests_empty_published_bulletins()
