"""What can be set, run or scheduled is described, and what is described is there."""

import re
from pathlib import Path

from django.conf import settings

import cameras.tasks
import facilities.intake.tasks
import facilities.tasks
import portal.tasks
from portal.environment import BASE_DIR

APPS = ("facilities", "cameras", "inspections", "portal")
DOCS = BASE_DIR / "docs"
# A heading or the first cell of a table row that is one `word` in backticks.
ENTRY = re.compile(r"^(?:#+ |\| *)`([^`]+)`", re.MULTILINE)


def described(page: str) -> set[str]:
    return set(ENTRY.findall((DOCS / page).read_text(encoding="utf-8")))


def test_every_variable_of_the_environment() -> None:
    sources = [BASE_DIR / "portal" / f"{name}.py" for name in ("settings", "login_settings", "environment")]
    read = set()
    for source in sources:
        text = source.read_text(encoding="utf-8")
        read |= set(re.findall(r'(?i:env)(?:\(\))?\.(?:str|bool|int|path)\(\s*"([A-Z_]+)"', text))
        read |= set(re.findall(r'required_in_production\(\s*env,\s*"([A-Z_]+)"', text))
    assert "PORTAL_MODE" in read
    assert read == described("settings.md")


def test_every_command() -> None:
    commands = {
        path.stem
        for app in APPS
        for path in (BASE_DIR / app / "management" / "commands").glob("*.py")
        if path.stem != "__init__"
    }
    assert commands == {name.removeprefix("manage.py ") for name in described("commands.md") if "manage.py" in name}


def test_every_target_of_make() -> None:
    text = (BASE_DIR / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):.*## ", text, re.MULTILINE)) - {"help"}
    assert targets == {name.removeprefix("make ") for name in described("commands.md") if name.startswith("make ")}


def test_every_scheduled_job() -> None:
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    jobs = {name for name in described("jobs.md") if ".tasks." in name}
    assert scheduled <= jobs
    assert jobs == {
        f"{module.__name__}.{name}"
        for module in (cameras.tasks, facilities.tasks, facilities.intake.tasks, portal.tasks)
        for name, job in vars(module).items()
        if hasattr(job, "delay")
    }


def test_every_direct_dependency_has_its_reason() -> None:
    lines = (BASE_DIR / "requirements.txt").read_text(encoding="utf-8").splitlines()
    named = {re.split(r"[~=\[]", line)[0] for line in lines if line and not line.startswith("#")}
    assert named == described("dependencies.md")


def test_links_between_pages_lead_somewhere() -> None:
    for page in [*DOCS.glob("*.md"), BASE_DIR / "README.md", BASE_DIR / "CONTRIBUTING.md"]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (Path(page).parent / target).exists(), f"{page.name} links to {target}"
