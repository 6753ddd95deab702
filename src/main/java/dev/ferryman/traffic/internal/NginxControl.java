package dev.ferryman.traffic.internal;

import dev.ferryman.hook.CommandOutcome;
import dev.ferryman.hook.HookJournal;
import dev.ferryman.hook.HttpCall;
import dev.ferryman.hook.HttpHooks;
import dev.ferryman.hook.HttpOutcome;
import dev.ferryman.hook.NamedCommands;
import dev.ferryman.traffic.Side;
import dev.ferryman.traffic.TrafficException;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * nginx by a file that it includes: written, tested, loaded, and the old one put back where one of these fails. What counts
 * is what the running nginx says at the probe's address; without a probe it is the file alone.
 */
public final class NginxControl implements RouterControl {
    private static final Duration LOOK_AGAIN_AFTER = Duration.ofMillis(20);
    private static final int ANSWERS_IN_A_ROW = 10;

    private final NginxSettings settings;
    private final NamedCommands commands;
    private final HttpHooks hooks;
    private final @Nullable HttpCall probe;

    /**
     * @param commands the server's commands, those of the settings among them
     * @param hooks asks the probe
     * @throws dev.ferryman.endpoint.BadInputException where one of the commands is not allowed
     */
    public NginxControl(NginxSettings settings, NamedCommands commands, HttpHooks hooks) {
        commands.check(settings.testCommand(), Map.of());
        commands.check(settings.reloadCommand(), Map.of());
        this.settings = settings;
        this.commands = commands;
        this.hooks = hooks;
        this.probe = settings.probe() == null
                ? null
                : new HttpCall("GET", HttpCall.address(settings.probe()), Map.of(), null, Set.of(200), 0,
                        Duration.ZERO, settings.timeout());
    }

    @Override
    public String shown() {
        return "nginx with " + settings.file();
    }

    @Override
    public Routing read() throws InterruptedException {
        String text = text();
        Optional<Routing> file = NginxFile.read(text).filter(told -> text.equals(generated(told)));
        if (probe == null) {
            return file.or(() -> unloaded(text)).orElseGet(() -> new Routing(null, null,
                    List.of(settings.file() + " was edited since Ferryman wrote it")));
        }
        Routing running = running(probe);
        return file.filter(running::equals).isPresent()
                ? running
                : new Routing(running.writes(), running.readsOnTarget(),
                        List.of("nginx has loaded another configuration than the one in " + settings.file()));
    }

    /** What was written and perhaps not loaded, since Ferryman was stopped in between. */
    private Optional<Routing> unloaded(String text) {
        return NginxFile.read(text).filter(told -> text.equals(generated(told) + NginxFile.UNLOADED))
                .map(told -> new Routing(told.writes(), told.readsOnTarget(), List.of(settings.file()
                        + " was written, and nobody knows whether nginx has loaded it")));
    }

    private String generated(Routing routing) {
        return routing.writes() == null || routing.readsOnTarget() == null
                ? ""
                : NginxFile.text(settings, routing.writes(), routing.readsOnTarget());
    }

    private Routing running(HttpCall call) throws InterruptedException {
        HttpOutcome outcome = hooks.callConfigured(call, "read", HookJournal.none());
        if (outcome instanceof HttpOutcome.Answered answered) {
            return NginxFile.read(answered.body()).orElseThrow(() -> new TrafficException(
                    call.shown() + " does not answer with $ferryman_routing."));
        }
        throw new TrafficException("nginx does not say what it has loaded: " + outcome.message() + ".");
    }

    private String text() {
        try {
            return Files.readString(settings.file());
        } catch (IOException e) {
            throw new TrafficException(settings.file() + " cannot be read. It must exist before nginx is started.", e);
        }
    }

    @Override
    public void route(Side writes, int readsOnTarget) throws InterruptedException {
        String before = text();
        String text = NginxFile.text(settings, writes, readsOnTarget);
        // Without a probe the file alone tells a later look that it was not loaded.
        write(probe == null ? text + NginxFile.UNLOADED : text);
        try {
            run(settings.testCommand());
            run(settings.reloadCommand());
            awaitLoaded(new Routing(writes, readsOnTarget, List.of()));
            if (probe == null) {
                write(text);
            }
        } catch (TrafficException e) {
            throw new TrafficException(e.getMessage() + " " + putBack(before), e);
        } catch (InterruptedException e) {
            putBack(before);
            throw e;
        }
    }

    private void write(String text) {
        try {
            AtomicFile.replace(settings.file(), text);
        } catch (IOException e) {
            throw new TrafficException(settings.file() + " could not be written; it is as it was. Check the free space"
                    + " and the rights of its directory.", e);
        }
    }

    /** nginx goes on with what it has loaded; should that be the new file, it is told to load the old one again. */
    private String putBack(String before) throws InterruptedException {
        try {
            write(before);
            run(settings.reloadCommand());
            return "The previous file was put back.";
        } catch (TrafficException e) {
            return "The previous file could not be put back and loaded: " + e.getMessage();
        }
    }

    private void run(String command) throws InterruptedException {
        CommandOutcome outcome = commands.run(command, Map.of(), HookJournal.none());
        if (!outcome.succeeded()) {
            throw new TrafficException("The command " + command + (outcome.timedOut()
                    ? " ran out of its time limit"
                    : " failed with exit status " + outcome.exitCode()) + last(outcome.output()) + ".");
        }
    }

    private static String last(String output) {
        return output.lines().filter(line -> !line.isBlank()).reduce((_, line) -> line).map(line -> " (" + line + ")")
                .orElse("");
    }

    /** A reload takes effect a moment after the command has ended; until then old and new workers answer by turns. */
    private void awaitLoaded(Routing wanted) throws InterruptedException {
        if (probe == null) {
            return;
        }
        long until = System.nanoTime() + settings.timeout().toNanos();
        int inARow = 0;
        while (inARow < ANSWERS_IN_A_ROW) {
            inARow = running(probe).equals(wanted) ? inARow + 1 : 0;
            if (System.nanoTime() > until) {
                throw new TrafficException("nginx was told to load " + settings.file() + " and has not within "
                        + settings.timeout().toSeconds() + " s.");
            }
            Thread.sleep(LOOK_AGAIN_AFTER);
        }
    }

    @Override
    public List<String> plan(Side writes, int readsOnTarget) {
        return List.of("Write " + settings.file() + ": writes to "
                + (writes == Side.SOURCE ? settings.blue() : settings.green()) + ", " + readsOnTarget
                + " % of reads to " + settings.green() + ", the rest to " + settings.blue(),
                "Run the commands " + settings.testCommand() + " and " + settings.reloadCommand()
                        + "; put the previous file back where one of them fails");
    }

    @Override
    public Optional<String> obstacle(Side to) throws InterruptedException {
        read();
        CommandOutcome outcome = commands.run(settings.testCommand(), Map.of(), HookJournal.none());
        return outcome.succeeded()
                ? Optional.empty()
                : Optional
                        .of("The command " + settings.testCommand() + " fails already" + last(outcome.output()) + ".");
    }
}
