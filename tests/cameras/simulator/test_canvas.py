import numpy as np
import pytest
from numpy.typing import NDArray

from cameras.simulator.canvas import Canvas, View, frame_planes
from cameras.simulator.figures import standing
from cameras.simulator.scenes import SCENES, Scene, Walk

MOMENT = 1_623_400_000.0


def luma(canvas: Canvas, moment: float = MOMENT, grain: int = 0) -> NDArray[np.int16]:
    return frame_planes(canvas.picture(moment, grain))[0].astype(np.int16)


def test_there_are_eight_scenes_that_differ() -> None:
    pictures = [luma(Canvas(scene, View.PLAIN, 320, 180)) for scene in SCENES]
    assert len(pictures) == 8
    for index, picture in enumerate(pictures):
        assert 60 < picture.mean() < 200
        assert picture.std() > 15
        assert all(np.abs(picture - other).mean() > 10 for other in pictures[:index])


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_people_move_and_the_rest_stands_still(scene: Scene) -> None:
    canvas = Canvas(scene, View.PLAIN, 640, 360)
    changed = [np.abs(luma(canvas, MOMENT + at) - luma(canvas)) > 40 for at in (7, 13, 19)]
    # Outside the lines of text at top and bottom.
    share = np.mean([change[45:-45].mean() for change in changed])
    assert 0.0005 < share < 0.2


def test_the_clock_is_burnt_in_and_changes_each_second() -> None:
    canvas = Canvas(SCENES[2], View.BLACK, 640, 360)
    clock = np.s_[:40, :300]
    assert luma(canvas)[clock].max() > 200
    assert np.array_equal(luma(canvas)[clock], luma(canvas, MOMENT + 0.5)[clock])
    assert not np.array_equal(luma(canvas)[clock], luma(canvas, MOMENT + 1)[clock])


def test_noise_differs_from_grain_to_grain_and_the_same_moment_is_the_same_picture() -> None:
    canvas = Canvas(SCENES[0], View.PLAIN, 320, 180)
    assert np.array_equal(luma(canvas), luma(canvas))
    assert 0.3 < np.abs(luma(canvas) - luma(canvas, grain=1)).mean() < 5


def test_a_walk_goes_to_its_end_and_back() -> None:
    walk = Walk(((0, 4), (0, 8), (3, 8)), 14, "blue")
    assert [(place.x, place.z) for place in (standing(walk, at) for at in (0, 4, 7, 14))] == [
        (0, 4),
        (pytest.approx(0), pytest.approx(8)),
        (pytest.approx(3), pytest.approx(8)),
        (0, 4),
    ]
