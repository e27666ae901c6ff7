package sanban;

import ai.timefold.solver.core.api.score.director.ScoreDirector;
import ai.timefold.solver.core.impl.heuristic.move.AbstractMove;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/** Other people for a few seats at once. */
public final class Exchange extends AbstractMove<Roster> {
    private final List<Seat> seats;
    private final List<Person> people;

    Exchange(Seat[] seats, Person[] people) {
        this.seats = Arrays.asList(seats);
        this.people = Arrays.asList(people);
    }

    @Override
    public boolean isMoveDoable(ScoreDirector<Roster> director) {
        for (int i = 0; i < seats.size(); i++) {
            if (seats.get(i).fixed) {
                return false;
            }
        }
        for (int i = 0; i < seats.size(); i++) {
            if (seats.get(i).person != people.get(i)) {
                return true;
            }
        }
        return false;
    }

    @Override
    protected void doMoveOnGenuineVariables(ScoreDirector<Roster> director) {
        for (int i = 0; i < seats.size(); i++) {
            Seat seat = seats.get(i);
            if (seat.person != people.get(i)) {
                director.beforeVariableChanged(seat, "person");
                seat.person = people.get(i);
                director.afterVariableChanged(seat, "person");
            }
        }
    }

    @Override
    public Collection<?> getPlanningEntities() {
        return seats;
    }

    @Override
    public Collection<?> getPlanningValues() {
        return people;
    }

    @Override
    public String toString() {
        return seats + " <- " + people;
    }
}
