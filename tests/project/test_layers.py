"""Arrows between modules point down: between the apps, and from the leaves up inside each of them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.environment import BASE_DIR

APPS = ("facilities", "cameras", "inspections", "portal")
# Lowest first. A module belongs to the longest prefix that fits; what is not named here stands at the top of its app.
LAYERS: dict[str, tuple[tuple[str, ...], ...]] = {
    "facilities": (
        ("enums", "access.rule", "access.roles", "models.history", "models.validity", "models.facility_change"),
        ("models",),
        ("access", "domain"),
        ("access.doors",),
        ("forms", "serializers", "tables", "intake"),
    ),
    "cameras": (
        ("enums",),
        ("streams", "pictures"),
        ("simulator",),
        ("models",),
        ("live.groups", "live.tiles"),
        ("domain",),
        ("forms", "serializers", "tables"),
    ),
    "inspections": (("enums",), ("models",), ("domain",)),
    "portal": (
        ("environment", "logs", "formats", "services"),
        ("domain",),
        ("models",),
        ("templatetags.icons", "templatetags.states", "queries", "figures", "rules"),
        ("tables", "exports", "demo"),
    ),
}
# Who may name what: one module each, so that what it guards is guarded in one place.
ONLY_IN = {
    "guardian": {"facilities.access.grants", "facilities.models.grant"},
    "cameras.domain.passwords.unseal": {"cameras.domain.jobs", "cameras.domain.rotation"},
    "cameras.simulator": {"cameras.simulator", "cameras.management.commands.simulate", "portal.demo"},
}


def modules() -> Iterator[tuple[str, Path]]:
    for app in APPS:
        for path in sorted((BASE_DIR / app).rglob("*.py")):
            if "migrations" not in path.parts:
                parts = path.relative_to(BASE_DIR).with_suffix("").parts
                yield ".".join(part for part in parts if part != "__init__"), path


def imported(path: Path) -> Iterator[str]:
    """Full names of what a module imports, for typing alone too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written out in full"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def layer(name: str) -> int:
    app, _, rest = name.partition(".")
    fits = [
        (len(prefix), number)
        for number, prefixes in enumerate(LAYERS[app])
        for prefix in prefixes
        if rest == prefix or rest.startswith(f"{prefix}.")
    ]
    return max(fits)[1] if fits else len(LAYERS[app])


def within(name: str, prefix: str) -> bool:
    return name == prefix or name.startswith(f"{prefix}.")


MODULES = list(modules())
NAMES = {name for name, _ in MODULES}


@pytest.mark.parametrize(("name", "path"), MODULES, ids=[name for name, _ in MODULES])
def test_arrows_point_down(name: str, path: Path) -> None:
    app = name.partition(".")[0]
    for target in imported(path):
        other = target.partition(".")[0]
        if other not in APPS:
            continue
        settings_of_all = within(target, "portal.environment") or within(target, "portal.services")
        if settings_of_all:
            continue
        assert APPS.index(other) <= APPS.index(app), f"{name} imports {target}: an app imports only apps below it"
        if other == app:
            assert layer(target) <= layer(name), f"{name} imports {target}, which stands above it"


@pytest.mark.parametrize(("guarded", "allowed"), ONLY_IN.items())
def test_what_is_guarded_is_named_in_few_places(guarded: str, allowed: set[str]) -> None:
    found = {name for name, path in MODULES for target in imported(path) if within(target, guarded)}
    assert {name for name in found if not any(within(name, place) for place in allowed)} == set()
    assert found, f"nobody names {guarded}: this test would never fail"


def test_the_layers_name_modules_that_exist() -> None:
    named = {f"{app}.{prefix}" for app, layers in LAYERS.items() for prefixes in layers for prefix in prefixes}
    expected = {name for name in named if any(within(module, name) for module in NAMES)}
    assert named - expected <= PLANNED


# Rooms that the architecture has a place for and nobody lives in yet.
PLANNED = {
    "facilities.forms",
    "facilities.tables",
    "facilities.intake",
    "cameras.tables",
    "inspections.enums",
    "inspections.models",
    "inspections.domain",
}
