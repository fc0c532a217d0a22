"""The pages of documents and deadlines: entered, issued, sent, read; what is refused stays as it was typed."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from facilities.domain.stored_files import MOST_BYTES
from facilities.enums import RecordedAction, Urgency
from facilities.models import Deadline, Document, Recipient, Record
from tests.facilities.page import text
from tests.facilities.papers import PDF, deadline, head, incoming, issued, sent
from tests.large_upload import MEGABYTE, send_large
from tests.world import World

Login = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _english_and_apart(settings: Settings, tmp_path: Path) -> None:
    settings.LANGUAGE_CODE = "en"
    settings.MEDIA_ROOT = tmp_path


def send(client: Client, route: str, pk: int, /, **form: Any) -> str:
    answer = client.post(reverse(route, args=[pk]), form, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def paper(**more: Any) -> dict[str, Any]:
    given = {"written": "4403/CV-BCĐ", "agency": "Ban Chỉ đạo Quốc gia", "subject": "Lắp đặt camera"}
    return given | {"issued_on": "2021-05-30", "arrived_on": "2021-05-31"} | more


def test_a_document_is_entered_with_its_file(world: World, login: Login) -> None:
    leader = login("qn_leader")
    page = send(
        leader,
        "document_enter",
        world.nodes["qn"].pk,
        **paper(urgency="express", file=SimpleUploadedFile("4403.pdf", PDF)),
    )
    assert "4403/CV-BCĐ was entered" in page
    document = Document.objects.get()
    assert (document.urgency, document.issued_on, document.entered_by) == (
        Urgency.EXPRESS,
        date(2021, 5, 30),
        world.people["qn_leader"],
    )
    answer = leader.get(reverse("document_file", args=[document.pk]))
    assert answer.getvalue() == PDF
    assert answer.headers["Content-Disposition"] == 'attachment; filename="4403.pdf"'
    assert Record.objects.filter(action=RecordedAction.FILE_OPENED).count() == 1
    # It was not sent to the facility, and is not there for its officer.
    assert login("tam_ky_officer").get(reverse("document_file", args=[document.pk])).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"issued_on": timezone.localdate().replace(year=timezone.localdate().year + 1)}, "has not come yet"),
        ({"issued_on": "31/06/2021"}, "There is no such day"),
        ({"due_on": "2021-05-29"}, "cannot be due before its date"),
        ({"arrived_on": "2021-05-29"}, "cannot have arrived before"),
        ({"file": SimpleUploadedFile("4403.pdf", b"MZ\x90\x00" + bytes(100))}, "4403.pdf cannot be attached"),
        ({"file": SimpleUploadedFile("4403.pdf", PDF + bytes(MOST_BYTES))}, "larger than 15 MB"),
        # More than the portal takes in at all: it is dropped on its way.
        ({"file": SimpleUploadedFile("4403.pdf", PDF + bytes(2 * MOST_BYTES))}, "larger than 15 MB"),
    ],
    ids=["tomorrow", "31 June", "due before", "arrived before", "executable", "too large", "cut off"],
)
def test_what_is_refused_says_so_and_what_was_typed_stays(
    world: World, login: Login, wrong: dict[str, Any], reason: str
) -> None:
    page = send(login("qn_leader"), "document_enter", world.nodes["qn"].pk, **paper(**wrong))
    assert reason in page
    assert 'value="4403/CV-BCĐ"' in page
    assert "Lắp đặt camera</textarea>" in page
    assert not Document.objects.exists()


@pytest.mark.parametrize("route", ["document_enter", "document_issue"])
def test_500_megabytes_are_refused_at_the_field_and_what_was_typed_stays(
    world: World, login: Login, route: str, tmp_path: Path
) -> None:
    fields = paper(number="8", symbol="UBND-KGVX")
    path = reverse(route, args=[world.nodes["qn"].pk])
    answer, body = send_large(login("qn_leader"), path, fields, "file", megabytes=500)
    assert answer.context["form"].errors == {
        "file": ["A file is larger than 15 MB and was not taken. Attach a smaller one."]
    }
    assert "Lắp đặt camera</textarea>" in answer.content.decode()
    assert (body.left, body.largest < MEGABYTE) == (0, True)
    assert not Document.objects.exists()
    assert not list(tmp_path.rglob("*.*"))


def test_a_duplicate_is_warned_about_and_entered_when_confirmed(world: World, login: Login) -> None:
    first = incoming(world, "qn")
    leader, node = login("qn_leader"), world.nodes["qn"].pk
    page = send(leader, "document_enter", node, **paper(file=SimpleUploadedFile("ban-hai.pdf", PDF)))
    assert "Is it this one?" in page
    assert reverse("document", args=[first.pk]) in page
    # A browser does not keep a chosen file.
    assert "Choose the file ban-hai.pdf again" in page
    assert Document.objects.count() == 1
    send(leader, "document_enter", node, **paper(another="on"))
    assert Document.objects.count() == 2
    # Of what lies out of one's reach nothing is told.
    assert "Is it this one?" not in send(login("dn_leader"), "document_enter", world.nodes["dn"].pk, **paper())


def test_the_next_free_number_is_suggested_and_a_taken_one_refused(world: World, login: Login) -> None:
    issued(world, "qn", 7, head=head(issued_on=timezone.localdate()), now=timezone.now())
    leader, node = login("qn_leader"), world.nodes["qn"].pk
    page = text(leader, "document_issue", node)
    assert 'name="number" value="8"' in page
    assert 'value="UBND-KGVX"' in page
    given = {"symbol": "UBND-KGVX", "subject": "Đôn đốc", "issued_on": timezone.localdate(), "body": "Kính đề nghị"}
    assert "the next free one is 8" in send(leader, "document_issue", node, number=7, **given)
    assert "Write the symbol as letters" in send(leader, "document_issue", node, number=8, **given | {"symbol": "A B"})
    assert "08/UBND-KGVX was entered" in send(leader, "document_issue", node, number=8, **given)
    letter = leader.get(reverse("document_letter", args=[Document.objects.latest("pk").pk]))
    assert letter.content.startswith(b"%PDF-")
    assert letter.headers["Content-Disposition"] == 'attachment; filename="08-UBND-KGVX.pdf"'


def test_whoever_directs_one_body_is_led_to_its_form(world: World, login: Login) -> None:
    army = login("qn_army_leader").get(reverse("document_receive"))
    assert army.headers["Location"] == reverse("document_enter", args=[world.nodes["qn_command"].pk])
    assert world.nodes["tam_ky"].name in text(login("qn_leader"), "document_issue_choice", q="tam ky")
    assert login("tam_ky_officer").get(reverse("document_receive")).status_code == 404


def test_it_is_shown_to_whom_it_goes_before_it_is_sent(world: World, login: Login) -> None:
    document, leader = issued(world, "qn"), login("qn_leader")
    page = text(leader, "document_distribute", document.pk)
    assert "Quarantine facility (3)" in page
    assert "District People&#x27;s Committee (2)" in page
    page = send(leader, "document_distribute", document.pk, groups=["facility"], to=[world.nodes["tam_ky"].pk])
    assert "It goes to 4 recipients:" in page
    assert not Recipient.objects.exists()
    chosen = {"groups": ["facility"], "to": [world.nodes["tam_ky"].pk], "confirmed": "1"}
    assert "It was sent to 4 recipients." in send(leader, "document_distribute", document.pk, **chosen)
    assert Recipient.objects.count() == 4
    # Sent again it goes to nobody twice.
    page = send(leader, "document_distribute", document.pk, **chosen)
    assert "Nothing was sent yet." in page
    assert Recipient.objects.count() == 4


def test_a_search_keeps_what_was_chosen(world: World, login: Login) -> None:
    document, hotel = issued(world, "qn"), world.nodes["hoi_an_hotel"].pk
    page = send(login("qn_leader"), "document_distribute", document.pk, to=[hotel], q="tam ky", look="1")
    assert f'value="{hotel}" checked' in page
    assert str(world.nodes["tam_ky"]) in page
    assert str(world.nodes["hoi_an"]) not in page


def test_an_officer_says_in_one_tap_that_it_was_read(world: World, login: Login) -> None:
    document = issued(world, "qn")
    sent(world, document, "tam_ky_school", "hoi_an_hotel", by="qn_leader")
    officer = login("tam_ky_officer")
    register = text(officer, "documents")
    assert '1<span class="visually-hidden"> unread' in register
    assert "Not read" in register
    page = text(officer, "document", document.pk)
    assert "We have read it" in page
    # Nobody else's reading is the facility's business.
    assert "hoi_an_hotel" not in page
    assert "Who has read it?" not in page
    page = send(officer, "document_acknowledge", document.pk)
    assert "It is on record that 3385/UBND-KGVX was read." in page
    assert "We have read it" not in page
    assert 'visually-hidden"> unread' not in page
    # Again, as a second tap on a weak line would.
    assert "It is on record" in send(officer, "document_acknowledge", document.pk)
    assert Record.objects.filter(action=RecordedAction.DOCUMENT_ACKNOWLEDGED).count() == 1
    assert login("qn_leader").post(reverse("document_acknowledge", args=[document.pk])).status_code == 404
    assert Recipient.objects.unread().count() == 1


def test_a_leader_sees_who_has_not_read_it(world: World, login: Login) -> None:
    document = issued(world, "qn")
    sent(world, document, "tam_ky_school", "hoi_an_hotel", "tam_ky", by="qn_leader")
    login("tam_ky_officer").post(reverse("document_acknowledge", args=[document.pk]))
    leader = login("qn_leader")
    register = text(leader, "documents")
    assert ">1/3</a>" in register
    unread = leader.get(reverse("document", args=[document.pk], query={"state": "unread"}))
    names = [str(row.record.organisation) for row in unread.context["table"].rows]
    assert names == [str(world.nodes[name]) for name in ("tam_ky", "hoi_an_hotel")]
    assert unread.context["counts"] == {"all": 3, "read": 1, "unread": 2}
    facilities = leader.get(reverse("document", args=[document.pk], query={"kind": "facility", "q": "school"}))
    assert [row.record.organisation for row in facilities.context["table"].rows] == [world.nodes["tam_ky_school"]]
    # Who it was there is told to who administers there.
    assert str(world.people["tam_ky_officer"]) not in text(leader, "document", document.pk)
    assert str(world.people["tam_ky_officer"]) in text(login("qn_administrator"), "document", document.pk)


def test_the_register_is_searched_filtered_and_sorted(world: World, login: Login) -> None:
    incoming(world, "qn", "4403/CV-BCĐ", head=head(urgency=Urgency.EXPRESS))
    incoming(world, "qn", "1555/UBND-KGVX", agency="UBND tỉnh Kon Tum", head=head(subject="Tiếp nhận người"))
    sent(world, issued(world, "qn", 12, head=head(issued_on=date(2020, 6, 7))), "tam_ky_school", by="qn_leader")
    incoming(world, "dn", "99/CV-BCĐ")
    leader = login("qn_leader")

    def found(**query: str) -> list[str]:
        answer = leader.get(reverse("documents", query=query))
        return [row.record.written for row in answer.context["table"].rows]

    assert found() == ["1555/UBND-KGVX", "4403/CV-BCĐ", "12/UBND-KGVX"]
    assert found(q="tiep nhan") == ["1555/UBND-KGVX"]
    assert found(q="kon tum") == ["1555/UBND-KGVX"]
    assert found(direction="issued") == ["12/UBND-KGVX"]
    assert found(urgency="express") == ["4403/CV-BCĐ"]
    assert found(year="2020") == ["12/UBND-KGVX"]
    assert found(read="unread") == ["12/UBND-KGVX"]
    assert found(read="waiting") == []
    assert found(sort="issued_on")[0] == "12/UBND-KGVX"
    assert found(direction="nonsense", year="x") == found()


@pytest.mark.parametrize("route", ["documents", "document"])
def test_the_number_of_queries_does_not_grow(
    world: World, login: Login, django_assert_max_num_queries: DjangoAssertNumQueries, route: str
) -> None:
    leader, document = login("qn_leader"), issued(world, "qn", 1)
    address = reverse(route, args=[document.pk] if route == "document" else [])
    sent(world, document, "tam_ky_school", by="qn_leader")
    with django_assert_max_num_queries(20) as first:
        leader.get(address)
    sent(world, document, "hoi_an_hotel", "qn_barracks", "tam_ky", by="qn_leader")
    for number in range(2, 5):
        sent(world, issued(world, "qn", number), "tam_ky_school", by="qn_leader")
    with django_assert_max_num_queries(len(first)):
        leader.get(address)


def test_a_deadline_is_shown_with_its_last_good_day_before_it_is_set(world: World, login: Login) -> None:
    document, leader = issued(world, "qn"), login("qn_leader")
    given = {
        "milestone": "connected",
        "bound": "before",
        "day": "2021-06-12",
        "area": world.nodes["qn"].area_id,
        "sectors": ["civil", "paid_hotel"],
    }
    page = send(leader, "deadline_new", document.pk, **given)
    assert "11/06/2021" in page
    assert "<dt>Facilities bound by it now</dt><dd>2</dd>" in page
    assert not Deadline.objects.exists()
    page = send(leader, "deadline_new", document.pk, **given, confirmed="1")
    assert "the last good day is 11/06/2021" in page
    # The facility that it binds reads it, though it was set above, from a letter that it was not sent.
    officer = text(login("tam_ky_officer"), "deadlines")
    assert "before 12/06/2021" in officer
    assert reverse("document", args=[document.pk]) not in officer
    assert "before 12/06/2021" not in text(login("qn_army_leader"), "deadlines")
    assert "before 12/06/2021" not in text(login("dn_leader"), "deadlines")


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"day": "31/06/2021"}, "There is no such day"),
        ({"day": "2021-06-07"}, "would lie before the document"),
        ({"milestone": "not_surveyed"}, "Select a valid choice"),
        ({"area": ""}, "This field is required"),
    ],
)
def test_deadlines_that_make_no_sense_are_refused_at_the_field(
    world: World, login: Login, wrong: dict[str, Any], reason: str
) -> None:
    given: dict[str, Any] = {"milestone": "connected", "bound": "before", "day": "2021-06-12"}
    given |= {"area": world.nodes["qn"].area_id}
    given |= {"sectors": ["civil"], "note": "Theo công điện", "confirmed": "1"}
    page = send(login("qn_leader"), "deadline_new", issued(world, "qn").pk, **given | wrong)
    assert reason in page
    assert 'value="Theo công điện"' in page
    assert not Deadline.objects.exists()


def test_a_revision_leaves_both_and_the_older_cannot_be_revised_again(world: World, login: Login) -> None:
    document, leader = issued(world, "qn"), login("qn_leader")
    first = deadline(document)
    form = {"document": document.pk, "bound": "by", "day": "2021-06-20", "confirmed": "1"}
    assert "the last good day is 20/06/2021" in send(leader, "deadline_revise", first.pk, **form)
    assert "It was superseded already, by the deadline of 20/06/2021" in send(
        leader, "deadline_revise", first.pk, **form
    )
    assert Deadline.objects.count() == 2

    def listed(state: str) -> list[str]:
        answer = leader.get(reverse("deadlines", query={"state": state}))
        return [f"{row.record.last_day:%d/%m}" for row in answer.context["table"].rows]

    assert (listed(""), listed("superseded"), listed("all")) == (["20/06"], ["11/06"], ["11/06", "20/06"])
    assert "Superseded: now 20/06/2021" in text(leader, "deadlines", state="all")
    assert "Superseded: now 20/06/2021" in text(leader, "document", document.pk)
