package dev.ferryman.cutover;

import dev.ferryman.runbook.Attempt;
import dev.ferryman.runbook.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;

/** What a failed step may come from: the three families of RUNBOOKS.md, A. */
public enum Topic {
    /** The target cannot be reached, or lets nobody in. */
    CONNECTION("It cannot connect",
            "Is the server up? Is the address right? Does a firewall stand between? Does pg_hba.conf let this user in?",
            Pattern.compile("connect|reach|refuse[sd]|password|does not answer|no database of that name|starting up"
                    + "|cannot be read|rejected|let this user in|sqlstate 08")),
    /** The two sides hold other values. */
    MISMATCH("The data differs",
            "Which columns differ, and how? Do encrypted and binary columns arrive byte for byte? Does a trigger or a"
                    + " constraint of the target change or refuse rows?",
            Pattern.compile("differ|constraint|violates|duplicate|mismatch|not equal|checksum")),
    /** It takes too long. */
    SLOW("It is slow, or waits",
            "Who holds a lock? Were the tables analyzed (ANALYZE)? Does a query go without an index (EXPLAIN ANALYZE)? What"
                    + " does pg_stat_activity show?",
            Pattern.compile("timeout|timed out|too long|slow|deadlock|\\block|p99|latency|behind|budget|breach|"
                    + "statement_timeout"));

    private final String title;
    private final String questions;
    private final Pattern words;

    Topic(String title, String questions, Pattern words) {
        this.title = title;
        this.questions = questions;
        this.words = words;
    }

    /** The symptom. */
    public String title() {
        return title;
    }

    /** What to look at, as questions. */
    public String questions() {
        return questions;
    }

    /**
     * What to look at now that this step has not passed: by the words of its verdict, else by what it does. Empty while it
     * has not failed, and for what has nothing to do with the two databases.
     */
    public static List<Topic> of(Step step) {
        boolean failed = switch (step.status()) {
            case FAILED, INCONCLUSIVE -> true;
            case PENDING, READY, RUNNING, PASSED, SKIPPED, UNKNOWN, CANCELLED -> false;
        };
        String uses = Objects.requireNonNullElse(step.definition().uses(), "");
        if (!failed || uses.isEmpty() || uses.startsWith("hook.") || uses.startsWith("app.")) {
            return List.of();
        }
        String verdict = step.lastAttempt().map(Attempt::what).orElse("").toLowerCase(Locale.ROOT);
        List<Topic> found = new ArrayList<>();
        for (Topic topic : values()) {
            if (topic.words.matcher(verdict).find()) {
                found.add(topic);
            }
        }
        if (found.isEmpty()) {
            found.add(usual(uses));
        }
        return found;
    }

    private static Topic usual(String uses) {
        if (uses.equals("engine.verify") || uses.startsWith("rollback.") || uses.equals("source.unchanged")) {
            return MISMATCH;
        }
        return uses.startsWith("monitor.") || uses.startsWith("freeze.") || uses.equals("engine.follow")
                ? SLOW
                : CONNECTION;
    }
}
