"""Every text has its Vietnamese: gathered anew from the sources, it must be what locale/ holds, and whole."""

import re
import shutil
import subprocess
import sys
import unicodedata

import polib  # type: ignore[import-untyped] # it ships no types
import pytest

from portal.environment import BASE_DIR

CATALOGUE = BASE_DIR / "locale" / "vi" / "LC_MESSAGES" / "django.po"
SOURCES = ("portal", "facilities", "cameras", "inspections", "manage.py")

# The screens, the letters and the people on the telephone say the same.
WORDS = {
    "Working": "Hoạt động",
    "Impaired": "Suy giảm",
    "Disconnected": "Mất kết nối",
    "Not observed": "Chưa quan sát",
    "Claimed": "Khai báo",
    "Verified": "Xác minh",
    "Main stream": "Luồng chính",
    "Sub stream": "Luồng phụ",
    "Zone": "Khu vực",
    "Quarantine facility": "Cơ sở cách ly tập trung",
    "Figures as of %(time)s": "Số liệu lúc %(time)s",
}


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
    subprocess.run(command, cwd=copy, check=True)
    return polib.pofile(str(copy / "locale" / "vi" / "LC_MESSAGES" / "django.po"))


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


def texts(file: polib.POFile) -> set[tuple[str | None, str]]:
    return {(entry.msgctxt, entry.msgid) for entry in file if not entry.obsolete}


def given(entry: polib.POEntry) -> str:
    """The Vietnamese of an entry; it has one form for all numbers."""
    text: str = entry.msgstr or "".join(entry.msgstr_plural.values())
    return text


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
        assert sorted(set(place.findall(given(entry)))) == wanted, entry.msgid


def test_translations_end_as_the_texts_do(catalogue: polib.POFile) -> None:
    def end(text: str) -> str:
        return text.rstrip(" ")[-1:] if text.rstrip(" ")[-1:] in ".:?…" else ""

    assert {e.msgid: given(e) for e in catalogue if end(e.msgid) != end(given(e))} == {}


def test_vietnamese_letters_are_single_characters(catalogue: polib.POFile) -> None:
    # Others look the same, but are not found by search and break over lines in some typefaces.
    assert [e.msgid for e in catalogue if not unicodedata.is_normalized("NFC", given(e))] == []


def test_the_words_that_officials_know_are_used_as_they_are(catalogue: polib.POFile) -> None:
    assert {english: given(catalogue.find(english)) for english in WORDS} == WORDS


def test_the_catalogue_says_what_it_is(catalogue: polib.POFile) -> None:
    assert catalogue.metadata["Language"] == "vi"
    assert catalogue.metadata["Plural-Forms"] == "nplurals=1; plural=0;"
    assert not catalogue.metadata_is_fuzzy


def test_the_compiled_catalogue_is_what_people_read(catalogue: polib.POFile) -> None:
    compiled = CATALOGUE.with_suffix(".mo")
    assert compiled.exists(), "run `make check`: it compiles the catalogue"
    read = {(entry.msgctxt, entry.msgid): given(entry) for entry in polib.mofile(str(compiled)) if entry.msgid}
    assert read == {(entry.msgctxt, entry.msgid): given(entry) for entry in catalogue}
