package dev.ferryman.cutover.internal;

import dev.ferryman.backup.ScratchDatabase;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.Secret;
import dev.ferryman.endpoint.SecretRoots;
import dev.ferryman.runbook.CutoverSummary;
import dev.ferryman.runbook.Runbook;
import dev.ferryman.runbook.Step;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepStatus;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Databases that steps make to try something, and drop again. Each has a name of its own run and is written down before it is
 * made: whoever was overtaken, and wakes up, drops no other, and one whose step was killed, and never run again, is dropped
 * too.
 */
@Component
class ScratchCopies {
    private static final Logger LOG = LoggerFactory.getLogger(ScratchCopies.class);

    private final SchemaRecords records;
    private final Connections connections;
    private final ScratchServers servers;
    private final SecretRoots secrets;
    private final ObjectProvider<Runbook> runbook;

    ScratchCopies(SchemaRecords records, Connections connections, ScratchServers servers, SecretRoots secrets,
            ObjectProvider<Runbook> runbook) {
        this.records = records;
        this.connections = connections;
        this.servers = servers;
        this.secrets = secrets;
        this.runbook = runbook;
    }

    /**
     * Where one is.
     *
     * @param server address of the server; empty for the cutover's own
     * @param password reference to its password, empty where there is none
     */
    record Place(String server, String password, String name) {}

    /** A scratch database, or where one will be; dropped when it is closed. */
    final class Copy implements AutoCloseable {
        private final String cutoverId;
        private final PostgresTarget server;
        private final String name;

        private Copy(String cutoverId, PostgresTarget server, String name) {
            this.cutoverId = cutoverId;
            this.server = server;
            this.name = name;
        }

        /** A database of the server it is on. */
        PostgresTarget server() {
            return server;
        }

        String name() {
            return name;
        }

        @Override
        public void close() {
            ScratchDatabase.drop(server, name);
            for (SchemaRecords.Kind kind : List.of(SchemaRecords.Kind.SCRATCH, SchemaRecords.Kind.RESTORED)) {
                records.all(cutoverId, kind, Place.class).stream().filter(each -> each.content().name().equals(name))
                        .forEach(each -> records.forget(each.id()));
            }
        }
    }

    /**
     * Drops what earlier runs of the step have left, and writes down where the next one will be.
     *
     * @param purpose a word for its name
     */
    Copy begin(StepContext context, Arguments arguments, PostgresTarget target, String purpose) {
        records.all(context.cutoverId(), SchemaRecords.Kind.SCRATCH, Place.class).stream()
                .filter(each -> each.step().equals(context.stepKey()))
                .forEach(each -> drop(context.cutoverId(), each.content()));
        Optional<String> named = arguments.text("server");
        String name = "ferryman_" + purpose + "_" + plain(context) + "_" + context.generation();
        records.add(context.cutoverId(), context.stepKey(), SchemaRecords.Kind.SCRATCH,
                new Place(named.orElse(""), arguments.text("password").orElse(""), name), context.clock().instant());
        return new Copy(context.cutoverId(),
                named.isEmpty() ? target : servers.of(context, arguments), name);
    }

    /**
     * Writes down a restored database on the cutover's own server that is to take its place: it outlives its step, and what
     * is left of that name is dropped once the cutover has ended. One of another backup is dropped now.
     *
     * @param content what tells one backup from another
     * @return its name
     */
    String restored(StepContext context, String content) {
        String name = "ferryman_restored_" + plain(context) + "_" + content;
        records.all(context.cutoverId(), SchemaRecords.Kind.RESTORED, Place.class).stream()
                .filter(each -> each.step().equals(context.stepKey()) && !each.content().name().equals(name))
                .forEach(each -> drop(context.cutoverId(), each.content()));
        records.keep(context.cutoverId(), context.stepKey(), SchemaRecords.Kind.RESTORED, new Place("", "", name),
                context.clock().instant());
        return name;
    }

    /** A cutover's id as a name of a database may have it. */
    private static String plain(StepContext context) {
        return context.cutoverId().replaceAll("[^a-z0-9]", "_");
    }

    /** Drops those whose step is not running. What cannot be dropped is tried again. */
    void sweep(List<CutoverSummary> cutovers) {
        for (CutoverSummary cutover : cutovers) {
            for (SchemaRecords.Of<Place> found : records.all(cutover.id(), SchemaRecords.Kind.SCRATCH, Place.class)) {
                // Whoever runs the step from now on has a name that is not among those found.
                if (cutover.status().terminal() || !running(cutover.id(), found.step())) {
                    drop(cutover.id(), found.content());
                }
            }
            if (cutover.status().terminal()) {
                records.all(cutover.id(), SchemaRecords.Kind.RESTORED, Place.class)
                        .forEach(each -> drop(cutover.id(), each.content()));
            }
        }
    }

    private boolean running(String cutoverId, String step) {
        return runbook.getObject().get(cutoverId).step(step).map(Step::status)
                .filter(status -> status == StepStatus.RUNNING).isPresent();
    }

    private void drop(String cutoverId, Place place) {
        try {
            Secret password = place.password().isEmpty() ? null : secrets.open(place.password());
            PostgresTarget server = place.server().isEmpty()
                    ? connections.target(cutoverId)
                    : PostgresTarget.parse(place.server(), password);
            new Copy(cutoverId, server, place.name()).close();
            LOG.info("Dropped the scratch database {} of cutover {}, which its step had left", place.name(), cutoverId);
        } catch (BadInputException e) {
            LOG.warn("The scratch database {} of cutover {} cannot be dropped yet: {}", place.name(), cutoverId,
                    e.getMessage());
        }
    }
}
