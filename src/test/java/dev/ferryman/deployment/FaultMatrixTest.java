package dev.ferryman.deployment;

import dev.ferryman.cutover.WindowDraft;
import dev.ferryman.testing.StateStores;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever goes wrong with green, at whatever step that watches it: everything goes back to blue by itself, and nothing is
 * lost. Others of the matrix each day; all of it:
 * {@code ./mvnw test -Dtest=FaultMatrixTest -Dfault-matrix.runs=1000}, or some from {@code -Dfault-matrix.first=10} on.
 */
@StateStores.OnSqlite
class FaultMatrixTest extends BlueGreenDeployment {
    private static final int RUNS = Integer.getInteger("fault-matrix.runs", 2);
    // So far apart that neighbours differ in template, step and fault.
    private static final int STRIDE = 17;
    private static int begun;
    private static int returned;

    /** What goes wrong. */
    private enum Fault {
        ERRORS(site -> site.line().errorEvery(3)), LATENCY(site -> site.line().delay(Duration.ofSeconds(4))), DEATH(
                site -> site.line().dead(true)), LOCKS(BlueGreenSite::lockStorm);

        private final Happening happening;

        Fault(Happening happening) {
            this.happening = happening;
        }
    }

    @FunctionalInterface
    private interface Happening {
        void in(BlueGreenSite site) throws Exception;
    }

    /** One of the matrix. */
    private record Trouble(String template, String step, Fault fault) {
        @Override
        public String toString() {
            return fault + " at " + step + " of " + template;
        }
    }

    static List<Trouble> troubles() {
        List<Trouble> all = Stream.of("blue-green", "canary", "load-balancer")
                .flatMap(template -> QuickTemplates.stepsThatRollBack(template).stream()
                        .flatMap(step -> Stream.of(Fault.values()).map(fault -> new Trouble(template, step, fault))))
                .toList();
        int first = Integer.getInteger("fault-matrix.first",
                (int) (LocalDate.now().toEpochDay() * RUNS % all.size()));
        return IntStream.range(first, first + Math.min(RUNS, all.size()))
                .mapToObj(i -> all.get(i * STRIDE % all.size())).toList();
    }

    @ParameterizedTest
    @MethodSource("troubles")
    void it_goes_back_by_itself_and_nothing_is_lost(Trouble trouble) throws Exception {
        begun++;
        String id = create(QuickTemplates.lasting(trouble.template()), parameters(trouble.template()),
                WindowDraft.NONE);
        begin(id, trouble.step());
        long from = System.nanoTime();
        trouble.fault().happening.in(site);
        backByItself(id);
        returned++;
        System.out.printf("%s: users write to blue again after %.1f s%n", trouble, (System.nanoTime() - from) / 1e9);
    }

    @AfterAll
    static void tell() {
        System.out.printf("%d of %d came back by themselves with every acknowledged write%n", returned, begun);
    }
}
