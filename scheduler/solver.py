"""solve(): from a problem to a roster, a bound beside it, and the truth about both.

Local search improves a roster from the first second on; a prover process bounds it from below and, when the
relaxation is whole, ends the matter. Whatever comes out is judged by the checker before it is reported.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from . import __version__
from .check import check
from .explain import vacancies as explained
from .matching import tidy
from .options import Options as Options
from .problem import Assignment, Problem
from .program import Program, build
from .roster import Ending, Progress, Report, Result, Status, relative_gap
from .search.annealing import Annealing
from .search.local import LocalSearch, unfillable
from .search.memory import resident
from .search.prover import Prover
from .search.tasks import Known, News, Task

OnProgress = Callable[[Progress], None]
OnIncumbent = Callable[[tuple[Assignment, ...]], None]
ShouldStop = Callable[[], bool]


FILLING_SHARE, MOST_FILLING_SECONDS = 0.15, 2.0
"""Of the time, and at most, for filling seats before the prover is given its task."""

ONE_CORE_SHARE = 0.4
"""Of the time, for the search when it shares one core with the prover."""
FEW_CELLS = 3_000
"""A smaller program goes to the prover at once: it is soon closed."""
ONE_CORE_WAIT_SECONDS = 0.05
MOST_PROVERS_LOST = 3
"""A prover that somebody kills is started again so often; then the search goes on alone."""
LEAST_REPORT_SECONDS, SHARE_OF_CHECKS = 0.2, 0.1
"""Between two reports; where checking a roster takes long, they are so far apart that it takes this share of time."""
QUICK_CHECK_SECONDS = 0.02
FIRST_CHECK = 0.2
"""Of the time of the first check, for those that follow: the first one also sorts the limits by person and duty."""
MEMORY_SECONDS = 0.5
"""Between two looks at the memory."""


class EngineError(RuntimeError):
    """A bug: the search and the checker disagree about a roster."""


def _nothing(_: object) -> None:
    """Nobody listens."""


def solve(
    problem: Problem,
    options: Options | None = None,
    on_progress: OnProgress = _nothing,
    should_stop: ShouldStop = lambda: False,
    on_incumbent: OnIncumbent = _nothing,
) -> Result:
    """The best roster found within the options, with proven bounds on both levels; stops on time, gap or request."""
    started = time.monotonic()
    with Prover() as prover:  # first of all, for it takes as long to wake up as a small town takes to build
        run = _Run(problem, options or Options(), on_progress, should_stop, on_incumbent, started)
        run.go(prover)
        return run.result()


@dataclass(frozen=True)
class _Hand:
    """The best roster that the checker has confirmed."""

    packed: int
    """What the search says of it."""
    vacancy: int
    cost: int
    heads_short: int


@dataclass
class _Run:
    problem: Problem
    options: Options
    on_progress: OnProgress
    should_stop: ShouldStop
    on_incumbent: OnIncumbent
    started: float
    vacancy_bound: int = 0
    bound: int | None = None
    bound_holds_for: int = -1
    infeasible: bool = False
    hand: _Hand | None = None
    check_seconds: float = 0.0
    checked_at: float = -1.0
    reported_at: float = -1.0
    gained: bool = False
    """Whether the prover has found a better roster that the search has not gone on from yet."""
    provers_lost: int = 0
    short_of_memory: bool = False
    looked_at: float = 0.0
    trace: list[Progress] = field(default_factory=list)
    phase: str = "build"

    def __post_init__(self) -> None:
        self.program: Program = build(self.problem)
        self.search = LocalSearch(self.program, self.options.seed)
        self.vacancy_bound = unfillable(self.program, self.search.land)
        known = self.options.start or self.problem.baseline
        if known:
            self.search.begin_with(known)
        self.search.construct()

    # --- the course of a solve ------------------------------------------------------------------------
    def go(self, prover: Prover) -> None:
        """All of it, beginning with this prover."""
        self.phase = "search"
        self._report(force=True)
        annealing = Annealing(self.search, self.options.seconds, self.options.reproducible, self._left)
        annealing.first_cycle(self._interrupted)
        self._report()
        self._fill(annealing)
        self._search_beside(annealing, prover)
        prover.end()
        while not self._finished(annealing) and self._may_prove:
            with Prover() as prover:
                self._search_beside(annealing, prover)
        while not self._finished(annealing):
            annealing.chunk()
            self._report()
            self._mind_memory(None)

    @property
    def _may_prove(self) -> bool:
        return self.provers_lost < MOST_PROVERS_LOST

    def _fill(self, annealing: Annealing) -> None:
        """A little longer until no more vacancies are left than must be: the prover then has one level less to do.

        On a single core search and prover take turns, so the search gets its share first.
        """
        if self.program.cells < FEW_CELLS:
            return
        at_once = self.options.cores > 1
        seconds = min(FILLING_SHARE * self.options.seconds, MOST_FILLING_SECONDS)
        while annealing.done < (seconds if at_once else ONE_CORE_SHARE * self.options.seconds):
            filled = self.search.levels[1] <= self.vacancy_bound
            if self._interrupted() or (filled and at_once):
                return
            annealing.chunk()
            self._report()

    def _search_beside(self, annealing: Annealing, prover: Prover) -> None:
        """Anneal while the prover works; comes back when the prover must start again with fewer vacancies."""
        hard, ceiling, _ = self.search.levels
        exact = not self.options.reproducible
        seconds = self._left() if exact else self.options.seconds
        goal = None if hard else ceiling
        prover.begin(Task(self.program, seconds, goal, self.vacancy_bound, exact, self.options.seed))
        told = -1
        if self.options.reproducible:
            while prover.running and not self._interrupted():
                self._hear(prover)
                time.sleep(0.02)
        while not self._finished(annealing):
            self._hear(prover)
            if self.gained and not self.search.large:
                annealing.polish()
                self.gained = False
            if self.options.cores > 1 or not prover.running or self.options.reproducible:
                annealing.chunk()
            else:
                time.sleep(ONE_CORE_WAIT_SECONDS)
            hard, vacancy, cost = self.search.levels
            if (
                told != self.search.best_objective
                and not hard
                and prover.tell(Known(vacancy, cost, *self.search.holdings()))
            ):
                told = self.search.best_objective
            self._report()
            self._mind_memory(prover)
            if prover.killed:
                self.provers_lost += 1
                return
            done = not prover.running or self.bound is not None
            if done and self.search.levels[1] < min(ceiling, self.bound_holds_for):
                return
            if self.search.levels[0] == 0 and self.search.levels[1] < ceiling and not prover.running:
                return

    def _hear(self, prover: Prover) -> None:
        for news in prover.news():
            self._learn(news)
        if prover.failed is not None:
            raise EngineError(prover.failed)

    def _learn(self, news: News) -> None:
        self.infeasible |= news.infeasible
        if news.vacancy_bound is not None:
            self.vacancy_bound = max(self.vacancy_bound, news.vacancy_bound)
        if news.bound is not None and news.bound_holds_for is not None:
            if self.bound is None or news.bound_holds_for != self.bound_holds_for:
                self.bound, self.bound_holds_for = news.bound, news.bound_holds_for
            self.bound = max(self.bound, news.bound)
        if news.roster is not None:
            self.gained |= self.search.offer(news.roster)
        if news.window is not None:
            self.search.replace(news.window.people, news.window.assignments)
        self._report(force=True)

    def _mind_memory(self, prover: Prover | None) -> None:
        """Without the prover the search needs a fraction of the memory; when even that is too much, the solve ends."""
        if self.options.memory is None or self.seconds - self.looked_at < MEMORY_SECONDS:
            return
        self.looked_at = self.seconds
        if prover is None:
            self.short_of_memory = resident(os.getpid()) > self.options.memory
        elif prover.running and resident(os.getpid(), prover.process) > self.options.memory:
            prover.end()
            self.provers_lost = MOST_PROVERS_LOST

    # --- when to stop ---------------------------------------------------------------------------------
    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started

    def _left(self) -> float:
        return max(0.1, self.options.seconds - self.seconds)

    def _interrupted(self) -> bool:
        return self.should_stop() or (not self.options.reproducible and self.seconds >= self.options.seconds)

    def _finished(self, annealing: Annealing) -> bool:
        if self.infeasible or self._interrupted() or annealing.exhausted or self.short_of_memory:
            return True
        gap, vacancy_gap = self._gaps()
        return gap is not None and gap <= self.options.gap and vacancy_gap == 0

    def _gaps(self) -> tuple[float | None, float | None]:
        hard, vacancy, cost = self.search.levels
        if hard:
            return None, None
        return relative_gap(cost, self._bound_for(vacancy)), relative_gap(vacancy, self.vacancy_bound)

    def _bound_for(self, vacancy: int) -> int | None:
        """The bound on costs, if it speaks about rosters with as many vacancies as the one in hand."""
        return self.bound if self.bound is not None and vacancy <= self.bound_holds_for else None

    # --- telling --------------------------------------------------------------------------------------
    def _report(self, force: bool = False) -> None:
        """Tell how far we are, with the best roster if it is new: the checker looks at it first."""
        since = self.seconds - self.reported_at
        new = self.search.levels[0] == 0 and (self.hand is None or self.hand.packed != self.search.best_objective)
        apart = max(LEAST_REPORT_SECONDS, self.check_seconds / SHARE_OF_CHECKS)
        may_check = self.seconds - self.checked_at > apart or (force and self.check_seconds < QUICK_CHECK_SECONDS)
        if not force and not (new and may_check) and since < 1:
            return
        if new and may_check:
            self._take_in_hand(self.search.assignments())
        progress = self._progress()
        self.trace.append(progress)
        self.on_progress(progress)
        self.reported_at = self.seconds

    def _take_in_hand(self, assignments: tuple[Assignment, ...]) -> Report:
        """Have the best roster checked, then keep it and hand it out."""
        started = self.seconds
        report = check(self.problem, assignments)
        _, vacancy, cost = self.search.levels
        self._agree(report, vacancy, cost)
        self.checked_at = self.seconds
        self.check_seconds = self.checked_at - started
        if self.hand is None:
            self.check_seconds *= FIRST_CHECK
        new = self.hand is None or self.hand.packed != self.search.best_objective
        self.hand = _Hand(self.search.best_objective, vacancy, cost, self.search.vacancies())
        if new:
            self.on_incumbent(assignments)
        return report

    def _progress(self) -> Progress:
        hand = self.hand
        if hand is None:
            return Progress(round(self.seconds, 3), None, None, None, None, self.vacancy_bound, None, None, self.phase)
        bound = self._bound_for(hand.vacancy)
        return Progress(
            round(self.seconds, 3), hand.cost, bound, relative_gap(hand.cost, bound),
            hand.vacancy, self.vacancy_bound, relative_gap(hand.vacancy, self.vacancy_bound),
            hand.heads_short, self.phase,
        )  # fmt: skip

    def result(self) -> Result:
        hard, vacancy, _ = self.search.levels
        if hard or self.infeasible:
            status: Status = "infeasible" if self.infeasible else "unknown"
            return Result(
                status, self.seconds, self.options.seed, __version__, trace=tuple(self.trace), ended=self._ending()
            )
        assignments = tidy(self.program, self.search.assignments())
        report = self._take_in_hand(assignments)
        gap, vacancy_gap = self._gaps()
        self._report(force=True)
        return Result(
            status="optimal" if gap == 0 and vacancy_gap == 0 else "feasible",
            seconds=self.seconds,
            seed=self.options.seed,
            version=__version__,
            objective=report.objective,
            bound=self._bound_for(vacancy),
            vacancy_objective=report.vacancy_objective,
            vacancy_bound=self.vacancy_bound,
            costs=report.costs,
            vacancies=tuple(explained(self.problem, assignments)),
            assignments=assignments,
            violations=report.violations,
            trace=tuple(self.trace),
            ended=self._ending(),
        )

    def _ending(self) -> Ending:
        """Why the solve is over."""
        gap, vacancy_gap = self._gaps()
        if self.infeasible or (gap == 0 and vacancy_gap == 0):
            return "proven"
        if self.short_of_memory:
            return "memory"
        if self.should_stop():
            return "request"
        return "gap" if gap is not None and gap <= self.options.gap and vacancy_gap == 0 else "time"

    def _agree(self, report: Report, vacancy: int, cost: int) -> None:
        if (report.vacancy_objective, report.objective) != (vacancy, cost):
            raise EngineError(
                f"the search says {vacancy} / {cost}, the checker {report.vacancy_objective} / {report.objective}"
            )
        if report.violations and not self.program.pinned:
            raise EngineError(f"the roster breaks {report.violations[0].rule}: {report.violations[0].text.en}")
