package dev.ferryman.runbook;

import dev.ferryman.store.Instants;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A log outside the state store, one JSON object a line, each with everything its hash covers: what a report's archive
 * holds, and what can be verified without the state store.
 */
public final class EventFile {
    /** Its name in an archive. */
    public static final String NAME = "events.jsonl";

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

    /** Where the checksum of an archive is kept beside it, as {@code sha256sum --check} reads it. */
    public static Path sumOf(Path archive) {
        return archive.resolveSibling(archive.getFileName() + ".sha256");
    }

    /**
     * Verifies the log in an archive, and that every file in it is as it was put there.
     *
     * @throws IllegalArgumentException where it holds no log
     * @throws ZipException where it is damaged
     */
    public static EventChain.Report verifyArchive(Path archive) throws IOException {
        EventChain.Report report = null;
        try (ZipFile zip = new ZipFile(archive.toFile(), StandardCharsets.UTF_8)) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                // Read to its end, a part whose checksum is another one is refused.
                try (InputStream content = zip.getInputStream(entry)) {
                    if (entry.getName().equals(NAME)) {
                        report = verify(new BufferedReader(new InputStreamReader(content, StandardCharsets.UTF_8)));
                    } else {
                        content.transferTo(OutputStream.nullOutputStream());
                    }
                }
            }
        }
        if (report == null) {
            throw new IllegalArgumentException("it has no " + NAME);
        }
        return report;
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
