package dev.ferryman.runbook;

import dev.ferryman.store.Instants;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A log outside the state store, one JSON object a line, each with everything its hash covers: what a report's archive
 * holds, and what can be verified without the state store.
 */
public final class EventFile {
    private static final JsonMapper JSON = JsonMapper.shared();

    private EventFile() {}

    private record Line(@Nullable String cutover, long seq, @Nullable String at, @Nullable String actor,
            @Nullable String actorName, @Nullable String type, @Nullable String payload, @Nullable String prevHash,
            @Nullable String hash) {}

    /** An event as a line, without its end. */
    public static String line(String cutoverId, LoggedEvent event) {
        RecordedEvent recorded = event.recorded();
        return JSON.writeValueAsString(new Line(cutoverId, recorded.seq(), Instants.text(recorded.at()),
                recorded.actor(), recorded.actorName(), event.type(), event.payload(), event.prevHash(),
                event.hash()));
    }

    /**
     * Verifies such a file. That its last events were not cut off shows only in the last hash, which the report names.
     *
     * @throws IllegalArgumentException naming the first line that is no event
     */
    public static EventChain.Report verify(BufferedReader lines) throws IOException {
        EventChain.Walk walk = null;
        long number = 0;
        for (String text = lines.readLine(); text != null; text = lines.readLine()) {
            number++;
            Line line = parse(text, number);
            if (walk == null) {
                walk = new EventChain.Walk(text(line.cutover(), number));
            }
            walk.next(line.seq(), text(line.at(), number), text(line.actor(), number), text(line.actorName(), number),
                    text(line.type(), number), text(line.payload(), number), text(line.prevHash(), number),
                    text(line.hash(), number));
        }
        if (walk == null) {
            throw new IllegalArgumentException("it is empty");
        }
        return walk.endOfFile();
    }

    private static Line parse(String text, long number) {
        try {
            return Objects.requireNonNull(JSON.readValue(text, Line.class));
        } catch (JacksonException | NullPointerException e) {
            throw new IllegalArgumentException("line " + number + " is no event", e);
        }
    }

    private static String text(@Nullable String value, long number) {
        if (value == null) {
            throw new IllegalArgumentException("line " + number + " is no whole event");
        }
        return value;
    }
}
