"""Sealing stored passwords anew when the keys change."""

from dataclasses import dataclass, field

from django.db import transaction

from cameras.domain.passwords import SealBroken, seal, sealed_under_first_key, unseal
from cameras.models import Stream
from cameras.streams.address import AddressError, StreamAddress

BATCH = 200


@dataclass(slots=True)
class Rotation:
    """How many passwords were sealed anew, how many had been, and the ids of streams whose seal is broken."""

    sealed: int = 0
    current: int = 0
    broken: list[int] = field(default_factory=list)


def rotate() -> Rotation:
    """Seal every stored password under the first key. Each batch is committed: run again, it goes on where it was."""
    result = Rotation()
    last = 0
    while batch := _rotate_batch(last, result):
        last = batch[-1].pk
    return result


@transaction.atomic
def _rotate_batch(after: int, result: Rotation) -> list[Stream]:
    stored = Stream.objects.filter(pk__gt=after).exclude(sealed_password="").order_by("pk")
    batch = list(stored.select_for_update()[:BATCH])
    anew = [stream for stream in batch if _sealed_anew(stream, result)]
    Stream.objects.bulk_update(anew, ["sealed_password"])
    return batch


def _sealed_anew(stream: Stream, result: Rotation) -> bool:
    """Whether the stream's seal was replaced; it is left alone if it is current or broken."""
    if sealed_under_first_key(stream.sealed_password):
        result.current += 1
        return False
    try:
        address = StreamAddress.parse(stream.url)
        opened = unseal(stream.sealed_password, camera=stream.camera_id, host=address.host, port=address.port)
    except (AddressError, SealBroken):
        result.broken.append(stream.pk)
        return False
    stream.sealed_password = seal(opened, camera=stream.camera_id, host=address.host, port=address.port)
    result.sealed += 1
    return True
