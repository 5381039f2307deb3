"""What the tests of privacy share."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from calla.privacy import keys, roots
from tests.support.people import policy, staff_member  # noqa: F401
from tests.support.shop import shop, visitor  # noqa: F401


@pytest.fixture
def own_roots(tmp_path: Path) -> Iterator[None]:
    """Root keys are files: what a test does to them is undone with its rows."""
    kept = shutil.copytree(roots.folder(), tmp_path / "kept")
    yield
    shutil.rmtree(roots.folder())
    shutil.copytree(kept, roots.folder())
    roots.forget()
    keys.forget_opened()
