"""Every text has its Vietnamese: gathered anew from the sources, it must be what locale/ holds, and whole."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

from portal.environment import BASE_DIR

CATALOGUE = BASE_DIR / "locale" / "vi" / "LC_MESSAGES" / "django.po"
SOURCES = ("portal", "facilities", "cameras", "inspections", "manage.py")


@pytest.fixture(scope="module")
def gathered(tmp_path_factory: pytest.TempPathFactory) -> polib.POFile:
    """The texts of the sources as `make messages` finds them, in a copy."""
    copy = tmp_path_factory.mktemp("sources")
    for source in SOURCES:
        path = BASE_DIR / source
        ignore = shutil.ignore_patterns("__pycache__", "migrations")
        shutil.copytree(path, copy / source, ignore=ignore) if path.is_dir() else shutil.copy(path, copy)
    (copy / "locale").mkdir()
    command = [sys.executable, "-m", "django", "makemessages", "--locale", "vi", "--no-location", "--verbosity", "0"]
    subprocess.run(command, cwd=copy, check=True)  # noqa: S603 - a constant command
    return polib.pofile(str(copy / "locale" / "vi" / "LC_MESSAGES" / "django.po"))


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


def texts(file: polib.POFile) -> set[tuple[str | None, str]]:
    return {(entry.msgctxt, entry.msgid) for entry in file if not entry.obsolete}


def test_nothing_is_missing_and_nothing_is_left_over(gathered: polib.POFile, catalogue: polib.POFile) -> None:
    assert texts(gathered) == texts(catalogue), "run `make messages`, then translate what is new in locale/"


def test_everything_is_translated(catalogue: polib.POFile) -> None:
    assert [entry.msgid for entry in catalogue.untranslated_entries()] == []
    assert [entry.msgid for entry in catalogue.fuzzy_entries()] == []
    assert [entry.msgid for entry in catalogue.obsolete_entries()] == []


def test_translations_keep_the_places_for_values(catalogue: polib.POFile) -> None:
    place = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
    for entry in catalogue:
        wanted = sorted(set(place.findall(entry.msgid + entry.msgid_plural)))
        given = entry.msgstr or "".join(entry.msgstr_plural.values())
        assert sorted(set(place.findall(given))) == wanted, entry.msgid


def test_the_compiled_catalogue_is_what_people_read() -> None:
    compiled = CATALOGUE.with_suffix(".mo")
    assert compiled.exists(), "run `make check`: it compiles the catalogue"
    assert Path(compiled).stat().st_mtime >= CATALOGUE.stat().st_mtime
