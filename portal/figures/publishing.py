"""Publishing a table of frozen figures: it names its moment, and anybody can make it again and find it equal."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from facilities.domain.records import record
from facilities.enums import Permission, RecordedAction, Sector
from facilities.models import AdministrativeUnit, Organisation, User
from portal.figures.freezing import digest_of, digest_of_all
from portal.models import Publication, Snapshot


@transaction.atomic
def publish(
    *,
    organisation: Organisation,
    title: str,
    day: date,
    unit: AdministrativeUnit | None,
    sectors: Collection[Sector],
    actor: User,
    now: datetime,
) -> Publication:
    """Publish the figures of a day that is frozen, of the facilities that `actor` may see in the unit and sectors.

    Without a unit it is the country, without sectors all of them. Amendments until now are in it. Raises
    ValidationError by field: no title; a day that is not frozen, or without such facilities.
    """
    if not title.strip():
        raise ValidationError({"title": _("Give the table a title.")})
    rows = Snapshot.objects.in_force().filter(day=day).visible_to(actor, Permission.VIEW_FIGURES)
    if unit is not None:
        rows = rows.filter(Q(province=unit) | Q(district=unit))
    if sectors:
        rows = rows.filter(sector__in=[sector.value for sector in sectors])
    found = list(rows.order_by("pk").values_list("pk", "digest"))
    if not found:
        raise ValidationError({"day": _("No figures of that day are frozen for these facilities.")})
    published = Publication.objects.create(
        organisation=organisation,
        title=title.strip(),
        day=day,
        unit=unit,
        sectors=[sector.value for sector in sectors],
        snapshots=[pk for pk, _digest in found],
        digest=digest_of_all(digest for _pk, digest in found),
        published_by=actor,
        published_at=now,
    )
    record(
        RecordedAction.FIGURES_PUBLISHED,
        actor=actor,
        now=now,
        organisation=organisation,
        subject=published.title,
        detail={"publication": published.pk, "rows": len(found), "digest": published.digest},
    )
    return published


@dataclass(frozen=True, slots=True)
class Reproduced:
    """What became of a publication's rows: whether all are there and as they were, and how many were amended since."""

    equal: bool
    amended: int


def reproduce(publication: Publication) -> Reproduced:
    """Compute the hashes of all its rows anew, and its own over them."""
    rows = list(Snapshot.objects.filter(pk__in=publication.snapshots).order_by("pk"))
    as_they_were = all(row.digest == digest_of(row) for row in rows)
    amended = Snapshot.objects.filter(amends__in=publication.snapshots).count()
    return Reproduced(as_they_were and digest_of_all(row.digest for row in rows) == publication.digest, amended)
