"""`make bench-revoke`: how soon walls close when the right to see them is gone, and what the watch over them costs.

A thousand open walls of a hundred people on the portal's own server, each with a new tile every two seconds, and a
hundred walls of others. A third of the people have their role revoked, a third are signed out elsewhere, a third are
disabled in the database. Before that, without tiles, the database's transactions are counted: each look's queries are
such.
"""

import asyncio
import json
import statistics
import time
from collections.abc import Sequence

from django.db import connection
from django.test import override_settings

from portal.environment import VAR
from tests.access.crowd import Fate, Viewer, Wall, gather, open_walls, storm
from tests.browser.site import running_site
from tests.world import build_world

PEOPLE = {Fate.REVOKED: 34, Fate.SIGNED_OUT: 33, Fate.DISABLED: 33, Fate.UNTOUCHED: 10}
IDLE_SECONDS = 20.0


def main() -> None:
    """Measure in a database of its own, print the table and, on the last line, JSON."""
    usual = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with override_settings(PASSWORD_HASHERS=["tests.world.QuickHasher"]):
            viewers = gather(build_world(), PEOPLE)
        with running_site(VAR / "bench" / "revoke", jobs=False) as site:
            queries = asyncio.run(_idle(site.address, viewers))
            walls = asyncio.run(storm(site.address, viewers))
    finally:
        connection.creation.destroy_test_db(usual, verbosity=0)
    struck = [wall for wall in walls if wall.viewer.fate is not Fate.UNTOUCHED]
    seconds = {fate.value: _closed_within(struck, fate) for fate in PEOPLE if fate is not Fate.UNTOUCHED}
    print(f"{'':12}{'p50':>8}{'p99':>8}{'max':>8}  seconds until closed")
    for fate, measured in seconds.items():
        print(f"{fate:12}{measured['p50']:8.2f}{measured['p99']:8.2f}{measured['max']:8.2f}")
    figures = {
        "sockets": len(struck),
        "closed": sum(wall.closed_at is not None for wall in struck),
        "closed_within_s": seconds,
        "tiles_after_5s": sum(wall.late_frames for wall in struck),
        "queries_per_second_idle": queries,
    }
    print(json.dumps(figures))


def _closed_within(walls: Sequence[Wall], fate: Fate) -> dict[str, float]:
    taken = [wall.closed_at - wall.viewer.struck_at for wall in walls if wall.viewer.fate is fate and wall.closed_at]
    cuts = statistics.quantiles(taken, n=100, method="inclusive")
    return {"p50": round(cuts[49], 2), "p99": round(cuts[98], 2), "max": round(max(taken), 2)}


async def _idle(address: str, viewers: Sequence[Viewer]) -> float:
    """The database's transactions a second while all walls are open and nothing happens."""
    walls = await open_walls(address, viewers)
    # Everybody is asked about once after opening; and the database counts up to ten seconds late.
    await asyncio.sleep(12)
    before, began = await asyncio.to_thread(_transactions), time.monotonic()
    await asyncio.sleep(IDLE_SECONDS)
    found = (await asyncio.to_thread(_transactions) - before) / (time.monotonic() - began)
    await asyncio.gather(*(wall.socket.close() for wall in walls))
    return round(found, 1)


def _transactions() -> int:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()")
            return int(cursor.fetchone()[0])
    finally:
        connection.close()
