package dev.ferryman.demo.leavedesk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Every write the leave desk has acknowledged, one line each in a file that grows, with the last ones in memory. Kept
 * outside the database so that it can prove what the database must contain: see {@link LedgerProof}.
 */
public final class Ledger implements AutoCloseable {
    private static final int KEPT_IN_MEMORY = 10_000;
    private static final int SECONDS_OF_HISTORY = 60;

    private final Path file;
    private final Clock clock;
    private final FileChannel channel;
    private final Deque<LedgerEntry> recent = new ArrayDeque<>();
    private final long[] perSecond = new long[SECONDS_OF_HISTORY];
    private long historyEnd;
    private long count;
    private long sinceStart;
    private @Nullable Instant lastWrite;
    private long lastNanos;
    private Duration longestGap = Duration.ZERO;

    private Ledger(Path file, Clock clock, FileChannel channel, long count) {
        this.file = file;
        this.clock = clock;
        this.channel = channel;
        this.count = count;
        this.historyEnd = clock.instant().getEpochSecond();
    }

    /** Opens the file and goes on counting after its last whole line. */
    static Ledger open(Path file, Clock clock) {
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            byte[] existing = Files.readAllBytes(file);
            int whole = existing.length;
            while (whole > 0 && existing[whole - 1] != '\n') {
                whole--;
            }
            channel.truncate(whole);
            channel.position(whole);
            long lines = 0;
            for (int i = 0; i < whole; i++) {
                lines += existing[i] == '\n' ? 1 : 0;
            }
            return new Ledger(file, clock, channel, lines);
        } catch (IOException e) {
            throw new UncheckedIOException("The ledger " + file + " cannot be opened", e);
        }
    }

    synchronized void record(Acknowledged write) {
        Instant now = clock.instant();
        long nanos = System.nanoTime();
        LedgerEntry entry = new LedgerEntry(count + 1, now, write.dialect(), write.operation(), write.ref(),
                write.requestId(), write.status());
        try {
            ByteBuffer bytes = ByteBuffer.wrap(entry.line().getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The ledger " + file + " cannot be written", e);
        }
        count++;
        sinceStart++;
        recent.addLast(entry);
        if (recent.size() > KEPT_IN_MEMORY) {
            recent.removeFirst();
        }
        if (lastWrite != null) {
            Duration gap = Duration.ofNanos(nanos - lastNanos);
            longestGap = gap.compareTo(longestGap) > 0 ? gap : longestGap;
        }
        lastWrite = now;
        lastNanos = nanos;
        advanceHistory(now.getEpochSecond());
        perSecond[(int) Math.floorMod(now.getEpochSecond(), SECONDS_OF_HISTORY)]++;
    }

    private void advanceHistory(long second) {
        if (second - historyEnd >= SECONDS_OF_HISTORY) {
            Arrays.fill(perSecond, 0);
        } else {
            for (long s = historyEnd + 1; s <= second; s++) {
                perSecond[(int) Math.floorMod(s, SECONDS_OF_HISTORY)] = 0;
            }
        }
        historyEnd = Math.max(historyEnd, second);
    }

    /** The file with all entries. */
    public Path file() {
        return file;
    }

    /** The last entries, oldest first, at most 10,000. */
    public synchronized List<LedgerEntry> recent() {
        return List.copyOf(recent);
    }

    /** Counts and times as of now. */
    public synchronized Summary summary() {
        Duration open = lastWrite == null ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - lastNanos);
        return new Summary(count, sinceStart, lastWrite, longestGap.compareTo(open) > 0 ? longestGap : open, open);
    }

    /** Acknowledged writes in each of the last 59 whole seconds, oldest first. */
    public synchronized List<Long> writesPerSecond() {
        long now = clock.instant().getEpochSecond();
        advanceHistory(now);
        List<Long> result = new ArrayList<>();
        for (long s = now - SECONDS_OF_HISTORY + 1; s < now; s++) {
            result.add(perSecond[(int) Math.floorMod(s, SECONDS_OF_HISTORY)]);
        }
        return result;
    }

    /** Every entry of a ledger file, in order; a torn last line is left out. The stream must be closed. */
    @SuppressWarnings("StreamResourceLeak")
    public static Stream<LedgerEntry> read(Path file) throws IOException {
        return Files.lines(file).flatMap(line -> LedgerEntry.parse(line).stream());
    }

    /**
     * What the ledger holds.
     *
     * @param acknowledged entries in the file
     * @param sinceStart entries since this process started
     * @param lastWrite when the last one of this process was acknowledged; null before the first
     * @param longestGap longest time between two acknowledged writes of this process, the one still open included
     * @param sinceLastWrite time since the last acknowledged write; zero before the first
     */
    public record Summary(long acknowledged, long sinceStart, @Nullable Instant lastWrite, Duration longestGap,
            Duration sinceLastWrite) {}

    @Override
    public synchronized void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("The ledger " + file + " cannot be closed", e);
        }
    }
}
