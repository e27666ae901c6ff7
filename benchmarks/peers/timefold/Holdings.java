package sanban;

import java.util.Arrays;

/** The seats of each person in the working solution, in no order. */
public final class Holdings {
    private final Seat[][] held;
    private final int[] count;

    Holdings(int people) {
        held = new Seat[people][4];
        count = new int[people];
    }

    void add(Person person, Seat seat) {
        int who = person.number;
        if (count[who] == held[who].length) {
            held[who] = Arrays.copyOf(held[who], 2 * count[who]);
        }
        held[who][count[who]++] = seat;
    }

    void remove(Person person, Seat seat) {
        int who = person.number;
        for (int i = 0; i < count[who]; i++) {
            if (held[who][i] == seat) {
                held[who][i] = held[who][--count[who]];
                return;
            }
        }
        throw new IllegalStateException(seat + " is not held by " + person);
    }

    int count(Person person) {
        return count[person.number];
    }

    Seat get(Person person, int i) {
        return held[person.number][i];
    }
}
