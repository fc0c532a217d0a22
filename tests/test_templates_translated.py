"""No text that a person reads or hears stands in a template outside a translation tag."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from portal.environment import BASE_DIR

APPS = ("portal", "facilities", "cameras", "inspections")
TEMPLATES = sorted(path for app in APPS for path in (BASE_DIR / app).rglob("templates/**/*.html"))

# The name of the portal, and the languages' own names for themselves.
UNTRANSLATED = {"Trạm Gác", "Tiếng Việt", "English", "XLSX", "CSV"}
HEARD_OR_READ = {"title", "alt", "placeholder", "aria-label", "aria-description", "content", "label"}
# Blocks of base.html that fill attributes of its tags.
MARKUP_BLOCKS = r"{%\s*block (?:theme|body_class)\s*%}.*?{%\s*endblock\s*%}|"
TAGS = re.compile(
    MARKUP_BLOCKS
    + r"{%\s*comment.*?endcomment\s*%}|{%\s*blocktranslate.*?endblocktranslate\s*%}|{#.*?#}|{%.*?%}|{{.*?}}",
    re.DOTALL,
)
WORD = re.compile(r"[^\W\d_]{2,}")


class Text(HTMLParser):
    """Collects what a person would read or hear."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in ("script", "style")
        self.found += [value for name, value in attrs if name in HEARD_OR_READ and tag != "meta" and value]

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.found.append(data)


def untranslated(template: str) -> list[str]:
    """The words of a template that stand outside translation tags."""
    reader = Text()
    reader.feed(TAGS.sub("", template))
    reader.close()
    pieces = (piece.strip(" ·\n") for piece in reader.found)
    return [piece for piece in pieces if WORD.search(piece) and piece not in UNTRANSLATED]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(BASE_DIR)))
def test_every_word_can_be_translated(path: Path) -> None:
    assert untranslated(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "template",
    ["<p>Log in</p>", '<img alt="A gate">', "{% if x %}Yes{% endif %}", '<input placeholder="{{ x }} or name">'],
)
def test_a_forgotten_one_is_found(template: str) -> None:
    assert len(untranslated(template)) == 1


def test_translated_ones_are_not() -> None:
    template = "<p title=\"{% translate 'Now' %}\">{% blocktranslate %}In {{ x }}{% endblocktranslate %} · {{ y }}</p>"
    assert untranslated(template) == []
