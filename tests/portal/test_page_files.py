import re
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

from portal.environment import BASE_DIR

COLLECTED = "servestatic.storage.CompressedManifestStaticFilesStorage"
NAMED = re.compile(r"{%\s*static\s+'([^']+)'\s*%}")


def test_all_that_pages_name_is_collected_for_production(tmp_path: Path) -> None:
    storages = settings.STORAGES | {"staticfiles": {"BACKEND": COLLECTED}}
    with override_settings(STORAGES=storages, STATIC_ROOT=tmp_path):
        call_command("collectstatic", interactive=False, verbosity=0)
    templates = [path for app in ("portal", "cameras") for path in (BASE_DIR / app).rglob("templates/**/*.html")]
    named = {name for path in templates for name in NAMED.findall(path.read_text(encoding="utf-8"))}
    assert "js/wall.js" in named
    assert sorted(name for name in named if not (tmp_path / name).exists()) == []


def test_nothing_that_pages_load_comes_from_elsewhere() -> None:
    sources = [*(BASE_DIR / "portal").rglob("*.html"), *(BASE_DIR / "cameras").rglob("*.html")]
    sources += (BASE_DIR / "static" / "portal").rglob("*.*s")
    for source in sources:
        text = source.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"""(?:src|href|action|url\(|import)\s*=?\s*["'(]*(?:https?:)?//""", text), source
