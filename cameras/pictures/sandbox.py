"""The namespaces around the decoder server, made by bubblewrap: no network, no files, no neighbours."""

import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cameras.pictures.confinement import filters_system_calls

PACKAGES = ("av", "numpy")
OURS = Path(__file__).resolve().parent
SYSTEM_LIBRARIES = ("/lib", "/lib64", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64")
NOBODY = "65534"
START_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Confinement:
    """How far this machine lets decoders be shut in, and in words what is missing."""

    bubblewrap: bool
    detail: str


def python_command(module: str, folders: Sequence[Path]) -> list[str]:
    """A bare Python that runs `main()` of a module found below `folders`, and knows nothing of its caller."""
    paths = [str(folder) for folder in folders] + [str(path.parent) for path in _package_folders()]
    program = (
        # The environment is read when numpy is imported; a server that forks wants no threads.
        "import os, sys; os.environ.clear(); os.environ['OPENBLAS_NUM_THREADS'] = '1'; "
        f"sys.path += {paths!r}; import {module} as module; module.main()"
    )
    return [os.path.realpath(sys.executable), "-I", "-S", "-B", "-X", "utf8", "-c", program]


def sandboxed(command: Sequence[str], readable: Sequence[Path]) -> list[str]:
    """The command inside namespaces of its own, where Python, av, numpy and `readable` are all there is to read."""
    binds = [part for path in [*_python_files(), *readable] for part in ("--ro-bind", str(path), str(path))]
    libraries = [part for path in SYSTEM_LIBRARIES for part in ("--ro-bind-try", path, path)]
    return [
        shutil.which("bwrap") or "bwrap",
        "--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts",
        "--unshare-cgroup-try",
        "--uid", NOBODY, "--gid", NOBODY, "--cap-drop", "ALL", "--hostname", "decoder",
        "--die-with-parent", "--new-session", "--clearenv",
        *libraries, *binds, "--remount-ro", "/", "--chdir", "/",
        "--", *command,
    ]  # fmt: skip


@cache
def confinement() -> Confinement:
    """Try the sandbox once, with the Python that would run in it."""
    rest = "" if filters_system_calls() else " System calls are filtered on x86-64 only."
    if shutil.which("bwrap") is None:
        return Confinement(bubblewrap=False, detail="The program bwrap is not installed." + rest)
    trial = sandboxed(python_command("this", ()), ())
    trial[-1] = "pass"
    try:
        subprocess.run(trial, env={}, capture_output=True, timeout=START_SECONDS, check=True)  # noqa: S603 - our own words
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip()[-200:]
        return Confinement(bubblewrap=False, detail=f"bwrap fails on this machine: {said}.{rest}")
    except (OSError, subprocess.TimeoutExpired) as error:
        return Confinement(bubblewrap=False, detail=f"bwrap fails on this machine: {type(error).__name__}.{rest}")
    return Confinement(bubblewrap=True, detail="Decoders run inside bubblewrap." + rest)


def _package_folders() -> list[Path]:
    """Where av and numpy lie, found without importing them into the worker."""
    specs = [importlib.util.find_spec(name) for name in PACKAGES]
    return [Path(spec.origin).parent for spec in specs if spec is not None and spec.origin is not None]


def _python_files() -> list[Path]:
    """The interpreter, its library, its standard library and the two packages with their libraries."""
    library = Path(sysconfig.get_config_var("LIBDIR"), str(sysconfig.get_config_var("INSTSONAME")))
    standard = [Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib")]
    packages = _package_folders()
    beside = [folder.with_name(f"{folder.name}.libs") for folder in packages]
    paths = [Path(os.path.realpath(sys.executable)), library, *standard, *packages, *beside]
    return [path for path in dict.fromkeys(paths) if path.exists()]
