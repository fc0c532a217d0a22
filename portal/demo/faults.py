"""What is wrong with some of the demonstration's cameras: spread over the province, and of every kind.

Some never worked. Others deliver pictures first and fail before the reader's eyes, a minute and a half after the start.
"""

from cameras.simulator.control import tell
from cameras.simulator.faults import Fault

LATER_SECONDS = 90.0

FROM_THE_START = (
    Fault.DIE,
    Fault.PASSWORD,
    Fault.HANG,
    Fault.NOSTREAM,
    Fault.BLACK,
    Fault.SESSIONS,
    Fault.H265,
    Fault.SILENT,
    Fault.HTML,
    Fault.UHD,
)
LATER = (Fault.DIE, Fault.RUBBISH, Fault.BLACK, Fault.SILENT, Fault.HUGE)


def spread(cameras: int) -> tuple[dict[int, Fault], dict[int, Fault]]:
    """The faults by the numbers of their cameras, from the start and later: evenly over `cameras`."""
    faults = (*FROM_THE_START, *LATER)
    step = max(1, cameras // len(faults))
    numbers = range(1 + step // 2, cameras + 1, step)
    placed = list(zip(numbers, faults, strict=False))
    return dict(placed[: len(FROM_THE_START)]), dict(placed[len(FROM_THE_START) :])


def fail(faults: dict[int, Fault], control_port: int) -> None:
    """Let these cameras of the running fleet fail now. Raises ValueError where the fleet does not answer."""
    for number, fault in faults.items():
        tell(number, fault, control_port)
