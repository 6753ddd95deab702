package dev.ferryman.cli;

import dev.ferryman.cli.internal.FailureMessage;
import dev.ferryman.cli.internal.FerrymanCommand;
import dev.ferryman.cli.internal.HeadStart;
import java.io.Console;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;

/**
 * The command line as one call. Exit status ({@code DESIGN.md} § 4): 0 done; 1 differences, or unsafe to go on; 2 bad
 * input; 3 failed.
 */
public final class CommandLineFace {
    private static final String SERVE = "serve";
    /** How long a command that is stopped from outside may take to roll back and remove what is half done. */
    private static final long STOP_SECONDS = 20;

    private CommandLineFace() {}

    /** Whether the service is meant: no command, {@code serve}, or a configuration property first. */
    public static boolean asksForService(String[] args) {
        return args.length == 0 || args[0].equals(SERVE) || args[0].startsWith("--") && args[0].contains("=");
    }

    /** The arguments that the service gets: all but its own name. */
    public static String[] serviceArguments(String[] args) {
        return args.length > 0 && args[0].equals(SERVE) ? Arrays.copyOfRange(args, 1, args.length) : args;
    }

    /** Runs a command of its own process, with the process's streams; a signal ends it in good order. */
    public static int run(String[] args) {
        // Logback would otherwise write everything it is told, in between what is meant for the reader.
        System.setProperty("logback.configurationFile", "dev/ferryman/cli/logback.xml");
        HeadStart.begin(args);
        Thread command = Thread.currentThread();
        var done = new CountDownLatch(1);
        var stop = new Thread(() -> {
            command.interrupt();
            try {
                done.await(STOP_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }, "ferryman-stop");
        Runtime.getRuntime().addShutdownHook(stop);
        int status = run(args, new PrintWriter(System.out, true, System.out.charset()),
                new PrintWriter(System.err, true, System.err.charset()), terminal());
        done.countDown();
        return status;
    }

    // SystemConsoleNull and NullAway disagree on whether there may be no console.
    @SuppressWarnings("SystemConsoleNull")
    private static boolean terminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    /**
     * Runs a command.
     *
     * @param args command and options
     * @param out where results go
     * @param err where progress and failures go
     * @param terminal whether a person is watching {@code err}
     * @return the exit status
     */
    public static int run(String[] args, PrintWriter out, PrintWriter err, boolean terminal) {
        var line = new CommandLine(new FerrymanCommand(terminal));
        line.setOut(out);
        line.setErr(err);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler(new FailureMessage());
        return line.execute(args);
    }
}
