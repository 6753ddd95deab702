package dev.ferryman.monitor;

import dev.ferryman.monitor.MonitorRule.Severity;
import dev.ferryman.monitor.MonitorState.Judgement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Watches several probes until their samples together amount to a judgement. Each probe has its own times, counted from
 * the start, so that they do not drift; each look has a thread and a time limit, so that a slow one holds up no other.
 * Stopped and started again, it goes on where it was.
 */
public final class Watch {
    /** However far the next look is: the clock may be put forward meanwhile. */
    private static final Duration LONGEST_SLEEP = Duration.ofMinutes(1);
    private static final Duration CLOSE_LOOK = Duration.ofMillis(100);

    /** How time passes between looks; a test's clock lets it pass at once. */
    @FunctionalInterface
    public interface Pause {
        /** Waits; an interrupt ends the watch. */
        void sleep(Duration time) throws InterruptedException;
    }

    /** Is told of each sample and what the probe's samples amount to, after they are stored. */
    @FunctionalInterface
    public interface Listener {
        /** A probe has looked. */
        void looked(String probe, Sample sample, MonitorState state, Judgement judgement);
    }

    /**
     * One probe of a watch.
     *
     * @param name its name, unique in the watch
     * @param rule how its samples are judged
     * @param limit how long one look may take
     */
    public record Watched(String name, Probe probe, MonitorRule rule, Duration limit) {}

    /**
     * What the watch came to, with everything it rests on.
     *
     * @param judgement passed, failed or inconclusive
     * @param states what the samples of each probe amount to, by its name
     * @param judgements what each probe came to, by its name
     */
    public record Result(Judgement judgement, Map<String, MonitorState> states, Map<String, Judgement> judgements) {

        /** The probes that decided: all where it passed. */
        public List<String> decisive(List<Watched> probes) {
            return probes.stream().filter(each -> each.rule().severity() == Severity.FAIL).map(Watched::name)
                    .filter(name -> judgements.get(name) == judgement).toList();
        }
    }

    private final MonitorLog log;
    private final Clock clock;
    private final Pause pause;

    /** @param log where samples are kept */
    public Watch(MonitorLog log, Clock clock, Pause pause) {
        this.log = log;
        this.clock = clock;
        this.pause = pause;
    }

    /**
     * Watches to the end.
     *
     * @param run the attempt this belongs to; the same after a restart
     * @param startedAt when the attempt was first started
     * @throws InterruptedException where it was stopped: nothing is proved
     */
    public Result run(String run, Instant startedAt, List<Watched> probes, Listener listener)
            throws InterruptedException {
        BlockingQueue<ProbeCourse.Looked> looked = new LinkedBlockingQueue<>();
        List<ProbeCourse> courses = probes.stream()
                .map(each -> new ProbeCourse(run, each, startedAt, log, clock, looked)).toList();
        try {
            while (true) {
                Optional<Result> result = result(courses);
                if (result.isPresent()) {
                    return result.get();
                }
                Instant now = clock.instant();
                courses.forEach(course -> course.lookIfDue(now));
                ProbeCourse.Looked news = await(courses, looked);
                if (news != null) {
                    news.course().take(news, listener);
                }
                courses.forEach(course -> course.giveUpIfLate(listener));
            }
        } finally {
            courses.forEach(ProbeCourse::stop);
        }
    }

    private ProbeCourse.@Nullable Looked await(List<ProbeCourse> courses,
            BlockingQueue<ProbeCourse.Looked> looked) throws InterruptedException {
        Instant now = clock.instant();
        Duration left = courses.stream().flatMap(course -> course.until(now).stream())
                .reduce(LONGEST_SLEEP, (a, b) -> a.compareTo(b) < 0 ? a : b);
        if (courses.stream().anyMatch(ProbeCourse::looking)) {
            return looked.poll(Math.clamp(left.toMillis(), 1, CLOSE_LOOK.toMillis()), TimeUnit.MILLISECONDS);
        }
        if (left.isPositive()) {
            pause.sleep(left);
        }
        return looked.poll();
    }

    private Optional<Result> result(List<ProbeCourse> courses) {
        if (all(courses).anyMatch(each -> each == Judgement.FAILED)) {
            return Optional.of(result(courses, Judgement.FAILED));
        }
        // A breach that is being counted comes to its end first: whoever loses the data of one probe in an outage must
        // not lose the answer to the outage with it.
        if (all(courses).anyMatch(each -> each == Judgement.INCONCLUSIVE)
                && all(courses).noneMatch(each -> each == Judgement.BREACHING)) {
            return Optional.of(result(courses, Judgement.INCONCLUSIVE));
        }
        return all(courses).allMatch(each -> each == Judgement.PASSED)
                ? Optional.of(result(courses, Judgement.PASSED))
                : Optional.empty();
    }

    private static Stream<Judgement> all(List<ProbeCourse> courses) {
        return courses.stream().filter(course -> course.rule().severity() == Severity.FAIL)
                .map(ProbeCourse::judgement);
    }

    private static Result result(List<ProbeCourse> courses, Judgement judgement) {
        Map<String, MonitorState> states = new LinkedHashMap<>();
        Map<String, Judgement> judgements = new LinkedHashMap<>();
        courses.forEach(course -> {
            states.put(course.name(), course.state());
            judgements.put(course.name(), course.judgement());
        });
        return new Result(judgement, states, judgements);
    }
}
