"""A thousand open walls of a real server: whoever loses the right to see them is sent nothing more, within seconds."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.access.crowd import WALLS_EACH, Fate, Wall, gather, storm
from tests.browser.site import running_site
from tests.world import World

PEOPLE = {Fate.REVOKED: 34, Fate.SIGNED_OUT: 33, Fate.DISABLED: 33, Fate.UNTOUCHED: 10}


@pytest.mark.django_db(transaction=True)
def test_no_tile_comes_five_seconds_after_the_right_to_it_is_gone(committed_world: World, tmp_path: Path) -> None:
    viewers = gather(committed_world, PEOPLE)
    with running_site(tmp_path, jobs=False) as site:
        walls = asyncio.run(storm(site.address, viewers))
    assert len(walls) == sum(PEOPLE.values()) * WALLS_EACH
    struck = [wall for wall in walls if wall.viewer.fate is not Fate.UNTOUCHED]
    assert _count(wall for wall in struck if wall.closed_at is None) == {}
    assert sum(wall.late_frames for wall in struck) == 0
    last_strike = max(viewer.struck_at for viewer in viewers)
    untouched = [wall for wall in walls if wall.viewer.fate is Fate.UNTOUCHED]
    assert all(max(wall.frames) > last_strike + 5 for wall in untouched)


def _count(walls: Iterable[Wall]) -> Counter[Fate]:
    return Counter(wall.viewer.fate for wall in walls)
