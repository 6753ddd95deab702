package dev.ferryman.endtoend;

import dev.ferryman.demo.leavedesk.LedgerProof;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The demo as {@code ./mvnw -Pdemo spring-boot:run} starts it, known only by what it prints. */
final class Demo implements AutoCloseable {
    private static final Pattern ADDRESS = Pattern.compile("Ferryman {2,}(http://\\S+)/");
    private static final Pattern DESK = Pattern.compile("Leave desk {2,}(http://\\S+)/");
    private static final Pattern LOGIN = Pattern.compile("(?m)^ {2}([a-z-]+) +((?:[a-z2-9]{4}-){2}[a-z2-9]{4}) ");

    private final FerrymanProcess process;
    private final Path directory;
    private final String address;
    private final String desk;
    private final Map<String, String> passwords;

    private Demo(FerrymanProcess process, Path directory) throws IOException {
        this.process = process;
        this.directory = directory;
        String printed = process.output();
        this.address = printed(ADDRESS, printed);
        this.desk = printed(DESK, printed);
        this.passwords = LOGIN.matcher(printed).results()
                .collect(Collectors.toMap(line -> line.group(1), line -> line.group(2), (first, again) -> again));
    }

    /**
     * A new demo that watches the application for 3 s after the switch.
     *
     * @param settings more of them, such as {@code ferryman.store.url=…}
     */
    static Demo start(Path directory, String... settings) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("spring.profiles.active=demo", "demo.directory=" + directory,
                "demo.leave-desk-port=0", "demo.soak=3s"));
        all.addAll(List.of(settings));
        return new Demo(FerrymanProcess.start("demo", directory, Map.of(), all), directory);
    }

    private static String printed(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(MatchResult::group).map(line -> line.replaceAll("^.* |/$", ""))
                .findFirst().orElseThrow(() -> new AssertionError("Nothing like " + pattern + " in:\n" + text));
    }

    /** Where Ferryman is, without a slash at the end. */
    String address() {
        return address;
    }

    String passwordOf(String username) {
        return Objects.requireNonNull(passwords.get(username), () -> "No password was printed for " + username);
    }

    /** What the leave desk says of itself. */
    JsonNode deskHealth() throws IOException, InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            var answer = http.send(HttpRequest.newBuilder(URI.create(desk + "/health")).build(),
                    BodyHandlers.ofString());
            return JsonMapper.shared().readTree(answer.body());
        }
    }

    String deskDatabase() throws IOException, InterruptedException {
        return deskHealth().get("database").get("type").asString();
    }

    /** Number of writes the leave desk has acknowledged. */
    long acknowledged() throws IOException {
        try (var lines = Files.lines(ledger())) {
            return lines.count();
        }
    }

    /** Holds every acknowledged write against the database that the leave desk is configured for. */
    LedgerProof proof() throws IOException, SQLException {
        String url = Files.readAllLines(directory.resolve("leave-desk/leave-desk.env")).stream()
                .filter(line -> line.startsWith("DATABASE_URL=")).findFirst().orElseThrow()
                .substring("DATABASE_URL=".length());
        return LedgerProof.check(ledger(), url);
    }

    /** Tables in the database that the leave desk moves to, those of all schemas but PostgreSQL's own. */
    List<String> targetTables() throws IOException, SQLException {
        Path postgres = directory.resolve("postgres");
        String url = "jdbc:postgresql://127.0.0.1:" + Files.readString(postgres.resolve("port")).strip() + "/leavedesk";
        List<String> tables = new ArrayList<>();
        try (var connection = DriverManager.getConnection(url, "leavedesk",
                Files.readString(postgres.resolve("leavedesk.password")).strip());
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT schemaname || '.' || tablename FROM pg_tables"
                        + " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')")) {
            while (rows.next()) {
                tables.add(rows.getString(1).replaceFirst("^public\\.", ""));
            }
        }
        return tables;
    }

    private Path ledger() {
        return directory.resolve("leave-desk/leave-desk.ledger");
    }

    @Override
    public void close() throws InterruptedException {
        process.close();
    }
}
