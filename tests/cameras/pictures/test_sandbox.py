import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from cameras.checks import decoders_are_confined
from cameras.pictures.sandbox import confinement


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """What was found out about this machine is forgotten before and after."""
    confinement.cache_clear()
    yield
    confinement.cache_clear()


def test_a_machine_without_bubblewrap_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert not confinement().bubblewrap
    [warning] = decoders_are_confined(None)
    assert warning.id == "cameras.W001"
    assert "The program bwrap is not installed." in warning.msg
    assert "apt-get install bubblewrap" in str(warning.hint)


def test_a_bubblewrap_that_fails_is_told_in_its_own_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "bwrap"
    program.write_text("#!/bin/sh\necho 'No permissions to create new namespace' >&2\nexit 1\n")
    program.chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not confinement().bubblewrap
    assert "No permissions to create new namespace" in confinement().detail


def test_a_machine_with_a_sandbox_has_nothing_to_mend() -> None:
    if not confinement().bubblewrap:
        pytest.skip(confinement().detail)
    assert decoders_are_confined(None) == []
