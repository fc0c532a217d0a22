"""Rows of reports of the rollout, and of their files and pictures.

Each facility has a report with a file, and its camera was once accepted with a picture; the steps before the one that a
row asks for are reported first.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone

from cameras.enums import Codec, State
from cameras.models import Acceptance, CameraState, ConformanceResult
from facilities.domain.stored_files import folder
from facilities.enums import ReportKind, Stage
from facilities.models import ProgressReport, StoredFile
from tests.access.kinds import FACILITY, Kind, Row
from tests.access.oracle import FACILITIES, FIGURES, PICTURES, REPORT, Persona
from tests.world import World

# Who made the first report: somebody who reaches the facility.
REPORTED_BY = {"tam_ky_school": "tam_ky_officer", "hoi_an_hotel": "hoi_an_officer", "qn_barracks": "qn_chief"}


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


def before(stage: Stage) -> Callable[[World, str], None]:
    """Reports all steps that come before this one, behind the pages; the camera has a picture of this minute."""

    def report(world: World, name: str) -> None:
        for earlier in list(Stage)[1 : stage.order]:
            _report(world, name, kind=ReportKind.STEP, stage=earlier)
        CameraState.objects.filter(camera=world.cameras[name]).update(
            state=State.OK, reason="", pictured_at=timezone.now(), codec=Codec.H264, width=1280, height=720
        )

    return report


def sending(**more: Any) -> Callable[[World, str], Mapping[str, Any]]:
    """What reports something, with these fields besides day and note."""

    def form(world: World, name: str) -> Mapping[str, Any]:
        filled = {field: value(world, name) if callable(value) else value for field, value in more.items()}
        return {"on": timezone.localdate().isoformat(), "note": "Changed", **filled}

    return form


def _step(stage: Stage, **more: Any) -> Row:
    return Row({"GET": REPORT, "POST": REPORT}, FACILITY, form=sending(**more), prepare=before(stage))


SURVEY = {
    "zones-rows": 1,
    "zones-0-kind": "yard",
    "zones-0-name": "Changed",
    "zones-0-existing": 0,
    "zones-0-needed": 1,
}
LINES = {"lines-rows": 1, "lines-0-item": "Changed", "lines-0-quantity": 5, "lines-0-unit_price": "1.500.000"}

ROWS: dict[str, Row] = {
    # It says who reported: somebody who reaches the facility, or did.
    "facilities/<int:pk>/rollout/": Row({"GET": FIGURES}, FACILITY, names_who_reaches=True),
    "facilities/<int:pk>/rollout/survey/": _step(Stage.SURVEYED, **SURVEY),
    "facilities/<int:pk>/rollout/estimate/": _step(Stage.ESTIMATED, payer="district", total="7.500.000", **LINES),
    "facilities/<int:pk>/rollout/approval/": _step(Stage.APPROVED),
    "facilities/<int:pk>/rollout/procurement/": _step(Stage.PROCURING),
    "facilities/<int:pk>/rollout/installation/": _step(Stage.INSTALLING),
    "facilities/<int:pk>/rollout/acceptance/": _step(
        Stage.ACCEPTED, cameras=lambda world, name: [world.cameras[name].pk]
    ),
    "facilities/<int:pk>/rollout/connection/": _step(Stage.CONNECTED, sinks=["central"]),
    "facilities/<int:pk>/rollout/watching/": _step(Stage.WATCHING),
    "facilities/<int:pk>/rollout/other/": Row(
        {"GET": REPORT, "POST": REPORT}, FACILITY, form=sending(kind="blocked", reasons=["repair"])
    ),
    "reports/<int:pk>/withdraw/": Row(
        {"GET": REPORT, "POST": REPORT}, REPORTED, form=sending(), names_who_reaches=True
    ),
    "files/<int:pk>/": Row({"GET": FIGURES}, ATTACHED),
    "acceptances/<int:pk>/picture/": Row({"GET": PICTURES}, ACCEPTED),
}


def tell_apart(world: World) -> None:
    """Of each facility a report with a file and a note, and its camera accepted with a picture."""
    now = timezone.now()
    for name in FACILITIES:
        camera, report = world.cameras[name], _report(world, name, kind=ReportKind.NOTICE)
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
            accepted_by=report.recorded_by,
            accepted_at=now,
        )


def secrets(world: World, who: Persona) -> set[str]:
    """Ways to files and pictures, where they are out of reach. Notes hold the facility's name, a secret by itself."""
    hidden = set(FACILITIES) - who.facilities(FIGURES)
    unseen = set(FACILITIES) - who.facilities(PICTURES)
    words = {f'href="/files/{_attached(world, name)}/' for name in hidden}
    return words | {f'href="/acceptances/{_accepted(world, name)}/' for name in unseen}


def _report(world: World, name: str, **said: Any) -> ProgressReport:
    now, reporter = timezone.now(), REPORTED_BY.get(name)
    return ProgressReport.objects.create(
        facility=world.facilities[name],
        on=timezone.localdate(now),
        recorded_at=now,
        recorded_by=world.people[reporter] if reporter else None,
        note=noted(name),
        **said,
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
