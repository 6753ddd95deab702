package dev.ferryman.web.internal;

import dev.ferryman.access.Role;
import dev.ferryman.cutover.Diagnosis;
import dev.ferryman.cutover.GateView;
import dev.ferryman.cutover.MonitorView;
import dev.ferryman.cutover.PhaseView;
import dev.ferryman.cutover.ProbeView;
import dev.ferryman.cutover.ReplicationView;
import dev.ferryman.cutover.TableProgress;
import dev.ferryman.cutover.Topic;
import dev.ferryman.cutover.VerdictRow;
import dev.ferryman.cutover.VerificationView;
import dev.ferryman.notify.MessageState;
import dev.ferryman.runbook.Gate;
import dev.ferryman.runbook.Moves;
import dev.ferryman.runbook.Phase;
import dev.ferryman.runbook.Status;
import dev.ferryman.runbook.Step;
import dev.ferryman.runbook.StepKind;
import dev.ferryman.runbook.StepStatus;
import dev.ferryman.runbook.Verdict;
import dev.ferryman.schema.Finding;
import dev.ferryman.schemachange.Risk;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Icon, tone and words of every state, and the words for roles and phases. */
final class Marks {
    private static final List<String> TARGET_TYPES = List.of("schema.", "key-change.", "engine.", "freeze.", "queries.",
            "backup.restore", "capture.", "hook.command");

    /** How dangerous a statement is. */
    public Mark of(Risk risk) {
        return switch (risk) {
            case LOW -> new Mark("check", "ok", "Low risk");
            case MEDIUM -> new Mark("warning", "warn", "Medium risk");
            case HIGH -> new Mark("warning", "bad", "High risk");
        };
    }

    /** Where a cutover stands. */
    public Mark of(Status status) {
        return switch (status) {
            case ACTIVE -> new Mark("play", "busy", "Under way");
            case ROLLING_BACK -> new Mark("undo", "warn", "Rolling back");
            case COMPLETED -> new Mark("check", "ok", "Completed");
            case ROLLED_BACK -> new Mark("undo", "warn", "Rolled back");
            case ABORTED -> new Mark("cross", "idle", "Aborted");
            case FAILED -> new Mark("cross", "bad", "Failed");
        };
    }

    /** Where a step stands. */
    public Mark of(StepStatus status) {
        return switch (status) {
            case PENDING -> new Mark("circle", "idle", "Not yet");
            case READY -> new Mark("play", "busy", "Ready");
            case RUNNING -> new Mark("clock", "busy", "Running");
            case PASSED -> new Mark("check", "ok", "Done");
            case FAILED -> new Mark("cross", "bad", "Failed");
            case INCONCLUSIVE -> new Mark("question", "warn", "Inconclusive");
            case UNKNOWN -> new Mark("question", "bad", "Unknown: cut off");
            case CANCELLED -> new Mark("pause", "warn", "Cancelled");
            case SKIPPED -> new Mark("skip", "warn", "Skipped");
        };
    }

    /** What became of a message. */
    public Mark of(MessageState state) {
        return switch (state) {
            case PLANNED -> new Mark("circle", "idle", "Planned");
            case WAITING -> new Mark("clock", "busy", "Waiting");
            case SENDING -> new Mark("clock", "busy", "Being sent");
            case SENT -> new Mark("check", "ok", "Sent");
            case COMBINED -> new Mark("check", "ok", "Sent with another");
            case FAILED -> new Mark("cross", "bad", "Failed");
            case UNKNOWN -> new Mark("question", "bad", "May have arrived");
            case SKIPPED -> new Mark("skip", "warn", "Skipped");
            case NO_CHANNEL -> new Mark("question", "idle", "No such channel configured");
            case REHEARSED -> new Mark("note", "idle", "Would have been sent");
        };
    }

    /** How an attempt ended; running when it has not. */
    public Mark verdict(@Nullable Verdict verdict) {
        return switch (verdict) {
            case null -> new Mark("clock", "busy", "Running");
            case PASSED -> new Mark("check", "ok", "Passed");
            case FAILED -> new Mark("cross", "bad", "Failed");
            case ERROR -> new Mark("cross", "bad", "Error");
            case INCONCLUSIVE -> new Mark("question", "warn", "Inconclusive");
            case UNKNOWN -> new Mark("question", "bad", "Unknown: cut off");
            case CANCELLED -> new Mark("pause", "warn", "Cancelled");
        };
    }

    /** Whether a gate can be signed. */
    public Mark of(Gate.State state) {
        return switch (state) {
            case CLOSED -> new Mark("lock", "idle", "Opens when all steps are done");
            case OPEN -> new Mark("clock", "busy", "Waits for sign-offs");
            case PASSED -> new Mark("check", "ok", "Passed");
        };
    }

    /** Where a phase stands in the rail. */
    public Mark of(PhaseView.State state) {
        return switch (state) {
            case DONE -> new Mark("check", "ok", "done");
            case CURRENT -> new Mark("play", "busy", "now");
            case AHEAD -> new Mark("circle", "idle", "ahead");
            case NOT_TAKEN -> new Mark("circle", "idle", "not taken");
        };
    }

