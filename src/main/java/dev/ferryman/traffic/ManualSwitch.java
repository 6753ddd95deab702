package dev.ferryman.traffic;

import dev.ferryman.hook.HookJournal;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A person switches, by hand, and notes evidence. What counts is the last confirmation in the caller's record: this
 * adapter touches nothing.
 */
public final class ManualSwitch implements TrafficSwitch {

    /**
     * What a person has confirmed.
     *
     * @param side where the application points
     * @param by who says so
     * @param evidence what the person saw
     */
    public record Confirmation(Side side, String by, String evidence) {
        public Confirmation {
            if (evidence.isBlank()) {
                throw new dev.ferryman.endpoint.BadInputException("A switch by hand needs evidence.",
                        "Write down what you did and what you saw, such as the line of the application's log.");
            }
        }
    }

    private final String instructions;
    private final Supplier<Optional<Confirmation>> last;

    /**
     * @param instructions how the application is pointed at PostgreSQL, in the words of the template
     * @param last the last confirmation in the caller's record
     */
    public ManualSwitch(String instructions, Supplier<Optional<Confirmation>> last) {
        this.instructions = instructions;
        this.last = last;
    }

    @Override
    public Position current() {
        return last.get().<Position>map(confirmed -> new Position.At(confirmed.side()))
                .orElseGet(() -> new Position.At(Side.SOURCE));
    }

    @Override
    public List<String> plan() {
        return List.of("A person does this: " + instructions, "The person notes what was done and seen as evidence");
    }

    @Override
    public Change apply(String idempotencyKey, HookJournal journal) {
        return current().is(Side.TARGET) ? new Change.Nothing() : new Change.ByPerson(instructions);
    }

    @Override
    public Position verify(Side wanted) {
        return current();
    }

    @Override
    public Change undo(String idempotencyKey, HookJournal journal) {
        return current().is(Side.SOURCE)
                ? new Change.Nothing()
                : new Change.ByPerson("Point the application back at SQLite, undoing: " + instructions);
    }
}
