package sanban;

import ai.timefold.solver.core.api.score.buildin.hardmediumsoftlong.HardMediumSoftLongScore;
import ai.timefold.solver.core.api.score.calculator.IncrementalScoreCalculator;

/** The score, kept by the step: every row has a running count and a table of prices, as in our own search. */
public final class Prices implements IncrementalScoreCalculator<Roster, HardMediumSoftLongScore> {
    private Town town;
    private Holdings holdings;
    private int[] rowCount;
    private int[] touchCount;
    private int[] cellCount;
    /** Seats of one demand that one person holds, by the candidate's place. */
    private int[] choiceCount;
    /** Law, vacancies and prices in one number; the units are the town's. */
    private long packed;
    /** Seats beyond the first that people hold in one slot. */
    private long clashes;

    /** Who holds what just now. */
    Holdings holdings() {
        return holdings;
    }

    @Override
    public void resetWorkingSolution(Roster roster) {
        town = roster.town;
        holdings = new Holdings(town.people);
        rowCount = new int[town.rowTable.length];
        touchCount = new int[town.touchRows.first.length - 1];
        cellCount = new int[town.cellCost.length];
        choiceCount = new int[town.candidate.length];
        packed = 0;
        clashes = 0;
        for (int zero : town.rowTable) {
            packed += town.table[zero];
        }
        for (Seat seat : roster.seats) {
            sit(seat);
        }
    }

    @Override
    public void beforeEntityAdded(Object entity) {
        // Seats are given once and for all.
    }

    @Override
    public void afterEntityAdded(Object entity) {
        sit((Seat) entity);
    }

    @Override
    public void beforeEntityRemoved(Object entity) {
        rise((Seat) entity);
    }

    @Override
    public void afterEntityRemoved(Object entity) {
        // Seats are given once and for all.
    }

    @Override
    public void beforeVariableChanged(Object entity, String variable) {
        rise((Seat) entity);
    }

    @Override
    public void afterVariableChanged(Object entity, String variable) {
        sit((Seat) entity);
    }

    @Override
    public HardMediumSoftLongScore calculateScore() {
        if (packed < 0) {
            throw new IllegalStateException("So many rules are broken that the score has no room for them.");
        }
        long rest = packed % town.hardUnit;
        return HardMediumSoftLongScore.of(
                -(packed / town.hardUnit + clashes), -(rest / town.vacancyUnit), -(rest % town.vacancyUnit));
    }

    private void sit(Seat seat) {
        if (seat.person == null) {
            return;
        }
        holdings.add(seat.person, seat);
        serve(seat, 1);
    }

    private void rise(Seat seat) {
        if (seat.person == null) {
            return;
        }
        holdings.remove(seat.person, seat);
        serve(seat, -1);
    }

    /** A person starts (+1) or stops (−1) to fill a seat. */
    private void serve(Seat seat, int sign) {
        int person = seat.person.number;
        int place = town.place(person, seat.demand);
        int held = choiceCount[place];
        choiceCount[place] = held + sign;
        if (held == 0 || held + sign == 0) {
            int flow = town.candidateFlow[place];
            packed += sign * town.flowCost[flow];
            shift(town.flowRows, flow, sign);
        }
        int cell = town.cellId[person * town.slots + town.demandSlot[seat.demand]];
        int before = cellCount[cell];
        cellCount[cell] = before + sign;
        if (before > 0 && before + sign > 0) {
            clashes += sign;
            return;
        }
        packed += sign * town.cellCost[cell];
        shift(town.cellRows, cell, sign);
        for (int i = town.cellTouchFirst[cell]; i < town.cellTouchFirst[cell + 1]; i++) {
            int touch = town.cellTouch[i];
            int touched = touchCount[touch];
            touchCount[touch] = touched + sign;
            if (touched == 0 || touched + sign == 0) {
                shift(town.touchRows, touch, sign);
            }
        }
    }

    private void shift(Town.Lists rows, int column, int sign) {
        int[] count = rowCount;
        long[] table = town.table;
        long change = 0;
        for (int i = rows.first[column]; i < rows.first[column + 1]; i++) {
            int row = rows.row[i];
            int old = town.rowTable[row] + count[row];
            int step = sign * rows.weight[i];
            count[row] += step;
            change += table[old + step] - table[old];
        }
        packed += change;
    }
}
