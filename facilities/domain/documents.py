"""Documents are entered as they come in, or issued here. Nothing of what stands in the register is withdrawn."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from facilities.domain import numbers
from facilities.domain.folding import fold
from facilities.domain.placing import closed, shown
from facilities.domain.records import record
from facilities.domain.stored_files import keep
from facilities.domain.tree_change import locked
from facilities.enums import Direction, RecordedAction, Urgency
from facilities.models import Document, Organisation, User
from facilities.models.document import DocumentQuerySet


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """What stands on every document, whichever way it goes."""

    subject: str
    issued_on: date
    urgency: Urgency = Urgency.NORMAL
    signer_title: str = ""
    signer_name: str = ""
    due_on: date | None = None


@transaction.atomic
def enter_incoming(
    *,
    organisation: Organisation,
    written: str,
    agency: str,
    head: Letterhead,
    arrived_on: date,
    arrival_number: str = "",
    file: "UploadedFile[Any] | None" = None,
    actor: User | None,
    now: datetime,
) -> Document:
    """Enter a document that came from elsewhere into a body's register. Its number may be written in any way.

    Raises ValidationError by field: a day that has not come, arrival before its date, a file that is not taken in.
    """
    apart = numbers.read(written)
    document = _document(organisation, head, actor=actor, now=now)
    document.direction = Direction.INCOMING
    document.written, document.number, document.symbol = written, apart.number, apart.symbol
    document.agency, document.arrived_on, document.arrival_number = agency, arrived_on, arrival_number
    _check_days(document, now)
    return _kept(document, file, actor=actor, now=now)


@transaction.atomic
def issue(
    *,
    organisation: Organisation,
    number: int,
    symbol: str,
    head: Letterhead,
    body: str = "",
    file: "UploadedFile[Any] | None" = None,
    actor: User | None,
    now: datetime,
) -> Document:
    """Issue a document of a body, under a number that it has not used in that calendar year, with a text or a file.

    Raises ValidationError by field: a number that is taken, a symbol that NĐ 30/2020 does not have, a day to come,
    neither text nor file.
    """
    # One after the other: two who were suggested one number do not both get it.
    locked(organisation)
    document = _document(organisation, head, actor=actor, now=now)
    document.direction, document.agency, document.body = Direction.ISSUED, organisation.name, body.strip()
    document.written = _written(number, symbol)
    document.number, document.symbol = document.written.split("/", 1)
    _check_days(document, now)
    if number in _numbers_used(organisation, head.issued_on.year):
        text = _("Number %(number)s of %(year)s is taken; the next free one is %(next)s.")
        free = next_number(organisation, head.issued_on.year)
        raise ValidationError({"number": text % {"number": number, "year": head.issued_on.year, "next": free}})
    if not document.body and file is None:
        raise ValidationError({"body": _("Write the text here, or attach the document as a file.")})
    return _kept(document, file, actor=actor, now=now)


def next_number(organisation: Organisation, year: int) -> int:
    """The number after the highest that the body has used in that calendar year."""
    return max(_numbers_used(organisation, year), default=0) + 1


def next_arrival_number(organisation: Organisation, year: int) -> int:
    """The same of its register of what came in."""
    arrived = Document.objects.filter(
        organisation=organisation, direction=Direction.INCOMING, arrived_on__year=year
    ).values_list("arrival_number", flat=True)
    return max((int(number) for number in arrived if number.isascii() and number.isdigit()), default=0) + 1


def last_symbol(organisation: Organisation) -> str:
    """The symbol of what the body issued last: most likely that of the next one too."""
    issued = Document.objects.filter(organisation=organisation, direction=Direction.ISSUED).order_by("-entered_at")
    return issued.values_list("symbol", flat=True).first() or ""


def duplicates(known: DocumentQuerySet, *, written: str, agency: str, issued_on: date) -> list[Document]:
    """Of the documents `known`, those of that agency and calendar year with the same number and symbol.

    Spelling aside. It is for whoever enters it to say whether it is another one: numbers are given twice in real life.
    """
    key = numbers.read(written).key
    return [
        document
        for document in known.filter(issued_on__year=issued_on.year).only("written", "agency", "subject", "issued_on")
        if numbers.read(document.written).key == key and fold(document.agency) == fold(agency)
    ]


def _document(organisation: Organisation, head: Letterhead, *, actor: User | None, now: datetime) -> Document:
    if organisation.valid_to is not None:
        raise ValidationError({"organisation": closed(organisation)})
    return Document(
        organisation=organisation,
        subject=head.subject,
        issued_on=head.issued_on,
        urgency=head.urgency,
        signer_title=head.signer_title,
        signer_name=head.signer_name,
        due_on=head.due_on,
        entered_by=actor,
        entered_at=now,
    )


def _written(number: int, symbol: str) -> str:
    try:
        return numbers.write(number, symbol)
    except ValueError:
        pass
    try:
        numbers.write(1, symbol)
    except ValueError:
        text = _("Write the symbol as letters in groups with “-” between them, for example CV-BCĐ.")
        raise ValidationError({"symbol": text}) from None
    raise ValidationError({"number": _("A number is 1 or more.")})


def _check_days(document: Document, now: datetime) -> None:
    today = timezone.localdate(now)
    wrong: dict[str, Any] = {}
    if document.issued_on > today:
        wrong["issued_on"] = _("This day has not come yet. A document bears the day on which it was signed.")
    elif document.arrived_on is not None and document.arrived_on < document.issued_on:
        text = _("It cannot have arrived before its date, %(day)s.")
        wrong["arrived_on"] = text % {"day": shown(document.issued_on)}
    if document.arrived_on is not None and document.arrived_on > today:
        wrong["arrived_on"] = _("This day has not come yet.")
    if document.due_on is not None and document.due_on < document.issued_on:
        text = _("It cannot be due before its date, %(day)s.")
        wrong["due_on"] = text % {"day": shown(document.issued_on)}
    if wrong:
        raise ValidationError(wrong)


def _numbers_used(organisation: Organisation, year: int) -> set[int]:
    issued = Document.objects.filter(
        organisation=organisation, direction=Direction.ISSUED, issued_on__year=year
    ).values_list("number", flat=True)
    return {int(number) for number in issued}


def _kept(document: Document, file: "UploadedFile[Any] | None", *, actor: User | None, now: datetime) -> Document:
    # A document without a number is entered under what stands in its place.
    document.clean_fields(exclude=["number", "entered_by", "file", *([] if document.urgency else ["urgency"])])
    if file is not None:
        try:
            document.file = keep(file, organisation=document.organisation, actor=actor, now=now)
        except ValidationError as error:
            raise ValidationError({"file": error.messages}) from None
    document.save()
    record(
        RecordedAction.DOCUMENT_ENTERED,
        actor=actor,
        now=now,
        organisation=document.organisation,
        subject=f"{document.written}: {document.subject}",
        detail={"document": document.pk, "direction": document.direction, "file": document.file_id},
    )
    return document
