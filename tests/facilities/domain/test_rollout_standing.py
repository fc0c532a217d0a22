"""The standing that reports add up to, for any sequence of reports that is accepted."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from facilities.domain.rollout_standing import ReportFact, RolloutStanding, standing, withdrawable
from facilities.enums import BlockReason, ReportKind, Stage
from tests.world import NOW

FIRST = date(2021, 6, 1)
STEPS = list(Stage)[1:]
OTHERS = [kind for kind in ReportKind if kind not in (ReportKind.STEP, ReportKind.WITHDRAWAL)]
WORDS = st.one_of(
    st.sampled_from(STEPS), st.sampled_from(OTHERS), st.just(ReportKind.WITHDRAWAL), st.just("next"), st.just("next")
)


@dataclass
class Told:
    """Reports as the portal accepts them, each dated a day after the one before."""

    reports: list[ReportFact] = field(default_factory=list)

    @property
    def now(self) -> RolloutStanding:
        return standing(self.reports)

    def tell(self, word: Stage | ReportKind | str) -> bool:
        """Report that, if it may be; whether it was accepted."""
        now = self.now
        if word == "next":
            return bool(now.next_steps) and self._add(ReportKind.STEP, stage=now.next_steps[0])
        if isinstance(word, Stage):
            return word in now.next_steps and self._add(ReportKind.STEP, stage=word)
        if word is ReportKind.WITHDRAWAL:
            last = withdrawable(self.reports)
            return last is not None and self._add(ReportKind.WITHDRAWAL, withdraws=last)
        kind = ReportKind(word)
        reasons = (BlockReason.REPAIR,) if kind is ReportKind.BLOCKED else ()
        return kind in now.kinds and self._add(kind, reasons=reasons)

    def _add(
        self,
        kind: ReportKind,
        *,
        stage: Stage | None = None,
        reasons: tuple[BlockReason, ...] = (),
        withdraws: int | None = None,
    ) -> bool:
        number = len(self.reports) + 1
        at, on = NOW + timedelta(minutes=number), FIRST + timedelta(days=number)
        self.reports.append(ReportFact(number, kind, on, at, stage, reasons, withdraws))
        return True


def told(words: list[Stage | ReportKind | str]) -> Told:
    told = Told()
    for word in words:
        told.tell(word)
    return told


def standing_reports(reports: list[ReportFact]) -> list[ReportFact]:
    """Those that stand, by plain deletion."""
    withdrawn = {each.withdraws for each in reports}
    return [each for each in reports if each.pk not in withdrawn and each.kind is not ReportKind.WITHDRAWAL]


@given(st.lists(WORDS, max_size=40))
def test_a_withdrawn_report_says_nothing(words: list[Stage | ReportKind | str]) -> None:
    reports = told(words).reports
    assert standing(reports) == standing(standing_reports(reports))


@given(st.lists(WORDS, max_size=40), WORDS.filter(lambda word: word is not ReportKind.WITHDRAWAL))
def test_after_the_last_report_is_withdrawn_all_is_as_before_it(
    words: list[Stage | ReportKind | str], more: Stage | ReportKind | str
) -> None:
    all_told = told(words)
    before = all_told.now
    if all_told.tell(more):
        assert all_told.now != before
        all_told.tell(ReportKind.WITHDRAWAL)
    assert all_told.now == before


@given(st.lists(WORDS, max_size=60))
def test_no_accepted_sequence_reaches_a_step_out_of_order(words: list[Stage | ReportKind | str]) -> None:
    steps = [each.stage for each in standing_reports(told(words).reports) if each.kind is ReportKind.STEP]
    shortcut = [Stage.SURVEYED, Stage.CONNECTED, Stage.WATCHING]
    assert steps in (STEPS[: len(steps)], shortcut[: len(steps)])


@given(st.lists(WORDS, max_size=40), st.integers(0, 40))
def test_what_is_told_later_changes_no_standing_of_before(words: list[Stage | ReportKind | str], number: int) -> None:
    reports = told(words).reports
    moment = NOW + timedelta(minutes=number, seconds=1)
    known = [each for each in reports if each.recorded_at < moment]
    assert standing(reports, as_of=moment) == standing(known)


def test_the_whole_way_is_accepted() -> None:
    all_told = told(list(STEPS))
    assert all_told.now.stage is Stage.WATCHING
    assert list(all_told.now.reached) == STEPS
