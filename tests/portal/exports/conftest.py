"""Files of tests lie in a folder of their own."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:  # noqa: ANN401 - pytest-django's settings
    settings.MEDIA_ROOT = tmp_path
    return tmp_path
