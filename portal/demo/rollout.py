"""How far the demonstration's facilities are: an order with its deadline, reports at every step, some of them stuck.

Days are counted from the present one, so that the deadline is always near. The order is invented, as facilities are.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import cycle

from django.utils import timezone

from facilities.domain.connection_step import report_connection
from facilities.domain.contacts import set_contact
from facilities.domain.deadline_setting import set_deadline
from facilities.domain.distribution import distribute
from facilities.domain.documents import Letterhead, issue
from facilities.domain.rollout import Account, report_other, report_step
from facilities.enums import BlockReason, Bound, OrganisationKind, ReportKind, Sink, Stage, Urgency
from facilities.models import Facility, Organisation, User

# How far each facility is, in turn: most are watched, some stand before.
REACHED = (
    *(Stage.WATCHING, Stage.WATCHING, Stage.CONNECTED, Stage.WATCHING, Stage.INSTALLING, Stage.CONNECTED),
    *(Stage.WATCHING, Stage.SURVEYED, Stage.WATCHING, Stage.PROCURING, Stage.CONNECTED, Stage.NOT_SURVEYED),
)
REASONS = cycle((BlockReason.OUTDATED_CAMERAS, BlockReason.SECURITY_SETTINGS, BlockReason.NEW_PURCHASE))
ISSUED_DAYS_AGO, DAYS_LEFT = 14, 3
# Whom to call, in turn; some facilities name nobody.
NAMES = (
    *("Trần Thị Bích Ngọc", "Nguyễn Văn Hòa", "Lê Thị Kim Chi", None),
    *("Phan Đình Long", "Huỳnh Thị Thu", "Đinh Công Tâm"),
)


def order(*, actor: User, now: datetime) -> None:
    """The national body's order with its deadline, sent to every province's committee."""
    national = Organisation.objects.get(code="BCDQG", valid_to=None)
    today = timezone.localdate(now)
    document = issue(
        organisation=national,
        number=1,
        symbol="CV-BCĐ",
        head=Letterhead(
            subject="Lắp đặt, kết nối camera giám sát tại các cơ sở cách ly tập trung (văn bản minh họa)",
            issued_on=today - timedelta(days=ISSUED_DAYS_AGO),
            urgency=Urgency.EXPRESS,
            signer_title="Phó Trưởng ban",
            signer_name="Nguyễn Minh Đức",
        ),
        body="Các địa phương lắp đặt camera tại mọi cơ sở cách ly tập trung và kết nối về hệ thống tập trung đúng hạn.",
        actor=actor,
        now=now,
    )
    set_deadline(
        document=document,
        milestone=Stage.CONNECTED,
        area=None,
        sectors=(),
        day=today + timedelta(days=DAYS_LEFT + 1),
        bound=Bound.BEFORE,
        actor=actor,
        now=now,
    )
    committees = Organisation.objects.filter(kind=OrganisationKind.PROVINCE, valid_to=None)
    distribute(document=document, to=committees, actor=actor, now=now)


def report(facilities: Sequence[Facility], *, now: datetime) -> None:
    """Contact and reports of each of the facilities, up to where it is.

    Every other one that is not connected says why. Those that are watched have put up their notices, most of them.
    """
    today = timezone.localdate(now)
    yesterday = Account(on=today - timedelta(days=1))
    for number, (facility, reached, name) in enumerate(zip(facilities, cycle(REACHED), cycle(NAMES), strict=False)):
        if name is not None:
            _name(facility, name, number)
        for stage in list(Stage)[1 : reached.order + 1]:
            account = Account(on=today - timedelta(days=ISSUED_DAYS_AGO - stage.order))
            if stage is Stage.CONNECTED:
                sinks = list(Sink)[: 2 + number % 2]
                report_connection(facility=facility, sinks=sinks, account=account, actor=None, now=now)
            else:
                report_step(facility=facility, stage=stage, account=account, actor=None, now=now)
        if Stage.NOT_SURVEYED.order < reached.order < Stage.CONNECTED.order and number % 2:
            report_other(
                facility=facility,
                kind=ReportKind.BLOCKED,
                reasons=[next(REASONS)],
                account=yesterday,
                actor=None,
                now=now,
            )
        elif reached is Stage.WATCHING and number % 4:
            report_other(facility=facility, kind=ReportKind.NOTICE, account=yesterday, actor=None, now=now)


def _name(facility: Facility, full_name: str, number: int) -> None:
    set_contact(
        facility=facility,
        full_name=full_name,
        title="Cán bộ phụ trách cơ sở",
        # No subscriber's number begins with 0, and no address ends like this one: neither is anybody's.
        phone=f"0235 00000{number:02}",
        email=f"coso{number:02}@quangnam.example",
    )
