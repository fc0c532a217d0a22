from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from cameras.live.subscription import WINDOW, Subscription

cameras = st.sets(st.integers(1, 30))


def watching(*cameras: int) -> Subscription:
    subscription = Subscription()
    subscription.watch(dict.fromkeys(cameras, 1))
    return subscription


def send(subscription: Subscription) -> list[int]:
    return [camera for camera in subscription.take() if subscription.sending(camera)]


def test_what_comes_onto_the_screen_is_due_at_once_and_what_stays_is_not_due_again() -> None:
    subscription = watching(1, 2)
    assert send(subscription) == [1, 2]
    subscription.watch({2: 1, 3: 1})
    assert send(subscription) == [3]


def test_only_watched_cameras_become_due() -> None:
    subscription = watching(1)
    send(subscription)
    subscription.observed([1, 2])
    assert send(subscription) == [1]


def test_a_slow_viewer_is_owed_each_camera_once_however_often_it_changed() -> None:
    subscription = watching(*range(WINDOW + 3))
    assert len(send(subscription)) == WINDOW
    for _ in range(50):
        subscription.observed(range(WINDOW + 3))
    assert send(subscription) == []
    subscription.painted(WINDOW)
    first = send(subscription)
    subscription.painted(WINDOW)
    assert sorted(first + send(subscription)) == list(range(WINDOW + 3))


def test_a_camera_let_go_of_between_reading_and_sending_is_not_sent() -> None:
    subscription = watching(1, 2)
    assert subscription.take() == [1, 2]
    subscription.watch({2: 1})
    assert not subscription.sending(1)
    assert subscription.sending(2)


@given(st.integers(1, 10**9))
def test_a_page_that_claims_to_have_painted_more_than_it_got_gains_nothing(claimed: int) -> None:
    subscription = watching(*range(3 * WINDOW))
    send(subscription)
    subscription.painted(claimed)
    assert len(send(subscription)) <= WINDOW


class AnyViewer(RuleBasedStateMachine):
    """Whatever a viewer does and whatever happens: at most the window under way, and nothing that is not watched."""

    def __init__(self) -> None:
        super().__init__()
        self.subscription = Subscription()
        self.watched: set[int] = set()
        self.changed: set[int] = set()
        self.under_way = 0

    @rule(cameras=cameras)
    def watch(self, cameras: set[int]) -> None:
        self.changed = (self.changed & cameras) | (cameras - self.watched)
        self.watched = cameras
        self.subscription.watch({camera: camera % 3 for camera in cameras})

    @rule(cameras=cameras)
    def observed(self, cameras: set[int]) -> None:
        self.changed |= cameras & self.watched
        self.subscription.observed(cameras)

    @rule()
    def pump(self) -> None:
        sent = send(self.subscription)
        assert set(sent) <= self.changed
        assert len(sent) == min(len(self.changed), WINDOW - self.under_way)
        self.changed -= set(sent)
        self.under_way += len(sent)

    @rule(frames=st.integers(1, WINDOW))
    def painted(self, frames: int) -> None:
        self.under_way = max(0, self.under_way - frames)
        self.subscription.painted(frames)

    @invariant()
    def at_most_the_window_is_under_way(self) -> None:
        assert self.under_way <= WINDOW


TestAnyViewer = AnyViewer.TestCase
