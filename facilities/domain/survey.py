"""The survey (khảo sát): which zones there are, which cameras are there and will do, how many it takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from facilities.domain.rollout import Account, report_step
from facilities.domain.tree import create_zone
from facilities.enums import FORBIDDEN_ZONE_KINDS, Stage, ZoneKind
from facilities.models import Facility, ProgressReport, SurveyedZone, User, Zone

# Cameras in one zone.
MOST_CAMERAS = 200


@dataclass(frozen=True, slots=True)
class ZoneFound:
    """A zone as the survey found it: one that is on record (`zone`, its id), or a new one with kind and name."""

    kind: ZoneKind | None
    name: str
    existing: int = 0
    usable: int = 0
    needed: int = 0
    zone: int | None = None


@transaction.atomic
def report_survey(
    *, facility: Facility, zones: Sequence[ZoneFound], account: Account, actor: User | None, now: datetime
) -> ProgressReport:
    """Report the survey; zones that are new are entered by it, so that cameras can be registered there.

    Raises ValidationError at zones, at a field of one of them (`zones-<place>-<field>`), and as `report_step`.
    """
    if not zones:
        raise ValidationError({"zones": _("Enter at least one zone: a corridor, a gate, the yard.")})
    report = report_step(facility=facility, stage=Stage.SURVEYED, account=account, actor=actor, now=now)
    known = {zone.pk: zone for zone in facility.zones.all()}
    mistakes: dict[str, list[str]] = {}
    rows = []
    for place, found in enumerate(zones):
        try:
            with transaction.atomic():
                rows.append(_row(report, found, known))
        except ValidationError as error:
            mistakes |= {f"zones-{place}-{name}": texts for name, texts in error.message_dict.items()}
    if mistakes:
        raise ValidationError(mistakes)
    SurveyedZone.objects.bulk_create(rows)
    return report


def _row(report: ProgressReport, found: ZoneFound, known: dict[int, Zone]) -> SurveyedZone:
    zone = _zone(report.facility, found, known)
    _check(found, ZoneKind(zone.kind))
    return SurveyedZone(
        report=report,
        zone=zone,
        kind=zone.kind,
        name=zone.name,
        existing=found.existing,
        usable=found.usable,
        needed=found.needed,
    )


def _zone(facility: Facility, found: ZoneFound, known: dict[int, Zone]) -> Zone:
    if found.zone is not None:
        if found.zone not in known:
            raise ValidationError({"name": _("This zone is no longer on record. Load the page again.")})
        return known[found.zone]
    if found.kind is None:
        raise ValidationError({"kind": _("Choose what kind of zone this is.")})
    if not found.name.strip():
        raise ValidationError({"name": _("Enter what the zone is called on site.")})
    try:
        return create_zone(facility=facility, kind=found.kind, name=found.name.strip())
    except ValidationError as error:
        # That a name is there once a facility is a constraint over two fields, which has no field of its own.
        raise ValidationError({"name": error.messages}) from None


def _check(found: ZoneFound, kind: ZoneKind) -> None:
    for name in ("existing", "usable", "needed"):
        if not 0 <= getattr(found, name) <= MOST_CAMERAS:
            raise ValidationError({name: _("Enter a number from 0 to %(most)s.") % {"most": MOST_CAMERAS}})
    if found.usable > found.existing:
        text = _("Only %(existing)s cameras are there: no more than these can be good enough.")
        raise ValidationError({"usable": text % {"existing": found.existing}})
    if kind in FORBIDDEN_ZONE_KINDS and (found.needed or found.usable):
        field = "needed" if found.needed else "usable"
        raise ValidationError(
            {field: _("Cameras are forbidden here: enter 0. Count those that are there all the same.")}
        )
