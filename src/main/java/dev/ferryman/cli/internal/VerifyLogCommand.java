package dev.ferryman.cli.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.runbook.EventChain;
import dev.ferryman.runbook.NoSuchCutoverException;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "verify-log", mixinStandardHelpOptions = true, description = "Prove that the event log of the cutovers is as it was written.", footer = {
        "",
        "Reads only, and may run beside the service. Exit status 1: an event was changed, removed, reordered or cut"
                + " off, or the archive of a cutover is another one; the first one is named."})
final class VerifyLogCommand extends DataCommand {
    @Option(names = "--store", paramLabel = "URL", defaultValue = "${env:FERRYMAN_STORE_URL:-jdbc:sqlite:data/ferryman.db}", description = "The service's state store, jdbc:sqlite:FILE or jdbc:postgresql://… . Default: FERRYMAN_STORE_URL"
            + " of the environment, else jdbc:sqlite:data/ferryman.db.")
    String store = "jdbc:sqlite:data/ferryman.db";

    @Option(names = "--password-ref", paramLabel = "REF", defaultValue = "${env:FERRYMAN_STORE_PASSWORD}", description = "Where PostgreSQL's password is kept: env:NAME or file:/path. Default:"
            + " FERRYMAN_STORE_PASSWORD of the environment, which holds such a reference, else PGPASSWORD.")
    @Nullable
    String passwordReference;

    @Option(names = "--cutover", paramLabel = "ID", description = "Only the log of this cutover. Default: of all.")
    @Nullable
    String cutover;

    @Option(names = "--file", paramLabel = "FILE", description = "Instead of a state store: the archive of a report or of a cutover, or its events.jsonl. Compare the"
            + " last hash with the report: it shows whether the end was cut off.")
    @Nullable
    Path file;

    @Option(names = "--archives", paramLabel = "DIR", description = "Where the archives of cutovers that were taken out of the state store are now: they are"
            + " proved as well.")
    @Nullable
    Path archives;

    @Override
    public Integer call() throws Exception {
        List<EventChain.Report> reports;
        Path events = file;
        if (events != null) {
            return answer(List.of(timed("verify", () -> ArchiveProof.of(events))));
        }
        try (Connection connection = StateStoreReader.open(store, passwordReference)) {
            reports = timed("verify", () -> verify(connection));
        }
        return answer(reports);
    }

    private int answer(List<EventChain.Report> reports) {
        boolean whole = reports.stream().allMatch(EventChain.Report::whole);
        if (output.json()) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("status", whole ? "whole" : "broken");
            result.put("seconds", seconds());
            result.put("logs", reports.stream().map(VerifyLogCommand::json).toList());
            out().println(Json.write(result));
        } else {
            reports.forEach(report -> out().println(line(report)));
            out().println(sum(reports, whole));
        }
        return whole ? ExitStatus.DONE : ExitStatus.UNSAFE;
    }

    private List<EventChain.Report> verify(Connection connection) {
        var chain = new EventChain(new SingleConnectionDataSource(connection, true));
        try {
            List<EventChain.Report> found = cutover == null ? chain.verifyAll() : List.of(chain.verify(cutover));
            Path directory = archives;
            return directory == null
                    ? found
                    : found.stream().map(report -> ArchiveProof.with(report, directory)).toList();
        } catch (NoSuchCutoverException e) {
            throw new BadInputException("The state store holds no cutover ‘" + cutover + "’.",
                    "Take the id from the address of the cutover's page, or leave --cutover out.", e);
        } catch (DataAccessException e) {
            throw new BadInputException("The state store holds no event log that can be read: "
                    + String.valueOf(e.getMostSpecificCause().getMessage()).lines().findFirst().orElse(""),
                    "Name the store that the service uses, and a user who may read its tables: --store.", e);
        }
    }

    private String line(EventChain.Report report) {
        String found = report.broken().map(link -> "BROKEN at event " + link.seq() + ": " + link.what() + ".")
                .orElse("whole, last hash " + report.lastHash());
        return report.cutoverId() + ": " + report.archived()
                .map(archived -> archived.events() + " events in the archive " + archived.file()
                        + (archives == null ? " (not looked at: --archives)" : "") + ", SHA-256 " + archived.sha256())
                .orElse(report.events() + " events") + ", " + found;
    }

    private static String sum(List<EventChain.Report> reports, boolean whole) {
        long broken = reports.stream().filter(report -> !report.whole()).count();
        if (reports.isEmpty()) {
            return "There is no cutover, and no event.";
        }
        return whole
                ? "Every event is as it was written."
                : broken + " of " + reports.size() + " logs are not as they were written: find out who can write to the"
                        + " state store, and compare with a backup of it.";
    }

    private static Map<String, Object> json(EventChain.Report report) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("cutover", report.cutoverId());
        result.put("events", report.events());
        result.put("lastHash", report.lastHash());
        List<Map<String, Object>> broken = new ArrayList<>(1);
        report.broken().ifPresent(link -> broken.add(Map.of("event", link.seq(), "what", link.what())));
        result.put("broken", broken.isEmpty() ? null : broken.getFirst());
        result.put("archived", report.archived().map(archived -> Map.of("file", archived.file(), "sha256",
                archived.sha256(), "events", archived.events(), "lastHash", archived.lastHash())).orElse(null));
        return result;
    }
}
