"""From a stream's address to a connected socket, by way of the network policy.

A name is resolved once, all that it resolves to is judged, and what was judged is what is dialled: a name that
answers differently a moment later (DNS rebinding) changes nothing.
"""

import asyncio
import errno
import socket
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address

from cameras.enums import Reason
from cameras.streams.address import NetworkPolicy, StreamAddress
from cameras.streams.failure import StreamFailure
from cameras.streams.request import Bounds

IPAddress = IPv4Address | IPv6Address

_UNREACHABLE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN, errno.ENONET}
_OURS = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.EPERM, errno.EACCES, errno.EADDRNOTAVAIL}


@cache
def _resolvers() -> ThreadPoolExecutor:
    # The event loop's own executor has few threads; a handful of names that never resolve would fill it and hold
    # up every other camera of the batch.
    return ThreadPoolExecutor(max_workers=32, thread_name_prefix="resolve")


async def lookup(host: str) -> list[str]:
    """Every address that the system's resolver knows for a name. Raises OSError."""
    loop = asyncio.get_running_loop()
    found = await loop.run_in_executor(_resolvers(), lambda: socket.getaddrinfo(host, None, type=socket.SOCK_STREAM))
    return [str(sockaddr[0]) for *_, sockaddr in found]


async def resolve(address: StreamAddress, policy: NetworkPolicy, bounds: Bounds) -> list[IPAddress]:
    """The addresses to dial, each permitted by the policy. Raises StreamFailure (NAME, ADDRESS).

    One forbidden address among them refuses them all: a name that points inside as well as outside is a trap.
    """
    try:
        found = [ip_address(address.host)]
    except ValueError:
        found = await _resolve_name(address.host, bounds)
    if not all(policy.permits(ip) for ip in found):
        raise StreamFailure(Reason.ADDRESS, "the address is outside of the permitted networks")
    return found


async def _resolve_name(host: str, bounds: Bounds) -> list[IPAddress]:
    try:
        async with asyncio.timeout(bounds.name_seconds):
            texts = await lookup(host)
        found = list(dict.fromkeys(ip_address(text) for text in texts))
    except TimeoutError:
        raise StreamFailure(Reason.NAME, "the name did not resolve in time") from None
    except (OSError, ValueError):  # UnicodeError of an over-long label is a ValueError
        found = []
    if not found:
        raise StreamFailure(Reason.NAME, "the name does not resolve")
    if len(found) > bounds.addresses:
        raise StreamFailure(Reason.ADDRESS, f"the name resolves to more than {bounds.addresses} addresses")
    return found


async def dial(ips: list[IPAddress], port: int, seconds: float) -> socket.socket:
    """A connected, non-blocking socket to the first of the addresses that accepts; the caller closes it.

    Each address gets an equal share of the time. Raises StreamFailure (REFUSED, NETWORK, TIMEOUT, OUR_FAULT) for
    the last of them.
    """
    failure = StreamFailure(Reason.TIMEOUT, "no answer to the connection")
    for ip in ips:
        try:
            async with asyncio.timeout(seconds / len(ips)):
                return await _connect(ip, port)
        except TimeoutError:
            failure = StreamFailure(Reason.TIMEOUT, "no answer to the connection")
        except OSError as error:
            failure = connection_failure(error)
    raise failure


async def _connect(ip: IPAddress, port: int) -> socket.socket:
    sock = socket.socket(socket.AF_INET if isinstance(ip, IPv4Address) else socket.AF_INET6, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)  # noqa: FBT003 -- the standard library's signature
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.get_running_loop().sock_connect(sock, (str(ip), port))
    except BaseException:
        sock.close()
        raise
    return sock


def connection_failure(error: OSError) -> StreamFailure:
    """What an error of the socket says about the camera, or about us."""
    if error.errno in _UNREACHABLE:
        return StreamFailure(Reason.NETWORK, "the host or its network is unreachable")
    if error.errno in _OURS:
        return StreamFailure(Reason.OUR_FAULT, f"this machine could not open a connection ({error.errno})")
    if error.errno == errno.ETIMEDOUT:
        return StreamFailure(Reason.TIMEOUT, "the connection timed out")
    return StreamFailure(Reason.REFUSED, "the connection was refused or reset")
