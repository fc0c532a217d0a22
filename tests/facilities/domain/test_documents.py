"""Documents are entered, issued, sent down the tree and acknowledged."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from facilities.domain.distribution import acknowledge, awaiting, distribute, may_receive
from facilities.domain.documents import duplicates, last_symbol, next_arrival_number, next_number
from facilities.domain.stored_files import MOST_BYTES
from facilities.enums import Permission, RecordedAction, Role, Urgency
from facilities.models import Document, Recipient, Record, StoredFile
from tests.facilities.papers import ORDERED_ON, PDF, fresh, head, incoming, issued
from tests.world import NOW, World, add_person

TOMORROW = date(2021, 6, 12)


def refused(error: pytest.ExceptionInfo[ValidationError]) -> set[str]:
    return set(error.value.message_dict)


def names(rows: object) -> set[str]:
    return {str(row) for row in rows}  # type: ignore[attr-defined] # rows of any kind


def test_what_comes_in_is_kept_as_it_is_written_and_on_record(world: World) -> None:
    document = incoming(world, "qn", "Số: 1445-KGVX", head=head(urgency=Urgency.EXPRESS), arrival_number="12")
    assert (document.written, document.number, document.symbol) == ("Số: 1445-KGVX", "1445", "KGVX")
    assert document.organisation == world.nodes["qn"]
    entry = Record.objects.get(action=RecordedAction.DOCUMENT_ENTERED)
    assert entry.organisation_id == world.nodes["qn"].pk
    assert entry.detail == {"document": document.pk, "direction": "incoming", "file": None}
    # A paper may have no number at all.
    assert incoming(world, "qn", "Công điện khẩn").number == ""


def test_days_that_make_no_sense_are_refused_at_the_field(world: World) -> None:
    with pytest.raises(ValidationError) as error:
        incoming(world, "qn", head=head(issued_on=TOMORROW, due_on=ORDERED_ON), arrived_on=TOMORROW)
    assert refused(error) == {"issued_on", "arrived_on", "due_on"}
    with pytest.raises(ValidationError) as error:
        incoming(world, "qn", arrived_on=ORDERED_ON - timedelta(days=1))
    assert refused(error) == {"arrived_on"}
    with pytest.raises(ValidationError) as error:
        issued(world, "qn", head=head(issued_on=TOMORROW))
    assert refused(error) == {"issued_on"}
    assert not Document.objects.exists()


def test_a_file_is_kept_with_it_and_what_could_be_run_is_refused(
    world: World, settings: Settings, tmp_path: object
) -> None:
    settings.MEDIA_ROOT = tmp_path
    document = incoming(world, "qn", file=SimpleUploadedFile("4403.pdf", PDF))
    assert document.file is not None
    assert (document.file.original_name, document.file.organisation) == ("4403.pdf", world.nodes["qn"])
    for content in (b"MZ\x90\x00" + bytes(100), PDF + bytes(MOST_BYTES)):
        with pytest.raises(ValidationError) as error:
            incoming(world, "qn", file=SimpleUploadedFile("4403.pdf", content))
        assert refused(error) == {"file"}
    assert (Document.objects.count(), StoredFile.objects.count()) == (1, 1)


def test_a_number_is_used_once_by_a_body_in_a_year(world: World) -> None:
    assert next_number(world.nodes["qn"], 2021) == 1
    assert issued(world, "qn", 7).written == "07/UBND-KGVX"
    with pytest.raises(ValidationError) as error:
        issued(world, "qn", 7, symbol="QĐ-UBND")
    assert refused(error) == {"number"}
    assert "8" in error.value.messages[0]
    assert next_number(world.nodes["qn"], 2021) == 8
    assert last_symbol(world.nodes["qn"]) == "UBND-KGVX"
    # Another year, and another body.
    issued(world, "qn", 7, head=head(issued_on=date(2020, 6, 7)))
    issued(world, "dn", 7)
    # What came in under that number is another's.
    incoming(world, "qn", "08/CV-BCĐ", arrival_number="41")
    assert next_number(world.nodes["qn"], 2021) == 8
    assert next_arrival_number(world.nodes["qn"], 2021) == 42


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("number", {"number": 0}),
        ("symbol", {"symbol": "UBND KGVX"}),
        ("symbol", {"symbol": ""}),
        ("body", {"body": " "}),
        ("subject", {"head": head(subject="")}),
        ("subject", {"head": head(subject="x" * 501)}),
    ],
)
def test_what_is_issued_is_written_strictly(world: World, field: str, wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError) as error:
        issued(world, "qn", **{"number": 1} | wrong)  # type: ignore[arg-type] # one of the fields
    assert refused(error) == {field}
    assert not Document.objects.exists()


def test_the_same_number_symbol_and_agency_are_told_as_duplicates_and_may_be_entered(world: World) -> None:
    first = incoming(world, "qn", "4403/CV-BCĐ", agency="Ban Chỉ đạo Quốc gia")
    incoming(world, "qn", "4403/CV-BCĐ", agency="Bộ Y tế")
    incoming(world, "qn", "4403/CV-BCĐ", head=head(issued_on=date(2020, 5, 30)))
    incoming(world, "dn", "4403/CV-BCĐ")

    def found(written: str) -> list[Document]:
        known = Document.objects.visible_to(world.people["qn_leader"], Permission.VIEW_FIGURES, NOW)
        return duplicates(known, written=written, agency="ban chi dao  Quốc gia", issued_on=ORDERED_ON)

    assert found("Số: 4403-cv/bcđ") == [first]
    assert found("4404/CV-BCĐ") == []
    # It is a warning: whoever says that it is another one enters it.
    incoming(world, "qn", "4403/CV-BCĐ")
    assert len(found("4403/CV-BCĐ")) == 2


def test_it_goes_to_whom_one_directs_below_each_once(world: World) -> None:
    document, leader = issued(world, "qn"), world.people["qn_leader"]
    sent = distribute(document=document, to=[fresh(world, "tam_ky"), fresh(world, "tam_ky")], actor=leader, now=NOW)
    assert [(row.organisation, row.sent_from) for row in sent] == [(world.nodes["tam_ky"], world.nodes["qn"])]
    with pytest.raises(ValidationError) as error:
        distribute(document=document, to=[fresh(world, "tam_ky")], actor=leader, now=NOW)
    assert refused(error) == {"to"}
    for beyond in ("national", "dn", "da_nang_dormitory", "qn"):
        with pytest.raises(ValidationError):
            distribute(document=document, to=[fresh(world, "hoi_an"), fresh(world, beyond)], actor=leader, now=NOW)
    assert names(Recipient.objects.values_list("organisation__name", flat=True)) == {str(world.nodes["tam_ky"])}
    entry = Record.objects.get(action=RecordedAction.DOCUMENT_DISTRIBUTED)
    assert entry.detail["to"] == [world.nodes["tam_ky"].pk]


def test_a_recipient_passes_it_on_to_those_below_it_alone(world: World) -> None:
    document = incoming(world, "national")
    to = [fresh(world, "tam_ky"), fresh(world, "qn_health")]
    distribute(document=document, to=to, actor=world.people["national_leader"], now=NOW)
    # An inspector of two districts, of which one has it.
    inspector = world.people["qn_inspector"]
    assert names(may_receive(document, inspector, now=NOW)) == {str(world.nodes["tam_ky_school"])}
    # The department oversees facilities that do not stand below it; the barracks are the army's.
    overseen = may_receive(document, world.people["qn_health_inspector"], now=NOW)
    assert names(overseen) == {str(world.nodes["tam_ky_school"]), str(world.nodes["hoi_an_hotel"])}
    assert not may_receive(document, world.people["dn_leader"], now=NOW).exists()
    assert not may_receive(document, world.people["tam_ky_officer"], now=NOW).exists()
    school = fresh(world, "tam_ky_school")
    (passed,) = distribute(document=document, to=[school], actor=inspector, now=NOW)
    assert passed.sent_from == world.nodes["tam_ky"]
    (passed,) = distribute(
        document=document, to=[fresh(world, "hoi_an_hotel")], actor=world.people["qn_health_inspector"], now=NOW
    )
    assert passed.sent_from == world.nodes["qn_health"]


def test_a_recipient_reads_it_and_a_sibling_does_not(world: World) -> None:
    document = issued(world, "qn")
    distribute(document=document, to=[fresh(world, "tam_ky_school")], actor=world.people["qn_leader"], now=NOW)
    readers = {
        name
        for name, person in world.people.items()
        if Document.objects.visible_to(person, Permission.VIEW_FIGURES).filter(pk=document.pk).exists()
    }
    above = {"national_leader", "qn_leader", "qn_analyst", "qn_operator", "qn_administrator", "qn_chief"}
    # Whoever may see the facility's figures sees what it was sent.
    assert readers == above | {"qn_inspector", "qn_health_inspector", "tam_ky_officer", "contractor"}


def test_it_is_acknowledged_by_who_answers_there_and_nobody_above(world: World) -> None:
    document = issued(world, "qn")
    to = [fresh(world, name) for name in ("tam_ky_school", "hoi_an_hotel", "tam_ky")]
    distribute(document=document, to=to, actor=world.people["qn_leader"], now=NOW)
    for idle in ("qn_leader", "national_leader", "contractor", "qn_health_inspector", "dn_officer", "nobody"):
        assert acknowledge(document=document, actor=world.people[idle], now=NOW) == []
    officer = world.people["tam_ky_officer"]
    assert awaiting(officer, now=NOW).count() == 1
    (read,) = acknowledge(document=document, actor=officer, now=NOW)
    assert (read.organisation, read.acknowledged_at, read.acknowledged_by) == (
        world.nodes["tam_ky_school"],
        NOW,
        officer,
    )
    # Done is done: the first one stays on record, and none is added.
    assert acknowledge(document=document, actor=officer, now=NOW + timedelta(hours=1)) == []
    assert Recipient.objects.get(organisation=world.nodes["tam_ky_school"]).acknowledged_at == NOW
    entry = Record.objects.get(action=RecordedAction.DOCUMENT_ACKNOWLEDGED)
    assert (entry.person_id, entry.organisation_id) == (officer.pk, world.nodes["tam_ky_school"].pk)
    assert Recipient.objects.unread().count() == 2
    assert [row.organisation for row in awaiting(world.people["qn_inspector"], now=NOW)] == [world.nodes["tam_ky"]]


def test_a_role_that_has_ended_reads_for_nobody(world: World) -> None:
    gone = add_person(world, "gone", Role.FACILITY_OFFICER, "tam_ky_school", expires_at=NOW + timedelta(hours=1))
    document = issued(world, "qn")
    distribute(document=document, to=[fresh(world, "tam_ky_school")], actor=world.people["qn_leader"], now=NOW)
    assert awaiting(gone, now=NOW).count() == 1
    assert awaiting(gone, now=NOW + timedelta(hours=1)).count() == 0
