package sanban;

import ai.timefold.solver.core.api.domain.solution.PlanningEntityCollectionProperty;
import ai.timefold.solver.core.api.domain.solution.PlanningScore;
import ai.timefold.solver.core.api.domain.solution.PlanningSolution;
import ai.timefold.solver.core.api.score.buildin.hardmediumsoftlong.HardMediumSoftLongScore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The planning solution: seats, and the arrays by which their filling is priced. */
@PlanningSolution
public class Roster {
    @PlanningEntityCollectionProperty
    public List<Seat> seats;
    @PlanningScore
    public HardMediumSoftLongScore score;
    /** Never changes; clones share it. */
    public Town town;

    public Roster() {
    }

    Roster(Town town) {
        this.town = town;
        Person[] people = new Person[town.people];
        Arrays.setAll(people, Person::new);
        List<List<Person>> candidates = new ArrayList<>();
        for (int demand = 0; demand + 1 < town.candidateFirst.length; demand++) {
            List<Person> able = new ArrayList<>();
            for (int i = town.candidateFirst[demand]; i < town.candidateFirst[demand + 1]; i++) {
                able.add(people[town.candidate[i]]);
            }
            candidates.add(able);
        }
        seats = new ArrayList<>();
        for (int number = 0; number < town.seatDemand.length; number++) {
            int demand = town.seatDemand[number];
            Seat seat = new Seat(number, demand, town.seatRank[number], candidates.get(demand));
            if (town.seatPinned[number] >= 0) {
                seat.fixed = true;
                seat.person = people[town.seatPinned[number]];
            }
            seats.add(seat);
        }
    }
}
