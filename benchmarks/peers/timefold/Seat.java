package sanban;

import ai.timefold.solver.core.api.domain.entity.PlanningEntity;
import ai.timefold.solver.core.api.domain.entity.PlanningPin;
import ai.timefold.solver.core.api.domain.lookup.PlanningId;
import ai.timefold.solver.core.api.domain.valuerange.ValueRangeProvider;
import ai.timefold.solver.core.api.domain.variable.PlanningVariable;
import java.util.Comparator;
import java.util.List;

/** One head of one demand: the planning entity. It may stay empty. */
@PlanningEntity(difficultyComparatorClass = Seat.Difficulty.class)
public class Seat {
    @PlanningId
    public int number;
    public int demand;
    /** Smaller is harder to fill: needed, important, few candidates. */
    public int rank;
    @PlanningPin
    public boolean fixed;
    /** Shared by all seats of one demand, sorted by number. */
    @ValueRangeProvider
    public List<Person> candidates;
    @PlanningVariable(allowsUnassigned = true)
    public Person person;

    public Seat() {
    }

    Seat(int number, int demand, int rank, List<Person> candidates) {
        this.number = number;
        this.demand = demand;
        this.rank = rank;
        this.candidates = candidates;
    }

    /** The harder seat is the greater one. */
    public static final class Difficulty implements Comparator<Seat> {
        @Override
        public int compare(Seat one, Seat other) {
            return Integer.compare(other.rank, one.rank);
        }
    }

    @Override
    public String toString() {
        return "seat " + number;
    }
}
