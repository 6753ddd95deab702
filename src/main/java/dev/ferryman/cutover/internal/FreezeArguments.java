package dev.ferryman.cutover.internal;

import dev.ferryman.replication.FreezeOptions;
import dev.ferryman.runbook.Cutover;
import java.time.Duration;

/**
 * Limits of a handover of writes as a template gives them: {@code budget}, {@code lock-limit}, {@code most-lag} (durations)
 * and {@code most-backlog} (changes); what is not given is as in {@link FreezeOptions#defaults()}.
 */
final class FreezeArguments {
    private FreezeArguments() {}

    static FreezeOptions read(Arguments arguments) {
        FreezeOptions usual = FreezeOptions.defaults();
        return new FreezeOptions(positive(arguments, "budget", usual.budget()),
                positive(arguments, "lock-limit", usual.lockLimit()),
                arguments.number("most-backlog", (int) usual.mostBacklog(), 0, Integer.MAX_VALUE),
                arguments.duration("most-lag", usual.mostLag()));
    }

    private static Duration positive(Arguments arguments, String key, Duration usual) {
        Duration given = arguments.duration(key, usual);
        return given.isZero() ? usual : given;
    }

    /** Those of the cutover's step of this type, or the usual ones where it has none. */
    static FreezeOptions of(Cutover cutover, String type) {
        return cutover.template().steps().stream().filter(step -> type.equals(step.uses())).findFirst()
                .map(step -> read(new Arguments(Arguments.resolved(step.with(), cutover.parameters()))))
                .orElseGet(FreezeOptions::defaults);
    }
}
