"""From claims to what the reader needs: addresses, networks, and passwords opened at the last moment."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import F

from cameras.domain.passwords import SealBroken, unseal
from cameras.enums import Reason
from cameras.models import Stream
from cameras.streams.address import AddressError, Credentials, NetworkPolicy, StreamAddress
from cameras.streams.request import StreamRequest
from facilities.domain.networks import Networks, networks_for

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """One look to take: the stream to read, or the reason why it can't be asked for."""

    camera: int
    claim: int
    request: StreamRequest | Reason


def load_jobs(claims: Iterable[tuple[int, int]]) -> list[Job]:
    """The jobs of those claims (camera, number) that still stand: not recorded yet, nor followed by a later claim.

    Two queries, however many there are.
    """
    numbers = dict(claims)
    probed = Stream.objects.filter(camera__in=numbers, kind=F("camera__probed_stream"))
    streams = [
        stream
        for stream in probed.select_related("camera__zone__facility__organisation", "camera__state")
        if stream.camera.state.recorded_claim < numbers[stream.camera_id] == stream.camera.state.claim
    ]
    nodes = {stream.pk: stream.camera.zone.facility.organisation.path for stream in streams}
    networks = networks_for(nodes.values())
    return [
        Job(stream.camera_id, numbers[stream.camera_id], _request(stream, networks[nodes[stream.pk]]))
        for stream in streams
    ]


def _request(stream: Stream, networks: Networks) -> StreamRequest | Reason:
    try:
        address = StreamAddress.parse(stream.url)
        credentials = _credentials(stream, address)
    except AddressError:
        return Reason.ADDRESS
    except SealBroken as error:
        # The key is gone, or the row was tampered with: nothing that the camera is to blame for.
        log.warning("The password of camera %s does not open: %s", stream.camera_id, error)
        return Reason.OUR_FAULT
    policy = NetworkPolicy(networks, loopback_allowed=settings.CAMERAS_ON_LOOPBACK)
    return StreamRequest(address, policy, credentials, basic_allowed=stream.basic_allowed)


def _credentials(stream: Stream, address: StreamAddress) -> Credentials | None:
    if not stream.username:
        return None
    sealed = stream.sealed_password
    opened = unseal(sealed, camera=stream.camera_id, host=address.host, port=address.port) if sealed else ""
    return Credentials(stream.username, opened)
