"""How many simulated cameras a machine carries beside the portal that looks at them."""

import os
from dataclasses import dataclass

WANTED = 500
"""What domain figures give the province."""
INTERVAL = 60
"""Seconds between two looks at a camera."""

# Measured on the machines that this was written on, in CPU seconds: one look (`make bench-probe`, servers included) and
# what its stream costs the simulator meanwhile. Half of the machine stays free for pages, tiles and the browser.
CPU_PER_LOOK = 0.040
SCENES_AT_WORK = 0.30
SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Capacity:
    """So many cameras, and the reason in words."""

    cameras: int
    why: str


def capacity(cores: int | None = None) -> Capacity:
    """As many cameras as `cores` (this machine's) carry, at most the province's own number."""
    cores = cores or os.cpu_count() or 1
    carried = int(max(0.1, cores * SHARE - SCENES_AT_WORK) * INTERVAL / CPU_PER_LOOK)
    if carried >= WANTED:
        return Capacity(WANTED, f"the province has {WANTED}; {cores} cores would carry about {carried}")
    return Capacity(
        carried, f"{cores} cores carry about {carried} of the province's {WANTED}, each looked at every {INTERVAL} s"
    )
