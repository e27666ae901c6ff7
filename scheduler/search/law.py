"""Law at a price: while it cools, the walk may buy units of law; a row that stays broken becomes dearer by itself.

Only what `Landscape.law` offers is for sale. Which roster is the best is never asked of these prices: that is
the strict objective's alone. Every price has a table of its own, one behind the other, and a row points into the
one that it has come to: the walk does not notice (weights of broken rows: the breakout method, Morris 1993).
"""

from __future__ import annotations

import numpy as np

from .kernels import State
from .landscape import Landscape, Units

FIRST_PRICE = 1.5
"""Of what is dear in the program: what a unit of law costs at first."""
PRICES, DEARER = 6, 2.0
"""How many prices there are, and how many times the one before each is."""
RISE, FALL, STEP = 2, 1, 4
"""What a look adds for a broken row and takes off for a kept one; `STEP` of it are one price."""
STRICT_FROM, REPAIRED_BY = 0.85, 0.92
"""Parts of a cooling: from the one on a roster without bought law goes on strictly, from the other on any does."""


class LawForSale:
    """What a unit of law of each row costs, and the landscape in which it does."""

    def __init__(self, land: Landscape, units: Units, dear: float) -> None:
        self.strict = self.land = land
        self.units = units
        self.price = np.array([max(1, int(FIRST_PRICE * dear * DEARER**i)) for i in range(PRICES)], np.int64)
        self.patience = np.zeros(len(land.row_table), np.int64)
        self.open = False
        self._tables = land.table
        if self.offered:
            self._tables = np.concatenate([land.table - land.law * (units.hard - p) for p in self.price.tolist()])

    @property
    def offered(self) -> bool:
        """Whether this program has any law to sell."""
        return len(self.strict.law) > 0

    def sell(self, part: float, state: State) -> bool:
        """Open or close the sale at this part of a cooling; False when it closes over a roster with bought law."""
        bought = self.open and part >= STRICT_FROM and self.bought(state) > 0
        self.open = self.offered and (part < STRICT_FROM or (bought and part < REPAIRED_BY))
        self._point()
        return self.open or not bought

    def forget(self) -> None:
        """Every row costs the first price again."""
        self.patience[:] = 0
        self._point()

    def follow(self, state: State) -> None:
        """A look at the roster in hand: what is broken becomes dearer, what is kept cheaper again."""
        broken = self._broken(state) > 0
        moved = self.patience + np.where(broken, RISE, -FALL)
        self.patience = np.clip(moved, 0, STEP * PRICES - 1)
        self._point()

    def bought(self, state: State) -> int:
        """Units for sale that the roster in hand has broken."""
        return int(self._broken(state).sum()) if self.offered else 0

    def discount(self, state: State) -> int:
        """By how much the strict objective is higher than what the walk has paid."""
        if not self.open:
            return 0
        return int((self._broken(state) * (self.units.hard - self.price[self.patience // STEP])).sum())

    def _broken(self, state: State) -> np.ndarray:
        return np.asarray(self.strict.law[self.strict.row_table + state.row_count])

    def _point(self) -> None:
        """Give every row the table of its price."""
        self.land = self.strict
        if self.open:
            offset = self.strict.row_table + (self.patience // STEP) * len(self.strict.table)
            self.land = self.strict._replace(table=self._tables, row_table=offset.astype(np.int32))
