"""Rows of reports of the rollout, and of their files and pictures."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from cameras.enums import Codec
from cameras.models import Acceptance, ConformanceResult
from facilities.domain.stored_files import folder
from facilities.enums import ReportKind, Stage
from facilities.models import ProgressReport, StoredFile
from tests.access.kinds import FACILITY, Kind, Row
from tests.access.oracle import FACILITIES, FIGURES, PICTURES, REPORT, Persona
from tests.world import World


def noted(name: str) -> str:
    """What is written in a facility's report."""
    return f"ghi chú của {name}"


def _attached(world: World, name: str) -> int:
    return StoredFile.objects.get(organisation=world.nodes[name], stored_as=f"file-{name}").pk


def _accepted(world: World, name: str) -> int:
    return Acceptance.objects.get(camera=world.cameras[name]).pk


def _last(world: World, name: str) -> int:
    return ProgressReport.objects.filter(facility=world.facilities[name]).latest("recorded_at", "pk").pk


ATTACHED = Kind(FACILITIES, _attached)
ACCEPTED = Kind(FACILITIES, _accepted)
REPORTED = Kind(FACILITIES, _last)


def step_form(_world: World, _name: str) -> Mapping[str, Any]:
    """What any step takes; some take more."""
    return {
        "on": timezone.localdate().isoformat(),
        "sinks": ["central"],
        "payer": "province",
        "total": "500",
        "lines-rows": "1",
        "lines-0-item": "Changed",
        "lines-0-quantity": "5",
        "lines-0-unit_price": "100",
    }


def other_form(_world: World, _name: str) -> Mapping[str, Any]:
    """What reports a block."""
    return {"on": timezone.localdate().isoformat(), "kind": "blocked", "reasons": ["repair"]}


def withdrawal_form(_world: World, _name: str) -> Mapping[str, Any]:
    """What withdraws a report."""
    return {"note": "Changed"}


def _step(name: str) -> tuple[str, Row]:
    row = Row({"GET": REPORT, "POST": REPORT}, FACILITY, form=step_form)
    return f"facilities/<int:pk>/rollout/{name}/", row


# All facilities stand after the survey: of the steps, these come at another time, and change nothing now.
NOT_IN_TURN = ("survey", "approval", "procurement", "installation", "acceptance", "watching")
OUT_OF_TURN = {_step(name)[0] for name in NOT_IN_TURN}

ROWS: dict[str, Row] = {
    "facilities/<int:pk>/rollout/": Row({"GET": FIGURES}, FACILITY),
    **dict(map(_step, (*NOT_IN_TURN, "estimate", "connection"))),
    "facilities/<int:pk>/rollout/other/": Row({"GET": REPORT, "POST": REPORT}, FACILITY, form=other_form),
    "reports/<int:pk>/withdraw/": Row({"GET": REPORT, "POST": REPORT}, REPORTED, form=withdrawal_form),
    "files/<int:pk>/": Row({"GET": FIGURES}, ATTACHED),
    "acceptances/<int:pk>/picture/": Row({"GET": PICTURES}, ACCEPTED),
}


def tell_apart(world: World) -> None:
    """Each facility has been surveyed, with a file and a note, and its camera was once accepted, with a picture."""
    now = timezone.now()
    for name in FACILITIES:
        facility, camera = world.facilities[name], world.cameras[name]
        report = ProgressReport.objects.create(
            facility=facility,
            kind=ReportKind.STEP,
            stage=Stage.SURVEYED,
            on=timezone.localdate(now),
            recorded_at=now,
            note=noted(name),
        )
        report.files.add(_file(world, name, "file"))
        conformance = ConformanceResult.objects.create(
            camera=camera, measured_at=now, codec=Codec.H264, width=1920, height=1080
        )
        Acceptance.objects.create(
            camera=camera,
            report=report,
            conformance=conformance,
            pictured_at=now,
            picture=_file(world, name, "picture"),
            accepted_at=now,
        )


def _file(world: World, name: str, kind: str) -> StoredFile:
    folder().mkdir(parents=True, exist_ok=True)
    (folder() / f"{kind}-{name}").write_bytes(b"jpeg")
    return StoredFile.objects.create(
        organisation=world.nodes[name],
        original_name=f"{kind} {noted(name)}.jpg",
        stored_as=f"{kind}-{name}",
        media_type="image/jpeg",
        size=1,
        sha256="0" * 64,
        uploaded_at=timezone.now(),
    )


def secrets(world: World, who: Persona) -> set[str]:
    """Notes hold the facility's short name, which is secret by itself."""
    del world, who
    return set()
