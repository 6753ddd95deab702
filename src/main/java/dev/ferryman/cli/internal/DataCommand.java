package dev.ferryman.cli.internal;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
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
            seconds.put(part, Math.round((System.nanoTime() - started) / 1e6) / 1e3);
        }
    }

    /** Seconds per part, in the order in which they ran. */
    Map<String, Double> seconds() {
        return seconds;
    }
}
