package sanban;

import ai.timefold.solver.core.api.domain.lookup.PlanningId;

/** Somebody who may serve; all that matters about them is in the arrays. */
public final class Person {
    @PlanningId
    public final int number;

    Person(int number) {
        this.number = number;
    }

    @Override
    public String toString() {
        return "person " + number;
    }
}
