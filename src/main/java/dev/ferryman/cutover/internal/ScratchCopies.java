package dev.ferryman.cutover.internal;

import dev.ferryman.backup.DatabaseSwap;
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
 * Databases that steps make to try something, and drop again. Each is written down before it is made, so that one whose step
 * was killed, and never run again, is dropped too.
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
        private final String step;
        private final PostgresTarget server;
        private final String name;

        private Copy(String cutoverId, String step, PostgresTarget server, String name) {
            this.cutoverId = cutoverId;
            this.step = step;
            this.server = server;
            this.name = name;
        }

        PostgresTarget server() {
            return server;
        }

        String name() {
            return name;
        }

        @Override
        public void close() {
            ScratchDatabase.drop(server, name);
            records.forget(cutoverId, step, SchemaRecords.Kind.SCRATCH);
        }
    }

    /** Writes down where it will be. */
    Copy begin(StepContext context, Arguments arguments, PostgresTarget target) {
        Optional<String> named = arguments.text("server");
        String name = "ferryman_trial_" + context.cutoverId().replaceAll("[^a-z0-9]", "_");
        records.keep(context.cutoverId(), context.stepKey(), SchemaRecords.Kind.SCRATCH,
                new Place(named.orElse(""), arguments.text("password").orElse(""), name), context.clock().instant());
        return new Copy(context.cutoverId(), context.stepKey(),
                named.isEmpty() ? DatabaseSwap.maintenance(target) : servers.of(context, arguments), name);
    }

    /** Drops those whose step is not running. What cannot be dropped is tried again. */
    void sweep(List<CutoverSummary> cutovers) {
        for (CutoverSummary cutover : cutovers) {
            for (SchemaRecords.Of<Place> found : records.all(cutover.id(), SchemaRecords.Kind.SCRATCH, Place.class)) {
                if (cutover.status().terminal() || !running(cutover.id(), found.step())) {
                    drop(cutover.id(), found);
                }
            }
        }
    }

    private boolean running(String cutoverId, String step) {
        return runbook.getObject().get(cutoverId).step(step).map(Step::status)
                .filter(status -> status == StepStatus.RUNNING).isPresent();
    }

    private void drop(String cutoverId, SchemaRecords.Of<Place> found) {
        Place place = found.content();
        try {
            Secret password = place.password().isEmpty() ? null : secrets.open(place.password());
            PostgresTarget server = place.server().isEmpty()
                    ? DatabaseSwap.maintenance(connections.target(cutoverId))
                    : PostgresTarget.parse(place.server(), password);
            new Copy(cutoverId, found.step(), server, place.name()).close();
            LOG.info("Dropped the scratch database {} of cutover {}, which its step had left", place.name(), cutoverId);
        } catch (BadInputException e) {
            LOG.warn("The scratch database {} of cutover {} cannot be dropped yet: {}", place.name(), cutoverId,
                    e.getMessage());
        }
    }
}
