"""Documents and deadlines as tests need them."""

from datetime import date, datetime
from typing import Any

from facilities.domain.distribution import distribute
from facilities.domain.documents import Letterhead, enter_incoming, issue
from facilities.enums import Bound, Stage
from facilities.models import Deadline, Document, Organisation
from tests.world import NOW, World

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF"
ORDERED_ON = date(2021, 5, 30)


def head(**more: Any) -> Letterhead:
    given: dict[str, Any] = {"subject": "Lắp đặt camera giám sát", "issued_on": ORDERED_ON}
    return Letterhead(**given | more)


def incoming(world: World, node: str, written: str = "4403/CV-BCĐ", *, now: datetime = NOW, **more: Any) -> Document:
    """A document that came in at a body."""
    given: dict[str, Any] = {"agency": "Ban Chỉ đạo Quốc gia", "arrived_on": date(2021, 5, 31), "head": head()}
    return enter_incoming(organisation=fresh(world, node), written=written, actor=None, now=now, **given | more)


def issued(world: World, node: str, number: int = 3385, *, now: datetime = NOW, **more: Any) -> Document:
    """A letter that a body issued."""
    given: dict[str, Any] = {
        "symbol": "UBND-KGVX",
        "head": head(issued_on=date(2021, 6, 7)),
        "body": "Yêu cầu lắp đặt camera.",
    }
    return issue(organisation=fresh(world, node), number=number, actor=None, now=now, **given | more)


def fresh(world: World, node: str) -> Organisation:
    found: Organisation = Organisation.objects.get(pk=world.nodes[node].pk)
    return found


def sent(world: World, document: Document, *nodes: str, by: str) -> None:
    """It goes to these bodies and facilities."""
    to = [fresh(world, node) for node in nodes]
    distribute(document=document, to=to, actor=world.people[by], now=NOW)


def deadline(document: Document) -> Deadline:
    """To be connected before 12/6/2021 in the province of the document's body."""
    return Deadline.objects.create(
        organisation=document.organisation,
        document=document,
        milestone=Stage.CONNECTED,
        area=document.organisation.area,
        day=date(2021, 6, 12),
        bound=Bound.BEFORE,
        last_day=date(2021, 6, 11),
        set_at=NOW,
    )
