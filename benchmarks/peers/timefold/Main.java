package sanban;

import ai.timefold.solver.core.api.score.buildin.hardmediumsoftlong.HardMediumSoftLongScore;
import ai.timefold.solver.core.api.solver.Solver;
import ai.timefold.solver.core.api.solver.SolverFactory;
import ai.timefold.solver.core.config.constructionheuristic.ConstructionHeuristicPhaseConfig;
import ai.timefold.solver.core.config.constructionheuristic.ConstructionHeuristicType;
import ai.timefold.solver.core.config.constructionheuristic.decider.forager.ConstructionHeuristicForagerConfig;
import ai.timefold.solver.core.config.constructionheuristic.decider.forager.ConstructionHeuristicPickEarlyType;
import ai.timefold.solver.core.config.heuristic.selector.move.MoveSelectorConfig;
import ai.timefold.solver.core.config.heuristic.selector.move.composite.UnionMoveSelectorConfig;
import ai.timefold.solver.core.config.heuristic.selector.move.factory.MoveIteratorFactoryConfig;
import ai.timefold.solver.core.config.heuristic.selector.move.generic.ChangeMoveSelectorConfig;
import ai.timefold.solver.core.config.heuristic.selector.move.generic.SwapMoveSelectorConfig;
import ai.timefold.solver.core.config.localsearch.LocalSearchPhaseConfig;
import ai.timefold.solver.core.config.localsearch.decider.acceptor.LocalSearchAcceptorConfig;
import ai.timefold.solver.core.config.localsearch.decider.forager.LocalSearchForagerConfig;
import ai.timefold.solver.core.config.score.director.ScoreDirectorFactoryConfig;
import ai.timefold.solver.core.config.solver.EnvironmentMode;
import ai.timefold.solver.core.config.solver.SolverConfig;
import ai.timefold.solver.core.config.solver.termination.TerminationConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Arguments: arrays, seconds since the start of this process, seed, out, then words: "default", or one each of
 * moves (near, plain), construction (best, first), acceptance (temperature=T, late=N, tabu=N), and, if wanted, "moves=N"
 * to end the local search after so many moves, and "checked".
 *
 * <p>Every better solution is one line of JSON on standard output.
 */
public final class Main {
    private static final long QUIET_MILLISECONDS = 20;
    private static final long WRITING_MILLISECONDS = 300;

    private Main() {
    }

    public static void main(String[] arguments) throws IOException {
        long started = ProcessHandle.current().info().startInstant().orElseThrow().toEpochMilli();
        Roster roster = new Roster(new Town(Path.of(arguments[0])));
        long end = started + Math.round(1000 * Double.parseDouble(arguments[1]));
        List<String> words = List.of(arguments).subList(4, arguments.length);
        System.out.println("{\"built\": true}");

        SolverConfig config = new SolverConfig()
                .withSolutionClass(Roster.class)
                .withEntityClasses(Seat.class)
                .withEnvironmentMode(words.contains("checked") ? EnvironmentMode.FULL_ASSERT : EnvironmentMode.NO_ASSERT)
                .withRandomSeed(Long.parseLong(arguments[2]))
                .withScoreDirectorFactory(
                        new ScoreDirectorFactoryConfig().withIncrementalScoreCalculatorClass(Prices.class));
        if (!words.contains("default")) {
            config.withPhases(construction(words), search(words));
        }
        long left = end - System.currentTimeMillis() - WRITING_MILLISECONDS;
        config.withTerminationSpentLimit(Duration.ofMillis(Math.max(100, left)));
        Solver<Roster> solver = SolverFactory.<Roster>create(config).buildSolver();
        long[] told = {0};
        solver.addEventListener(event -> {
            long now = System.currentTimeMillis();
            if (now - told[0] >= QUIET_MILLISECONDS) {
                told[0] = now;
                tell((HardMediumSoftLongScore) event.getNewBestScore());
            }
        });
        Roster best = solver.solve(roster);
        tell(best.score);
        write(best, Path.of(arguments[3]));
    }

    private static ConstructionHeuristicPhaseConfig construction(List<String> words) {
        ConstructionHeuristicPhaseConfig phase = new ConstructionHeuristicPhaseConfig()
                .withConstructionHeuristicType(ConstructionHeuristicType.FIRST_FIT_DECREASING);
        if (words.contains("first")) {
            phase.withForagerConfig(new ConstructionHeuristicForagerConfig()
                    .withPickEarlyType(ConstructionHeuristicPickEarlyType.FIRST_NON_DETERIORATING_SCORE));
        }
        return phase;
    }

    private static LocalSearchPhaseConfig search(List<String> words) {
        MoveSelectorConfig<?> moves = words.contains("near")
                ? new MoveIteratorFactoryConfig().withMoveIteratorFactoryClass(NearMoves.class)
                : new UnionMoveSelectorConfig().withMoveSelectors(
                        new ChangeMoveSelectorConfig(), new SwapMoveSelectorConfig());
        LocalSearchAcceptorConfig acceptor = new LocalSearchAcceptorConfig();
        LocalSearchPhaseConfig phase = new LocalSearchPhaseConfig();
        LocalSearchForagerConfig forager = new LocalSearchForagerConfig().withAcceptedCountLimit(1);
        for (String word : words) {
            String value = word.substring(word.indexOf('=') + 1);
            if (word.startsWith("temperature=")) {
                acceptor.withSimulatedAnnealingStartingTemperature("0hard/0medium/" + value + "soft");
            } else if (word.startsWith("late=")) {
                acceptor.withLateAcceptanceSize(Integer.parseInt(value));
            } else if (word.startsWith("tabu=")) {
                acceptor.withEntityTabuSize(Integer.parseInt(value));
                forager.withAcceptedCountLimit(1000);
            } else if (word.startsWith("moves=")) {
                phase.withTerminationConfig(new TerminationConfig().withMoveCountLimit(Long.parseLong(value)));
            }
        }
        return phase
                .withMoveSelectorConfig(moves)
                .withAcceptorConfig(acceptor)
                .withForagerConfig(forager);
    }

    private static void tell(HardMediumSoftLongScore score) {
        System.out.printf("{\"broken\": %d, \"vacancy\": %d, \"cost\": %d}%n",
                -score.hardScore(), -score.mediumScore(), -score.softScore());
        System.out.flush();
    }

    /** One line a filled seat: demand and person. */
    private static void write(Roster roster, Path out) throws IOException {
        List<String> lines = new ArrayList<>();
        for (Seat seat : roster.seats) {
            if (seat.person != null) {
                lines.add(seat.demand + " " + seat.person.number);
            }
        }
        try (PrintWriter writer = new PrintWriter(Files.newBufferedWriter(out))) {
            lines.forEach(writer::println);
        }
    }
}
