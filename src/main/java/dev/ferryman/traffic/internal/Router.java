package dev.ferryman.traffic.internal;

import dev.ferryman.hook.HookJournal;
import dev.ferryman.traffic.Change;
import dev.ferryman.traffic.Position;
import dev.ferryman.traffic.Side;
import dev.ferryman.traffic.TrafficException;
import dev.ferryman.traffic.TrafficRouter;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A router of any kind: reads it, tells it, reads it back. A share of reads that does not take effect is put back. A switch
 * of everything is not, since the side it comes from takes no writes any more: it says what is in effect, and repeating it
 * goes on.
 */
public final class Router implements TrafficRouter {
    private final String name;
    private final RouterControl control;

    /** @param name the name it has in the server's configuration */
    public Router(String name, RouterControl control) {
        this.name = name;
        this.control = control;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Position current() throws InterruptedException {
        return control.read().position();
    }

    @Override
    public Position verify(Side wanted) throws InterruptedException {
        return current();
    }

    @Override
    public List<String> plan() {
        return Stream.concat(control.plan(Side.TARGET, 100).stream(),
                Stream.of("On rollback, send all reads and writes to SQLite in the same way")).toList();
    }

    @Override
    public List<String> planReads(int percent) {
        return control.plan(Side.SOURCE, percent);
    }

    @Override
    public Optional<String> obstacle(Side to) throws InterruptedException {
        return control.obstacle(to);
    }

    @Override
    public Change apply(String idempotencyKey, HookJournal journal) throws InterruptedException {
        return everything(Side.TARGET, journal);
    }

    @Override
    public Change undo(String idempotencyKey, HookJournal journal) throws InterruptedException {
        return everything(Side.SOURCE, journal);
    }

    private Change everything(Side to, HookJournal journal) throws InterruptedException {
        if (current().is(to)) {
            return new Change.Nothing();
        }
        int reads = to == Side.TARGET ? 100 : 0;
        String what = control.shown() + ": all reads and writes to " + to.database();
        journal.intent(what);
        Position now;
        try {
            control.route(to, reads);
            now = current();
        } catch (TrafficException e) {
            String message = e.getMessage() + " " + inEffect();
            journal.outcome(message);
            throw new TrafficException(message, e);
        }
        journal.outcome(now.sentence());
        if (!now.is(to)) {
            throw new TrafficException(
                    "The router was told to send everything to " + to.database() + ". " + now.sentence());
        }
        return new Change.Done(what);
    }

    @Override
    public Change shiftReads(int percent, String idempotencyKey, HookJournal journal) throws InterruptedException {
        Routing before = control.read();
        if (before.writes() != Side.SOURCE) {
            throw new TrafficException(before.writes() == Side.TARGET
                    ? "Writes go to PostgreSQL already, and reads belong with them. Nothing was changed."
                    : "Nothing was changed: " + before.position().sentence());
        }
        Position wanted = Position.of(Side.SOURCE, percent);
        if (before.position().equals(wanted)) {
            return new Change.Nothing();
        }
        Optional<String> obstacle = percent == 0 ? Optional.empty() : obstacle(Side.TARGET);
        if (obstacle.isPresent()) {
            throw new TrafficException(obstacle.get() + " Nothing was changed.");
        }
        String what = control.shown() + ": " + percent + " % of reads to PostgreSQL";
        journal.intent(what);
        try {
            control.route(Side.SOURCE, percent);
            Position now = current();
            if (!now.equals(wanted)) {
                throw new TrafficException("The router was told to send " + percent + " % of reads to PostgreSQL. "
                        + now.sentence());
            }
        } catch (TrafficException e) {
            // Whoever has taken over meanwhile may have shifted them already.
            journal.confirm();
            String message = e.getMessage() + " " + putBack(before);
            journal.outcome(message);
            throw new TrafficException(message, e);
        }
        journal.outcome(wanted.sentence());
        return new Change.Done(what);
    }

    /** Restores the share of reads of before, none where that was not known, and says what came of it. */
    private String putBack(Routing before) throws InterruptedException {
        Integer reads = before.readsOnTarget();
        try {
            control.route(Side.SOURCE, reads == null ? 0 : reads);
        } catch (TrafficException e) {
            return "It could not be put back: " + e.getMessage() + " " + inEffect();
        }
        return "It was put back. " + inEffect();
    }

    private String inEffect() throws InterruptedException {
        try {
            return current().sentence();
        } catch (TrafficException e) {
            return "What is in effect now could not be read back.";
        }
    }
}
