package dev.ferryman.runbook.internal;

import dev.ferryman.runbook.Changes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Table {@code change_counter}, told to whoever listens in this process; {@link #poll} finds what other replicas did. */
final class ChangeFeed implements Changes {
    private static final Logger LOG = LoggerFactory.getLogger(ChangeFeed.class);

    private final JdbcClient jdbc;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    /** Listens to one cutover, or to every one where the id is null. */
    private static final class Listener {
        private final @Nullable String cutoverId;
        private final LongConsumer consumer;
        private long told;

        Listener(@Nullable String cutoverId, LongConsumer consumer, long told) {
            this.cutoverId = cutoverId;
            this.consumer = consumer;
            this.told = told;
        }

        synchronized void tell(long revision) {
            if (revision <= told) {
                return;
            }
            told = revision;
            try {
                consumer.accept(revision);
            } catch (RuntimeException e) {
                LOG.warn("A listener to changes failed", e);
            }
        }
    }

    ChangeFeed(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public long revision(String cutoverId) {
        return jdbc.sql("SELECT revision FROM change_counter WHERE cutover_id = ?").param(cutoverId)
                .query((row, n) -> row.getLong(1)).optional().orElse(0L);
    }

    @Override
    public long revision() {
        return jdbc.sql("SELECT COALESCE(SUM(revision), 0) FROM change_counter").query((row, n) -> row.getLong(1))
                .single();
    }

    @Override
    public Subscription subscribe(String cutoverId, LongConsumer listener) {
        return add(new Listener(cutoverId, listener, revision(cutoverId)));
    }

    @Override
    public Subscription subscribe(LongConsumer listener) {
        return add(new Listener(null, listener, revision()));
    }

    @Override
    public void count(String cutoverId) {
        int known = jdbc.sql("UPDATE change_counter SET revision = revision + 1 WHERE cutover_id = ?").param(cutoverId)
                .update();
        if (known == 0) {
            jdbc.sql("INSERT INTO change_counter (cutover_id, revision) VALUES (?, 1)").param(cutoverId).update();
        }
    }

    /** Tells listeners what has changed since they were last told; to be called after a commit and now and then. */
    void poll() {
        if (listeners.isEmpty()) {
            return;
        }
        Map<String, Long> revisions = new HashMap<>();
        for (String cutoverId : watched()) {
            revisions.put(cutoverId, revision(cutoverId));
        }
        long all = listeners.stream().anyMatch(listener -> listener.cutoverId == null) ? revision() : 0;
        for (Listener listener : listeners) {
            String cutoverId = listener.cutoverId;
            listener.tell(cutoverId == null ? all : revisions.getOrDefault(cutoverId, 0L));
        }
    }

    private List<String> watched() {
        HashSet<String> watched = new HashSet<>();
        for (Listener listener : listeners) {
            if (listener.cutoverId != null) {
                watched.add(listener.cutoverId);
            }
        }
        return new ArrayList<>(watched);
    }

    private Subscription add(Listener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }
}
