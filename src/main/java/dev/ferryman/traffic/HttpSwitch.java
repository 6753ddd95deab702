package dev.ferryman.traffic;

import dev.ferryman.hook.HookJournal;
import dev.ferryman.hook.HttpCall;
import dev.ferryman.hook.HttpHooks;
import dev.ferryman.hook.HttpOutcome;
import dev.ferryman.hook.JsonField;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Switches through an HTTP interface of the application, or of what stands before it. The calls for both directions must
 * be safe to repeat; they carry an idempotency key.
 */
public final class HttpSwitch implements TrafficSwitch {

    /**
     * How the answer of a GET tells where the application points.
     *
     * @param call the request
     * @param field JSON field of the answer, with dots between levels, such as {@code database.type}
     * @param source its value on SQLite
     * @param target its value on PostgreSQL
     */
    public record Reading(HttpCall call, String field, String source, String target) {}

    private final HttpHooks hooks;
    private final HttpCall toTarget;
    private final HttpCall toSource;
    private final @Nullable Reading reading;

    /**
     * @param hooks makes the calls
     * @param toTarget the call that points the application at PostgreSQL
     * @param toSource the call that points it at SQLite
     * @param reading how to read it back, null where the application does not tell
     */
    public HttpSwitch(HttpHooks hooks, HttpCall toTarget, HttpCall toSource, @Nullable Reading reading) {
        this.hooks = hooks;
        this.toTarget = toTarget;
        this.toSource = toSource;
        this.reading = reading;
    }

    @Override
    public Position current() throws InterruptedException {
        if (reading == null) {
            return new Position.Unknown("no address is configured that says where the application points");
        }
        HttpOutcome outcome = hooks.call(reading.call(), "read", HookJournal.none());
        if (!(outcome instanceof HttpOutcome.Answered answered)) {
            return new Position.Unknown(outcome.message());
        }
        Optional<String> value = JsonField.read(answered.body(), reading.field());
        if (value.filter(reading.source()::equals).isPresent()) {
            return new Position.At(Side.SOURCE);
        }
        if (value.filter(reading.target()::equals).isPresent()) {
            return new Position.At(Side.TARGET);
        }
        return new Position.Unknown(value.isEmpty()
                ? "the answer has no field " + reading.field()
                : "the field " + reading.field() + " is " + value.get());
    }

    @Override
    public List<String> plan() {
        return List.of("Call " + toTarget.shown(), "On rollback, call " + toSource.shown());
    }

    @Override
    public Change apply(String idempotencyKey, HookJournal journal) throws InterruptedException {
        return change(Side.TARGET, toTarget, idempotencyKey + "/apply", journal);
    }

    @Override
    public Position verify(Side wanted) throws InterruptedException {
        return current();
    }

    @Override
    public Change undo(String idempotencyKey, HookJournal journal) throws InterruptedException {
        return change(Side.SOURCE, toSource, idempotencyKey + "/undo", journal);
    }

    private Change change(Side wanted, HttpCall call, String key, HookJournal journal) throws InterruptedException {
        if (current().is(wanted)) {
            return new Change.Nothing();
        }
        HttpOutcome outcome = hooks.call(call, key, journal);
        return switch (outcome) {
            case HttpOutcome.Answered answered -> {
                Readback.require(wanted, current());
                yield new Change.Done(answered.message());
            }
            case HttpOutcome.Refused refused -> throw failed(refused.message());
            case HttpOutcome.Unreachable unreachable -> throw failed(unreachable.message());
        };
    }

    private TrafficException failed(String message) throws InterruptedException {
        return new TrafficException(message + ". " + current().sentence());
    }
}
