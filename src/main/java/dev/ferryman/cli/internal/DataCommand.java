package dev.ferryman.cli.internal;

import dev.ferryman.copy.Snapshot;
import dev.ferryman.copy.SnapshotFile;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.schema.Plan;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** What the commands of the data plane have in common. */
abstract class DataCommand implements Callable<Integer> {
    @ParentCommand
    FerrymanCommand parent = new FerrymanCommand(false);
    @Spec
    CommandSpec spec = CommandSpec.create();
    @Mixin
    Options.Output output = new Options.Output();

    private final Map<String, Double> seconds = new LinkedHashMap<>();

    /** Where results go. */
    PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** Shows progress to whoever is watching. */
    ProgressLine progress() {
        return new ProgressLine(spec.commandLine().getErr(), parent.terminal());
    }

    /** Work that is timed. */
    interface Timed<T> {
        T run() throws Exception;
    }

    /** Runs a part of the command and remembers how long it took. */
    <T> T timed(String part, Timed<T> work) throws Exception {
        long started = System.nanoTime();
        try {
            return work.run();
        } finally {
            remember(part, started);
        }
    }

    private void remember(String part, long started) {
        seconds.put(part, Math.round((System.nanoTime() - started) / 1e6) / 1e3);
    }

    /** A snapshot and the plan that was made of it. */
    record PlannedSnapshot(SnapshotFile snapshot, Plan plan) {}

    /** Plans from a snapshot. */
    interface Planner {
        Plan plan(SqliteSource snapshot) throws Exception;
    }

    /**
     * Takes a snapshot and plans while it is being checked; the time until both are done counts as the profile's. Whatever
     * fails leaves no file behind.
     */
    PlannedSnapshot planned(SqliteSource live, Path directory, ProgressLine progress, Planner planner)
            throws Exception {
        var begun = new AtomicLong(System.nanoTime());
        Snapshot.Read<Plan> read = Snapshot.take(live, directory, progress.snapshot(), snapshot -> {
            remember("snapshot", begun.getAndSet(System.nanoTime()));
            return planner.plan(snapshot);
        });
        remember("profile", begun.get());
        return new PlannedSnapshot(read.file(), read.found());
    }

    /** Seconds per part, in the order in which they ran. */
    Map<String, Double> seconds() {
        return seconds;
    }
}
