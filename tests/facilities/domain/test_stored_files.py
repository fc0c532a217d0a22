"""What may be attached, and what becomes of it."""

import io
import stat
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from facilities.domain.stored_files import MOST_BYTES, folder, hand_out, keep, keep_all
from facilities.enums import RecordedAction
from facilities.models import Record, StoredFile
from tests.world import NOW, World

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF"


def picture(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.new("1", (width, height)).save(file, "PNG")
    return file.getvalue()


def archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("setup.exe", b"MZ")
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00" + bytes(100),
        b"\x7fELF\x02\x01\x01" + bytes(100),
        b"#!/bin/sh\nrm -rf /\n",
        b"<html><script>alert(1)</script></html>",
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        archive(),
        b"",
        b"just text",
    ],
    ids=["exe", "elf", "script", "html", "svg", "zip", "empty", "text"],
)
def test_nothing_that_could_be_run_is_taken_in_whatever_it_is_called(world: World, content: bytes) -> None:
    upload = SimpleUploadedFile("bien-ban.pdf", content, "application/pdf")
    with pytest.raises(ValidationError) as refusal:
        keep(upload, organisation=world.nodes["qn"], actor=None, now=NOW)
    assert "bien-ban.pdf" in refusal.value.messages[0]
    assert not StoredFile.objects.exists()


def test_what_is_too_large_says_by_how_much(world: World) -> None:
    upload = SimpleUploadedFile("lon.pdf", PDF + bytes(MOST_BYTES))
    with pytest.raises(ValidationError, match="15 MB"):
        keep(upload, organisation=world.nodes["qn"], actor=None, now=NOW)


def test_a_picture_of_too_many_pixels_is_refused_by_its_header(world: World) -> None:
    upload = SimpleUploadedFile("anh.png", picture(6000, 6000))
    with pytest.raises(ValidationError, match="25"):
        keep(upload, organisation=world.nodes["qn"], actor=None, now=NOW)


def test_one_wrong_file_of_several_keeps_all_out(world: World) -> None:
    uploads = [SimpleUploadedFile("a.pdf", PDF), SimpleUploadedFile("b.exe", b"MZ" + bytes(99))]
    with pytest.raises(ValidationError) as refusal:
        keep_all(uploads, organisation=world.nodes["qn"], actor=None, now=NOW)
    assert list(refusal.value.message_dict) == ["files"]
    assert not StoredFile.objects.exists()


def test_a_file_lies_where_nobody_else_reads_it_and_leaves_as_an_attachment_on_record(world: World) -> None:
    upload = SimpleUploadedFile("../../Biên bản <1>.pdf", PDF)
    stored = keep(upload, organisation=world.nodes["tam_ky_school"], actor=world.people["tam_ky_officer"], now=NOW)
    path = folder() / stored.stored_as
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (stored.size, stored.media_type) == (len(PDF), "application/pdf")
    answer = hand_out(stored, actor=world.people["qn_leader"], now=NOW)
    assert b"".join(answer) == PDF
    # Closing the answer itself would end the connection to the database as well.
    for close in answer._resource_closers:  # type: ignore[attr-defined] # Django's own list
        close()
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    told = Record.objects.get(action=RecordedAction.FILE_OPENED)
    assert (told.person, told.organisation_id) == ("Người qn_leader", world.nodes["tam_ky_school"].pk)
