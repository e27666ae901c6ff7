package sanban;

import ai.timefold.solver.core.api.score.director.ScoreDirector;
import ai.timefold.solver.core.impl.heuristic.selector.move.factory.MoveIteratorFactory;
import ai.timefold.solver.core.impl.score.director.incremental.IncrementalScoreDirector;
import java.util.Iterator;
import java.util.List;
import java.util.Random;

/**
 * Moves chosen by hand: change one seat; hand on the duty that keeps a newcomer; swap or chain among seats near by.
 *
 * <p>"Near" is near in the order of posts and time, where neighbours share candidates.
 */
public final class NearMoves implements MoveIteratorFactory<Roster, Exchange> {
    /** Of 100 moves so many change one seat, so many hand a duty on; the rest swap or chain near by. */
    private static final int CHANGES = 40;
    private static final int HANDED_ON = 35;
    /** Of 100 changes so many empty the seat. */
    private static final int EMPTIED = 3;
    private static final int REACH = 60;
    private static final int TRIES = 40;

    @Override
    public long getSize(ScoreDirector<Roster> director) {
        return 100L * director.getWorkingSolution().seats.size();
    }

    @Override
    public Iterator<Exchange> createOriginalMoveIterator(ScoreDirector<Roster> director) {
        throw new UnsupportedOperationException("These moves are drawn at random.");
    }

    @Override
    public Iterator<Exchange> createRandomMoveIterator(ScoreDirector<Roster> director, Random random) {
        Prices prices = (Prices) ((IncrementalScoreDirector<Roster, ?>) director).getIncrementalScoreCalculator();
        return new Draw(director.getWorkingSolution(), prices.holdings(), random);
    }

    private static final class Draw implements Iterator<Exchange> {
        private final Roster roster;
        private final Town town;
        private final Holdings holdings;
        private final Random random;

        Draw(Roster roster, Holdings holdings, Random random) {
            this.roster = roster;
            this.town = roster.town;
            this.holdings = holdings;
            this.random = random;
        }

        @Override
        public boolean hasNext() {
            return true;
        }

        @Override
        public Exchange next() {
            int kind = random.nextInt(100);
            Exchange drawn = null;
            for (int i = 0; drawn == null && i < TRIES; i++) {
                int place = random.nextInt(town.seatOrder.length);
                if (kind < CHANGES) {
                    drawn = change(seatAt(place));
                } else if (kind < CHANGES + HANDED_ON) {
                    drawn = handOn(seatAt(place));
                } else {
                    drawn = near(place);
                }
            }
            return drawn != null ? drawn : emptied(seatAt(random.nextInt(town.seatOrder.length)));
        }

        private Seat seatAt(int place) {
            return roster.seats.get(town.seatOrder[place]);
        }

        private Person anybody(Seat seat) {
            List<Person> candidates = seat.candidates;
            return candidates.isEmpty() ? null : candidates.get(random.nextInt(candidates.size()));
        }

        private static Exchange emptied(Seat seat) {
            return new Exchange(new Seat[] {seat}, new Person[] {null});
        }

        private Exchange change(Seat seat) {
            if (seat.person != null && random.nextInt(100) < EMPTIED) {
                return emptied(seat);
            }
            Person newcomer = anybody(seat);
            return newcomer == seat.person ? null : new Exchange(new Seat[] {seat}, new Person[] {newcomer});
        }

        /** The newcomer gives up the duty nearest in time, to the one they replace or to a third. */
        private Exchange handOn(Seat seat) {
            Person newcomer = anybody(seat);
            if (newcomer == null || newcomer == seat.person) {
                return null;
            }
            Seat given = null;
            long least = Long.MAX_VALUE;
            long here = town.slotMiddle[town.demandSlot[seat.demand]];
            for (int i = holdings.count(newcomer) - 1; i >= 0; i--) {
                Seat held = holdings.get(newcomer, i);
                long away = Math.abs(town.slotMiddle[town.demandSlot[held.demand]] - here);
                if (away < least) {
                    least = away;
                    given = held;
                }
            }
            if (given == null) {
                return new Exchange(new Seat[] {seat}, new Person[] {newcomer});
            }
            boolean swap = seat.person != null && town.may(seat.person, given) && random.nextInt(3) > 0;
            Person third = swap ? seat.person : anybody(given);
            return new Exchange(new Seat[] {seat, given}, new Person[] {newcomer, third});
        }

        /** Two seats near by exchange their people, or three pass them on. */
        private Exchange near(int place) {
            Seat one = seatAt(place);
            Seat two = neighbour(place);
            if (one.person == two.person || two.person == null || !town.may(two.person, one)) {
                return null;
            }
            if (one.person != null && town.may(one.person, two) && random.nextInt(3) > 0) {
                return new Exchange(new Seat[] {one, two}, new Person[] {two.person, one.person});
            }
            Seat three = neighbour(place);
            if (three == one || three == two || three.person == null || !town.may(three.person, two)) {
                return null;
            }
            boolean closed = one.person != null && town.may(one.person, three);
            Person last = closed ? one.person : anybody(three);
            return new Exchange(new Seat[] {one, two, three}, new Person[] {two.person, three.person, last});
        }

        private Seat neighbour(int place) {
            int near = place + random.nextInt(2 * REACH + 1) - REACH;
            return seatAt(Math.floorMod(near, town.seatOrder.length));
        }
    }
}
