"""`python -m cameras.simulator`: the simulator without Django's settings, for processes of tests and the demo."""

import argparse
import sys

from cameras.simulator.options import add_arguments
from cameras.simulator.running import run

parser = argparse.ArgumentParser(prog="simulate", description="Runs simulated cameras.")
add_arguments(parser)
try:
    run(parser.parse_args(), lambda text: print(text, flush=True))  # noqa: T201 - a command's output
except (ValueError, OSError) as error:
    sys.exit(str(error.strerror if isinstance(error, OSError) and error.strerror else error))
