package sanban;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The arrays of one town as benchmarks/peers/timefold/arrays.py writes them; it says what each of them means. */
public final class Town {
    final int people;
    final int slots;
    final long vacancyUnit;
    final long hardUnit;
    final int[] seatDemand;
    final int[] seatPinned;
    final int[] seatRank;
    final int[] seatOrder;
    final int[] demandSlot;
    final long[] slotMiddle;
    final int[] candidateFirst;
    final int[] candidate;
    final int[] candidateFlow;
    final int[] cellId;
    final long[] cellCost;
    final long[] flowCost;
    final Lists cellRows;
    final Lists touchRows;
    final Lists flowRows;
    final int[] cellTouchFirst;
    final int[] cellTouch;
    final int[] rowTable;
    final long[] table;

    /** The rows of each column: those of column i stand from first[i] to first[i + 1]. */
    static final class Lists {
        final int[] first;
        final int[] row;
        final int[] weight;

        Lists(Map<String, Object> arrays, String column) {
            first = (int[]) arrays.get(column + "_row_first");
            row = (int[]) arrays.get(column + "_row");
            weight = (int[]) arrays.get(column + "_weight");
        }
    }

    Town(Path file) throws IOException {
        Map<String, Object> arrays = read(file);
        long[] sizes = (long[]) arrays.get("sizes");
        people = (int) sizes[0];
        slots = (int) sizes[1];
        vacancyUnit = sizes[2];
        hardUnit = sizes[3];
        seatDemand = (int[]) arrays.get("seat_demand");
        seatPinned = (int[]) arrays.get("seat_pinned");
        seatRank = (int[]) arrays.get("seat_rank");
        seatOrder = (int[]) arrays.get("seat_order");
        demandSlot = (int[]) arrays.get("demand_slot");
        slotMiddle = (long[]) arrays.get("slot_middle");
        candidateFirst = (int[]) arrays.get("candidate_first");
        candidate = (int[]) arrays.get("candidate");
        candidateFlow = (int[]) arrays.get("candidate_flow");
        cellId = (int[]) arrays.get("cell_id");
        cellCost = (long[]) arrays.get("cell_cost");
        flowCost = (long[]) arrays.get("flow_cost");
        cellRows = new Lists(arrays, "cell");
        touchRows = new Lists(arrays, "touch");
        flowRows = new Lists(arrays, "flow");
        cellTouchFirst = (int[]) arrays.get("cell_touch_first");
        cellTouch = (int[]) arrays.get("cell_touch");
        rowTable = (int[]) arrays.get("row_table");
        table = (long[]) arrays.get("table");
    }

    /** Where a person stands among the candidates of a demand, or −1. */
    int place(int person, int demand) {
        int low = candidateFirst[demand];
        int end = candidateFirst[demand + 1];
        int high = end;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (candidate[middle] < person) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low < end && candidate[low] == person ? low : -1;
    }

    boolean may(Person person, Seat seat) {
        return place(person.number, seat.demand) >= 0;
    }

    /** Pieces of: length of the name, name, bytes a number (4 or 8), how many numbers, numbers; little-endian. */
    private static Map<String, Object> read(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        Map<String, Object> arrays = new HashMap<>();
        while (bytes.hasRemaining()) {
            byte[] name = new byte[bytes.getInt()];
            bytes.get(name);
            int width = bytes.getInt();
            int count = bytes.getInt();
            Object numbers;
            if (width == 4) {
                int[] whole = new int[count];
                bytes.asIntBuffer().get(whole);
                numbers = whole;
            } else {
                long[] wide = new long[count];
                bytes.asLongBuffer().get(wide);
                numbers = wide;
            }
            bytes.position(bytes.position() + width * count);
            arrays.put(new String(name, StandardCharsets.UTF_8), numbers);
        }
        return arrays;
    }
}
