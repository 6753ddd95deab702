package dev.ferryman.api.internal;

import dev.ferryman.cutover.MonitorView;
import dev.ferryman.cutover.ProbeView;
import dev.ferryman.cutover.SampleRow;
import dev.ferryman.cutover.VerdictRow;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A probe of a step that watches.
 *
 * @param step key of its step
 * @param probe its name
 * @param watched address without its query, PromQL or SQL
 * @param severity {@code fail} or {@code warn}
 * @param state {@code running}, {@code breach}, {@code passed}, {@code failed}, {@code inconclusive} or
 *        {@code cancelled}
 * @param unit what its figure is counted in, empty for plain numbers
 * @param least below this it is a breach, null for no such bound
 * @param most above this it is a breach, null for no such bound
 * @param breachSince when the breach that is counted began, null where there is none
 * @param failsInSeconds how much longer the breach may last, null where there is none
 * @param coveragePercent how much of the time was observed
 * @param last the latest sample, null before the first
 */
record ProbeJson(String step, String probe, String title, String watched, String severity, String state, String unit,
        @Nullable Double least, @Nullable Double most, @Nullable Instant breachSince, @Nullable Double failsInSeconds,
        int coveragePercent, String sentence, @Nullable SampleJson last) {

    static List<ProbeJson> of(MonitorView view) {
        return view.probes().stream().map(probe -> of(view.step(), probe)).toList();
    }

    private static ProbeJson of(String step, ProbeView view) {
        SampleRow last = view.last();
        return new ProbeJson(step, view.name(), view.title(), view.watched(), view.decides() ? "fail" : "warn",
                view.state().key(), view.unit(), view.least(), view.most(), view.breachSince(),
                Seconds.ofNullable(view.failsIn()), view.coverage(), view.sentence(),
                last == null ? null : SampleJson.of(last));
    }

    /**
     * One look.
     *
     * @param number to be sent as {@code after} for those that follow; 0 where it is shown apart from the log
     * @param kind {@code ok}, {@code breach}, {@code no-data}, {@code low-traffic} or {@code error}
     * @param value its figure in the probe's unit, null where it has none
     */
    record SampleJson(long number, String probe, Instant at, String kind, @Nullable Double value,
            double latencySeconds, String detail) {
        static SampleJson of(SampleRow row) {
            return new SampleJson(row.number(), row.probe(), row.at(), row.kind(), row.value(),
                    Seconds.of(row.latency()), row.detail());
        }
    }

    /**
     * What one probe had come to when its watch was decided.
     *
     * @param verdict {@code passed}, {@code failed}, {@code breach}, {@code inconclusive}, or {@code cancelled} where the
     *        watch ended before it came to anything
     * @param threshold the bounds it was judged by, in words; empty where it had none
     * @param samples the latest, oldest first
     */
    record VerdictJson(int attempt, String probe, String title, String severity, Instant at, String verdict,
            String watched, String threshold, List<SampleJson> samples) {
        static VerdictJson of(VerdictRow row) {
            return new VerdictJson(row.attempt(), row.probe(), row.title(), row.decides() ? "fail" : "warn", row.at(),
                    row.verdict().key(), row.watched(), row.threshold(),
                    row.samples().stream().map(SampleJson::of).toList());
        }
    }
}
