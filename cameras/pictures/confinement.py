"""What the decoding child gives up, by itself and for good, before it reads a byte from a camera.

The namespaces of bubblewrap (sandbox.py) stand around the whole decoder; this holds without them too.
"""

import ctypes
import platform
import resource
import signal
import struct

CPU_SECONDS = 60
"""For all pictures of a child. The worker's wall clock bounds each one; this holds when nobody looks."""

ADDRESS_SPACE = 600 * 1024 * 1024
"""Bytes. Python, numpy and libav map 210 MB; a H.265 picture of 16 Mpx in 10 bits, at native size, 480 MB in all."""

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_SECCOMP = 22
PR_SET_NO_NEW_PRIVS = 38
SECCOMP_MODE_FILTER = 2

AUDIT_ARCH_X86_64 = 0xC000003E
X32_BIT = 0x40000000
EPERM = 1
ALLOW = 0x7FFF0000
REFUSE = 0x00050000 | EPERM
KILL_PROCESS = 0x80000000

LOAD, JUMP_EQUAL, JUMP_AT_LEAST, JUMP_ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCHITECTURE, THIRD_ARGUMENT = 0, 4, 32  # offsets in struct seccomp_data
PROT_EXEC = 4

ALLOWED = {
    "read": 0, "write": 1, "close": 3, "munmap": 11, "brk": 12, "rt_sigprocmask": 14,
    "rt_sigreturn": 15, "pread64": 17, "sched_yield": 24, "mremap": 25, "madvise": 28, "getpid": 39, "exit": 60,
    "gettimeofday": 96, "gettid": 186, "futex": 202, "sched_getaffinity": 204, "clock_gettime": 228,
    "exit_group": 231, "getrandom": 318,
}  # fmt: skip
ALLOWED_WITHOUT_EXEC = {"mmap": 9, "mprotect": 10}
"""Memory may be had, but none that can be executed."""

libc = ctypes.CDLL(None, use_errno=True)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def _filter() -> bytes:
    """An allow-list for x86-64; whatever is not on it fails with EPERM."""
    refuse, allow = struct.pack("=HBBI", RETURN, 0, 0, REFUSE), struct.pack("=HBBI", RETURN, 0, 0, ALLOW)
    code = [
        struct.pack("=HBBI", LOAD, 0, 0, ARCHITECTURE),
        struct.pack("=HBBI", JUMP_EQUAL, 1, 0, AUDIT_ARCH_X86_64),
        struct.pack("=HBBI", RETURN, 0, 0, KILL_PROCESS),
        struct.pack("=HBBI", LOAD, 0, 0, NUMBER),
        struct.pack("=HBBI", JUMP_AT_LEAST, 0, 1, X32_BIT),
        refuse,
    ]
    for number in ALLOWED.values():
        code += [struct.pack("=HBBI", JUMP_EQUAL, 0, 1, number), allow]
    for number in ALLOWED_WITHOUT_EXEC.values():
        code += [
            struct.pack("=HBBI", JUMP_EQUAL, 0, 4, number),
            struct.pack("=HBBI", LOAD, 0, 0, THIRD_ARGUMENT),
            struct.pack("=HBBI", JUMP_ANY_BIT, 0, 1, PROT_EXEC),
            refuse,
            allow,
        ]
    return b"".join([*code, refuse])


_code = ctypes.create_string_buffer(_filter())
_program = _Program((len(_code) - 1) // 8, ctypes.addressof(_code))


def filters_system_calls() -> bool:
    """Whether the list of system calls holds on this machine; elsewhere the other limits stand alone."""
    return platform.machine() == "x86_64"


def _control(option: int, *arguments: int) -> None:
    words = [ctypes.c_ulong(argument) for argument in arguments]
    if libc.prctl(option, *words, *[ctypes.c_ulong(0)] * (4 - len(words))) != 0:
        raise OSError(ctypes.get_errno(), f"prctl {option} failed")


def die_with_parent() -> None:
    """Have this process killed as soon as its parent is gone."""
    _control(PR_SET_PDEATHSIG, signal.SIGKILL)


def confine() -> None:
    """Give up for good: new files, sockets, processes, programs, privileges, and more than a picture's share.

    What is open stays open.
    """
    die_with_parent()
    _control(PR_SET_DUMPABLE, 0)
    for kind, limit in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_AS, ADDRESS_SPACE),
    ):
        resource.setrlimit(kind, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    _control(PR_SET_NO_NEW_PRIVS, 1)
    if filters_system_calls():
        _control(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(_program))
