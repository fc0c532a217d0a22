import argparse

import pytest

from cameras.simulator.authentication import Scheme
from cameras.simulator.camera import PASSWORD, SimulatedCamera, camera_address
from cameras.simulator.faults import Fault
from cameras.simulator.fleet import Fleet
from cameras.simulator.options import add_arguments, fleet_cameras


def parsed(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(exit_on_error=False)
    add_arguments(parser)
    return parser.parse_args(arguments)


def test_faults_go_to_the_last_cameras_in_their_order() -> None:
    cameras = fleet_cameras(parsed("--cameras", "10", "--faults", "die=1,black=2", "--fault", "2=hang"))
    faults = {camera.number: camera.fault for camera in cameras if camera.fault}
    assert faults == {8: Fault.DIE, 9: Fault.BLACK, 10: Fault.BLACK, 2: Fault.HANG}


def test_one_camera_can_ask_for_its_password_in_another_way() -> None:
    cameras = fleet_cameras(parsed("--cameras", "3", "--auth", "basic", "--auth", "2=none"))
    assert [camera.scheme for camera in cameras] == [Scheme.BASIC, Scheme.NONE, Scheme.BASIC]


def test_the_password_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIMULATOR_PASSWORD", "từ môi trường")
    assert fleet_cameras(parsed("--cameras", "1"))[0].password == "từ môi trường"
    assert PASSWORD not in repr(SimulatedCamera(1))


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        (["--cameras", "0"], "from 1 to 65534"),
        (["--cameras", "65535"], "from 1 to 65534"),
        (["--faults", "explode=1"], "Choose one of: die, refuse"),
        (["--faults", "die"], "write die=3"),
        (["--fault", "die"], "write 17=die"),
        (["--tell", "4=explode"], "Choose one of: die, refuse"),
        (["--auth", "kerberos"], "Choose one of: digest, basic, none"),
        (["--port", "70000"], "0 to 65535"),
    ],
)
def test_a_bad_value_is_refused_with_advice(arguments: list[str], advice: str) -> None:
    with pytest.raises(argparse.ArgumentError, match=advice):
        parsed(*arguments)


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        (["--cameras", "3", "--fault", "4=die"], "from 1 to 3"),
        (["--cameras", "3", "--auth", "9=none"], "from 1 to 3"),
        (["--cameras", "3", "--faults", "die=2,hang=2"], "names 4 cameras, but there are only 3"),
    ],
)
def test_options_that_contradict_each_other_are_refused(arguments: list[str], advice: str) -> None:
    with pytest.raises(ValueError, match=advice):
        fleet_cameras(parsed(*arguments))


def test_every_camera_has_its_own_address() -> None:
    addresses = [camera_address(number) for number in (1, 255, 256, 65_534)]
    assert addresses == ["127.77.0.1", "127.77.0.255", "127.77.1.0", "127.77.255.254"]
    with pytest.raises(ValueError, match="1 to 65534"):
        camera_address(65_535)


@pytest.mark.parametrize(
    ("cameras", "advice"),
    [
        ([SimulatedCamera(1), SimulatedCamera(1)], "own number"),
        ([SimulatedCamera(1, scene="moon")], "Choose one of: corridor"),
        ([SimulatedCamera(0)], "1 to 65534"),
    ],
)
def test_a_fleet_refuses_impossible_cameras(cameras: list[SimulatedCamera], advice: str) -> None:
    with pytest.raises(ValueError, match=advice):
        Fleet(cameras)
