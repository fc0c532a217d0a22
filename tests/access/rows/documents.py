"""Rows of documents, deadlines and reminders."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from facilities.domain.documents import Letterhead, issue
from facilities.domain.stored_files import folder
from facilities.enums import Bound, Stage
from facilities.models import Deadline, Document, Recipient, StoredFile
from tests.access.kinds import BODY, LOGGED_IN, Kind, Row, Somewhere
from tests.access.oracle import ADMINISTER, CONTRACTOR, DIRECT, FIGURES, INSPECT, REPORT, Persona
from tests.world import NOW, World

# Each document, by the body that keeps it; and to whom it was sent.
SENT_TO = {"qn": "tam_ky_school", "dn": "da_nang_dormitory", "national": "qn_health"}
# To whom else each can go.
NEXT = {"qn": "hoi_an", "dn": "hai_chau", "national": "hoi_an_hotel"}


def _reads(who: Persona, name: str, permission: str) -> bool:
    return who.reaches(name, permission) or who.reaches(SENT_TO[name], permission)


def _answers(who: Persona, name: str, _permission: str) -> bool:
    """Whether they have a role at the recipient itself, which is theirs to answer for; a contractor's is not."""
    duties = {DIRECT, REPORT, INSPECT, ADMINISTER}
    return any(node == SENT_TO[name] and allowed & duties and allowed != CONTRACTOR for node, allowed in who.grants)


DOCUMENT = Kind(tuple(SENT_TO), lambda world, name: document_of(world, name).pk, _reads)
TO_READ = Kind(tuple(SENT_TO), lambda world, name: document_of(world, name).pk, _answers)
# By the body that set it.
DEADLINE = Kind(
    tuple(SENT_TO), lambda world, name: Deadline.objects.get(organisation=world.nodes[name], supersedes=None).pk
)


def document_of(world: World, name: str) -> Document:
    """The document that the body keeps."""
    return Document.objects.get(organisation=world.nodes[name])


def incoming_form(world: World, name: str) -> Mapping[str, Any]:
    """What enters a document."""
    del world
    days = {"issued_on": "2021-05-30", "arrived_on": "2021-05-31"}
    return {"written": f"99/{name.upper()}", "agency": "Bộ", "subject": "Về việc", **days}


def issue_form(world: World, name: str) -> Mapping[str, Any]:
    """What issues one."""
    del world, name
    return {"number": 999, "symbol": "CV", "subject": "Về việc", "issued_on": "2021-06-07", "body": "Kính đề nghị"}


def distribution_form(world: World, name: str) -> Mapping[str, Any]:
    """What sends it on."""
    return {"to": world.nodes[NEXT[name]].pk, "confirmed": 1}


def deadline_form(world: World, name: str) -> Mapping[str, Any]:
    """What sets a deadline where whoever directs the province, and so a department of it, may set one."""
    area = world.nodes["qn" if name == "national" else name].area_id
    given = {"milestone": "watching", "bound": "by", "day": "2021-06-30", "area": area}
    return given | {"sectors": ["army", "civil", "paid_hotel"], "confirmed": 1}


def revision_form(world: World, name: str) -> Mapping[str, Any]:
    """What revises one."""
    return {"document": document_of(world, name).pk, "bound": "by", "day": "2021-06-30", "confirmed": 1}


DOCUMENTS: dict[str, Row] = {
    "documents/": Row({"GET": LOGGED_IN}),
    "documents/receive/": Row({"GET": Somewhere(DIRECT)}),
    "documents/issue/": Row({"GET": Somewhere(DIRECT)}),
    "documents/<int:pk>/": Row({"GET": FIGURES}, DOCUMENT),
    "documents/<int:pk>/file/": Row({"GET": FIGURES}, DOCUMENT),
    "documents/<int:pk>/letter/": Row({"GET": FIGURES}, DOCUMENT),
    "documents/<int:pk>/acknowledge/": Row({"POST": FIGURES}, TO_READ),
    "documents/<int:pk>/distribute/": Row({"GET": DIRECT, "POST": DIRECT}, DOCUMENT, form=distribution_form),
    "documents/<int:pk>/deadlines/new/": Row({"GET": DIRECT, "POST": DIRECT}, DOCUMENT, form=deadline_form),
    "organisations/<int:pk>/documents/receive/": Row({"GET": DIRECT, "POST": DIRECT}, BODY, form=incoming_form),
    "organisations/<int:pk>/documents/issue/": Row({"GET": DIRECT, "POST": DIRECT}, BODY, form=issue_form),
    "deadlines/": Row({"GET": LOGGED_IN}),
    "deadlines/<int:pk>/revise/": Row({"GET": DIRECT, "POST": DIRECT}, DEADLINE, form=revision_form),
}
ROWS: dict[str, Row] = {**DOCUMENTS}


def tell_apart(world: World) -> None:
    """Make one of each such thing on each side, named after whose it is."""
    _tell_documents_apart(world)


def secrets(world: World, who: Persona) -> set[str]:
    """Words of such things that must stand in no answer to this person."""
    return _secrets_of_documents(world, who)


def _tell_documents_apart(world: World) -> None:
    for number, (name, recipient) in enumerate(SENT_TO.items(), 101):
        body, head = world.nodes[name], Letterhead(subject=subject(name), issued_on=date(2021, 5, 30))
        document = issue(
            organisation=body, number=number, symbol="CV-BCĐ", head=head, body=subject(name), actor=None, now=NOW
        )
        stored = StoredFile.objects.create(
            organisation=body,
            original_name=f"{name}.pdf",
            stored_as=f"matrix-{name}",
            media_type="application/pdf",
            size=4,
            sha256="",
            uploaded_at=NOW,
        )
        folder().mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder() / stored.stored_as).write_text(file_of(name), encoding="utf-8")
        # Whoever was sent it reads what the agency is called, which is no secret of the tree.
        Document.objects.filter(pk=document.pk).update(file=stored, agency=f"Cơ quan số {number}")
        Recipient.objects.create(
            document=document, organisation=world.nodes[recipient], sent_at=NOW, sent_from=world.nodes[name]
        )
        day = date(2021, 6, 12)
        Deadline.objects.create(
            organisation=body,
            document=document,
            milestone=Stage.CONNECTED,
            area=body.area,
            day=day,
            bound=Bound.BY,
            last_day=day,
            note=note(name),
            set_at=NOW,
        )


def _secrets_of_documents(world: World, who: Persona) -> set[str]:
    hidden = {name for name in SENT_TO if not _reads(who, name, FIGURES)}
    words = {word for name in hidden for word in (subject(name), file_of(name))}
    words |= {f'href="/documents/{document_of(world, name).pk}/' for name in hidden}
    # Whom a deadline binds reads it, whoever set it.
    unbound = {name for name in ("qn", "dn") if not who.counts_in(name) and not who.reaches(name, FIGURES)}
    return words | {note(name) for name in unbound}


def subject(name: str) -> str:
    """What the document of a body is about."""
    return f"Trích yếu của {name}"


def file_of(name: str) -> str:
    """What stands in its file."""
    return f"Tệp của {name}"


def note(name: str) -> str:
    """What is noted at its deadline."""
    return f"Ghi chú của {name}"