    /** How far a table is. */
    public Mark of(TableProgress.State state) {
        return switch (state) {
            case WAITING -> new Mark("circle", "idle", "Waiting");
            case COPYING -> new Mark("clock", "busy", "Copying");
            case COPIED -> new Mark("check", "ok", "Copied");
            case VERIFYING -> new Mark("clock", "busy", "Comparing");
            case VERIFIED -> new Mark("check", "ok", "Equal");
            case DIFFERENT -> new Mark("cross", "bad", "Different");
        };
    }

    /** How a monitor stands. */
    public Mark of(MonitorView.State state) {
        return switch (state) {
            case RUNNING -> new Mark("clock", "busy", "Watching");
            case PASSED -> new Mark("check", "ok", "Passed");
            case BREACH -> new Mark("warning", "bad", "Breach");
            case INCONCLUSIVE -> new Mark("question", "warn", "Inconclusive");
            case FAILED -> new Mark("cross", "bad", "Failed");
            case CANCELLED -> new Mark("pause", "warn", "Cancelled");
        };
    }

    /** How a probe stands; one that only warns never speaks as loud as one that decides. */
    public Mark of(ProbeView probe) {
        return probe(probe.state(), probe.decides());
    }

    /** What a probe had come to when its watch was decided. */
    public Mark of(VerdictRow verdict) {
        return probe(verdict.verdict(), verdict.decides());
    }

    private Mark probe(MonitorView.State state, boolean decides) {
        Mark mark = state == MonitorView.State.CANCELLED
                ? new Mark("pause", "idle", "Ended with the watch")
                : of(state);
        return decides || !mark.tone().equals("bad") ? mark : new Mark("warning", "warn", "Warning");
    }

    /** What a sample tells, by its key. */
    public Mark sample(String kind) {
        return switch (kind) {
            case "ok" -> new Mark("check", "ok", "Ok");
            case "breach" -> new Mark("warning", "bad", "Breach");
            case "low-traffic" -> new Mark("question", "idle", "Low traffic");
            case "no-data" -> new Mark("question", "warn", "No data");
            default -> new Mark("question", "warn", "Error");
        };
    }

    /** What a failed step may come from. */
    public List<Topic> topics(Step step) {
        return Topic.of(step);
    }

    /** Whether a step of this type works in the target, where sessions of others may be in its way. */
    public boolean inTarget(String uses) {
        return TARGET_TYPES.stream().anyMatch(uses::startsWith);
    }

    /** How a check ended. */
    public Mark of(Diagnosis.Found found) {
        return switch (found) {
            case FINE -> new Mark("check", "ok", "Fine");
            case DOUBTFUL -> new Mark("warning", "warn", "Worth a look");
            case WRONG -> new Mark("cross", "bad", "Wrong");
            case UNKNOWN -> new Mark("question", "warn", "Not known");
        };
    }

    /** Whether a guardrail holds. */
    public Mark held(boolean passed) {
        return passed ? new Mark("check", "ok", "Holds") : new Mark("cross", "bad", "Does not hold");
    }

    /** Whether a way out can work now. */
    public Mark possible(boolean possible) {
        return possible ? new Mark("check", "ok", "Possible") : new Mark("lock", "idle", "Not possible");
    }

    /** Whether one side follows the other. */
    public Mark of(ReplicationView.State state) {
        return switch (state) {
            case FOLLOWING -> new Mark("play", "busy", "Following");
            case STOPPED -> new Mark("warning", "bad", "Stopped");
            case ENDED -> new Mark("check", "idle", "Ended");
        };
    }

    /** Monitors to look at: those that watch for a while, and those of checks that have not passed. */
    public List<MonitorView> watched(List<MonitorView> monitors) {
        return monitors.stream().filter(one -> !one.wanted().isZero() || one.state() != MonitorView.State.PASSED)
                .toList();
    }

    /** What a finding of the plan means. */
    public Mark of(Finding.Severity severity) {
        return switch (severity) {
            case BLOCKER -> new Mark("cross", "bad", "Blocker");
            case WARNING -> new Mark("warning", "warn", "To be accepted");
            case INFO -> new Mark("info", "idle", "Worth knowing");
        };
    }

    /** Whether both sides are equal. */
    public Mark equal(boolean equal) {
        return equal ? new Mark("check", "ok", "Equal") : new Mark("cross", "bad", "Different");
    }

    /** A role key as people say it. */
    public String role(String key) {
        return Role.labelOf(key);
    }

    /** A kind of step in words. */
    public String kind(StepKind kind) {
        return switch (kind) {
            case MANUAL -> "by hand";
            case CHECK -> "check";
            case ACTION -> "action";
            case WAIT -> "watch";
        };
    }

    /** A phase's own name. */
    public String phase(Phase phase) {
        String key = phase.key();
        return key.substring(0, 1).toUpperCase(Locale.ROOT) + key.substring(1);
    }

    /** What a verification compared. */
    public String compared(VerificationView.Kind kind) {
        return switch (kind) {
            case SNAPSHOT -> "Snapshot and copy";
            case SINCE_SNAPSHOT -> "Written since the snapshot";
            case LOSSES -> "What going back would lose";
        };
    }

    /** The moves as addresses name them. */
    public Set<String> names(Set<Moves.StepMove> moves) {
        return moves.stream().map(move -> move.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Why the viewer can sign for none of the roles that are missing. */
    public List<String> reasons(GateView gate) {
        return gate.rows().stream().filter(row -> row.signOff().isEmpty()).map(row -> row.sign().why())
                .filter(why -> !why.isEmpty()).distinct().toList();
    }
}
