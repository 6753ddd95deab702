package dev.ferryman.runbook.internal;

import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.Replica;
import dev.ferryman.runbook.Replicas;
import dev.ferryman.runbook.SourceReach;
import dev.ferryman.store.Instants;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Table {@code replica}: who works on the state store, on which node, and what it cannot reach of the cutovers that belong
 * there. Rows are signs of life for people and for the placement of work; who may act is decided by leases alone.
 */
final class ReplicaRegister implements Replicas, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaRegister.class);
    private static final Path KERNEL = Path.of("/proc/sys/kernel/random/boot_id");
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final TypeReference<Map<String, String>> OBSTACLES = new TypeReference<>() {
    };

    private final JdbcClient jdbc;
    private final StoreTime time;
    private final ExecutionSettings settings;
    private final String name;
    private final String node;
    private final Supplier<EventLog> log;
    private final ObjectProvider<SourceReach> reach;
    private final String kernel = kernel();
    private final Map<String, Cutover> here = new ConcurrentHashMap<>();
    private volatile String conflict = "";
    private final ScheduledExecutorService beats = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("replica-register").daemon().factory());

    ReplicaRegister(JdbcClient jdbc, StoreTime time, ExecutionSettings settings, String name, String node,
            Supplier<EventLog> log, ObjectProvider<SourceReach> reach) {
        this.jdbc = jdbc;
        this.time = time;
        this.settings = settings;
        this.name = name;
        this.node = node;
        this.log = log;
        this.reach = reach;
    }

    /** Label of this replica; empty where it is the only one there can be. */
    Optional<String> label() {
        return time.shared() ? Optional.of(node) : Optional.empty();
    }

    /** Enters this replica and keeps its row fresh. */
    void start() {
        if (time.shared()) {
            long every = settings.heartbeat().toMillis();
            beat();
            var _ = beats.scheduleWithFixedDelay(this::beatQuietly, every, every, TimeUnit.MILLISECONDS);
        }
    }

    /** Takes this replica out, so that others need not wait until it is missed. */
    @Override
    public void close() {
        beats.shutdownNow();
        if (time.shared()) {
            try {
                jdbc.sql("DELETE FROM replica WHERE name = ?").param(name).update();
            } catch (RuntimeException e) {
                LOG.warn("This replica could not be taken out of the list; it is missed after {}: {}",
                        settings.lease(), e.getMessage());
            }
        }
    }

    private void beatQuietly() {
        try {
            beat();
        } catch (RuntimeException e) {
            LOG.warn("This replica's sign of life could not be stored, trying again: {}", e.getMessage());
        }
    }

    private void beat() {
        Instant now = time.now();
        lookForConflict(now);
        String obstacles = JSON.writeValueAsString(obstacles());
        int known = jdbc.sql("UPDATE replica SET seen_at = ?, obstacles = ? WHERE name = ?")
                .params(Instants.text(now), obstacles, name).update();
        if (known == 0) {
            jdbc.sql("INSERT INTO replica (name, node, kernel, started_at, seen_at, obstacles)"
                    + " VALUES (?, ?, ?, ?, ?, ?)")
                    .params(name, node, kernel, Instants.text(now), Instants.text(now), obstacles).update();
        }
        // The dead are told from the living by the lease; after ten of them nobody asks any more.
        jdbc.sql("DELETE FROM replica WHERE seen_at < ?")
                .param(Instants.text(now.minus(settings.lease().multipliedBy(10)))).update();
    }

    /**
     * Locks of a file and the shared memory of its WAL hold within one kernel. Two of them with one label would each believe
     * that they have the application's file.
     */
    private void lookForConflict(Instant now) {
        List<String> others = kernel.isEmpty()
                ? List.of()
                : jdbc.sql("SELECT name FROM replica WHERE node = ? AND kernel <> ? AND kernel <> '' AND seen_at > ?")
                        .params(node, kernel, Instants.text(now.minus(settings.lease())))
                        .query((row, n) -> row.getString(1)).list();
        String found = others.isEmpty() ? "" : "the label is used on two hosts, also by " + others.getFirst();
        if (!found.isEmpty() && !found.equals(conflict)) {
            LOG.error("ferryman.node is {} here and on another host ({}). Neither works on sources of that node until"
                    + " one of them has another label.", node, others.getFirst());
        }
        conflict = found;
    }

    private Map<String, String> obstacles() {
        Map<String, String> obstacles = new HashMap<>();
        Map<String, Long> underWay = log.get().unfinished();
        here.keySet().retainAll(underWay.keySet());
        underWay.forEach((id, version) -> current(id, version)
                .filter(cutover -> Placement.nodeOf(cutover).filter(node::equals).isPresent())
                .flatMap(this::obstacle).ifPresent(why -> obstacles.put(id, why)));
        return obstacles;
    }

    /** One whose log somebody has spoilt must not make this replica look dead to the others; the metrics tell of it. */
    private Optional<Cutover> current(String id, long version) {
        Cutover known = here.get(id);
        if (known != null && known.version() == version) {
            return Optional.of(known);
        }
        try {
            Cutover read = log.get().load(id);
            here.put(id, read);
            return Optional.of(read);
        } catch (RuntimeException e) {
            LOG.debug("Cutover {} cannot be read", id, e);
            return Optional.empty();
        }
    }

    /** What keeps this replica, whose label is right, from working on a cutover's files. */
    Optional<String> obstacle(Cutover cutover) {
        if (Placement.nodeOf(cutover).isEmpty()) {
            return Optional.empty();
        }
        return conflict.isEmpty()
                ? reach.stream().flatMap(each -> each.obstacle(cutover).stream()).findFirst()
                : Optional.of(conflict);
    }

    @Override
    public Map<String, String> here() {
        return label().map(label -> Map.of(NODE, label)).orElse(Map.of());
    }

    @Override
    public List<Replica> alive() {
        return time.shared()
                ? jdbc.sql("SELECT name, node, started_at, seen_at FROM replica WHERE seen_at > ? ORDER BY node, name")
                        .param(Instants.text(time.now().minus(settings.lease())))
                        .query((row, n) -> new Replica(row.getString(1), row.getString(2),
                                Instants.parse(row.getString(3)), Instants.parse(row.getString(4))))
                        .list()
                : List.of();
    }

    @Override
    public Optional<String> waits(Cutover cutover) {
        Optional<String> wanted = time.shared() && !cutover.status().terminal()
                ? Placement.nodeOf(cutover)
                : Optional.empty();
        if (wanted.isEmpty()) {
            return Optional.empty();
        }
        List<Optional<String>> there = jdbc.sql("SELECT obstacles FROM replica WHERE node = ? AND seen_at > ?")
                .params(wanted.get(), Instants.text(time.now().minus(settings.lease())))
                .query((row, n) -> Optional.ofNullable(JSON.readValue(row.getString(1), OBSTACLES).get(cutover.id())))
                .list();
        if (there.isEmpty()) {
            return Optional.of("Waits for node " + wanted.get() + ", where " + cutover.source() + " is: no replica of"
                    + " Ferryman there shows a sign of life. Start one with ferryman.node=" + wanted.get()
                    + " on that host; whatever needs the file goes on by itself then.");
        }
        return there.stream().allMatch(Optional::isPresent)
                ? Optional.of("Waits for node " + wanted.get() + ": " + there.getFirst().orElseThrow()
                        + ". Whatever needs the file goes on by itself once that is put right.")
                : Optional.empty();
    }

    private static String kernel() {
        try {
            return Files.readString(KERNEL).strip();
        } catch (IOException _) {
            return "";
        }
    }
}
