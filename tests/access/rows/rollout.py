"""Rows of reports of the rollout, contacts, connections and stored files.

Each facility has a report with a file, and a camera accepted with a picture; steps are reported before a row asks for
the next one.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from cameras.enums import State
from cameras.models import Acceptance, CameraState, ConformanceResult
from facilities.domain.stored_files import keep
from facilities.enums import ReportKind, Stage
from facilities.models import ProgressReport, StoredFile
from tests.access.kinds import FACILITY, Kind, Row
from tests.access.oracle import FACILITIES, FIGURES, PICTURES, REPORT, Persona
from tests.world import NOW, World, add_camera

ON = date(2021, 6, 11)
# Who made the first report: somebody who reaches the facility.
REPORTED_BY = {"tam_ky_school": "tam_ky_officer", "hoi_an_hotel": "hoi_an_officer", "qn_barracks": "qn_chief"}
NOTICE = ReportKind.NOTICE


def _first(world: World, name: str) -> ProgressReport:
    return ProgressReport.objects.filter(facility=world.facilities[name], kind=NOTICE).earliest("pk")


def _file(world: World, name: str) -> int:
    return _first(world, name).files.get().pk


def _acceptance(world: World, name: str) -> int:
    return Acceptance.objects.get(camera__zone__facility=world.facilities[name]).pk


REPORT_OF = Kind(FACILITIES, lambda world, name: _first(world, name).pk)
FILE = Kind(FACILITIES, _file)
ACCEPTANCE = Kind(FACILITIES, _acceptance)


def reported(*stages: Stage) -> Callable[[World, str], None]:
    """Reports these steps, behind the pages."""

    def report(world: World, name: str) -> None:
        for stage in stages:
            _report(world, name, kind=ReportKind.STEP, stage=stage)
        # What takes a picture has one of this minute.
        CameraState.objects.filter(camera=world.cameras[name]).update(
            state=State.OK, reason="", pictured_at=timezone.now(), codec="h264", width=1280, height=720
        )

    return report


def before(stage: Stage) -> Callable[[World, str], None]:
    """All steps that come before this one."""
    return reported(*list(Stage)[1 : stage.order])


def sending(**more: Any) -> Callable[[World, str], Mapping[str, Any]]:
    """What reports something, with these fields besides day and note."""

    def form(world: World, name: str) -> Mapping[str, Any]:
        filled = {field: value(world, name) if callable(value) else value for field, value in more.items()}
        return {"on": ON.isoformat(), "note": "Đã xong", **filled}

    return form


SURVEY = sending(
    **{"zones-rows": 1, "zones-0-kind": "yard", "zones-0-name": "Sân", "zones-0-existing": 0, "zones-0-needed": 1}
)
ESTIMATE = sending(
    payer="district",
    total="7.500.000",
    **{"lines-rows": 1, "lines-0-item": "Camera", "lines-0-quantity": 5, "lines-0-unit_price": "1.500.000"},
)


def _step(stage: Stage, form: Callable[[World, str], Mapping[str, Any]]) -> Row:
    return Row({"GET": REPORT, "POST": REPORT}, FACILITY, form=form, prepare=before(stage))


ROWS: dict[str, Row] = {
    # It says who reported: somebody who reaches the facility, or did.
    "facilities/<int:pk>/rollout/": Row({"GET": FIGURES}, FACILITY, names_who_reaches=True),
    "facilities/<int:pk>/rollout/survey/": _step(Stage.SURVEYED, SURVEY),
    "facilities/<int:pk>/rollout/estimate/": _step(Stage.ESTIMATED, ESTIMATE),
    "facilities/<int:pk>/rollout/approval/": _step(Stage.APPROVED, sending()),
    "facilities/<int:pk>/rollout/procurement/": _step(Stage.PROCURING, sending()),
    "facilities/<int:pk>/rollout/installation/": _step(Stage.INSTALLING, sending()),
    "facilities/<int:pk>/rollout/acceptance/": _step(
        Stage.ACCEPTED, sending(cameras=lambda world, name: [world.cameras[name].pk])
    ),
    "facilities/<int:pk>/rollout/connection/": _step(Stage.CONNECTED, sending(sinks=["central"])),
    "facilities/<int:pk>/rollout/watching/": _step(Stage.WATCHING, sending()),
    "facilities/<int:pk>/rollout/other/": Row(
        {"GET": REPORT, "POST": REPORT}, FACILITY, form=sending(kind="blocked", reasons=["no_line"])
    ),
    "reports/<int:pk>/withdraw/": Row(
        {"GET": REPORT, "POST": REPORT}, REPORT_OF, form=sending(), names_who_reaches=True
    ),
    "files/<int:pk>/": Row({"GET": FIGURES}, FILE),
    "acceptances/<int:pk>/picture/": Row({"GET": PICTURES}, ACCEPTANCE),
}


def note_of(name: str) -> str:
    """What the first report about a facility says."""
    return f"Ghi chú về {name}"


def tell_apart(world: World) -> None:
    """A report with a file, and a camera accepted with a picture, of each facility; each text holds its short name."""
    for name in world.facilities:
        report = _report(world, name, kind=NOTICE)
        report.files.add(_stored(world, name, f"{name}.pdf"))
        # Beside the camera that the table takes back: one that delivered a picture stays.
        camera = add_camera(world.facilities[name], f"Camera nghiệm thu {name}", url=f"rtsp://10.1.2.4:554/{name}")
        CameraState.objects.filter(camera=camera).update(pictured_at=NOW)
        conformance = ConformanceResult.objects.create(
            camera=camera, measured_at=NOW, codec="h264", width=1280, height=720
        )
        Acceptance.objects.create(
            camera=camera,
            report=report,
            conformance=conformance,
            pictured_at=NOW,
            picture=_stored(world, name, f"camera-{name}.pdf"),
            accepted_by=report.recorded_by,
            accepted_at=NOW,
        )


def secrets(world: World, who: Persona) -> set[str]:
    """Notes of reports, and ways to files and pictures, where they are out of reach."""
    hidden = set(FACILITIES) - who.facilities(FIGURES)
    unseen = set(FACILITIES) - who.facilities(PICTURES)
    words = {note_of(name) for name in hidden}
    words |= {f'href="/files/{_file(world, name)}/' for name in hidden}
    return words | {f'href="/acceptances/{_acceptance(world, name)}/' for name in unseen}


def _report(world: World, name: str, **said: Any) -> ProgressReport:
    reporter = REPORTED_BY.get(name)
    return ProgressReport.objects.create(
        facility=world.facilities[name],
        on=ON,
        recorded_at=NOW,
        recorded_by=world.people[reporter] if reporter else None,
        note=note_of(name),
        **said,
    )


def _stored(world: World, name: str, called: str) -> StoredFile:
    upload = SimpleUploadedFile(called, b"%PDF-1.7\n%%EOF", "application/pdf")
    return keep(upload, organisation=world.nodes[name], actor=None, now=NOW)
