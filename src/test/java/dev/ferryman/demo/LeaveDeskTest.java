package dev.ferryman.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ferryman.demo.leavedesk.Dialect;
import dev.ferryman.demo.leavedesk.LeaveDesk;
import dev.ferryman.demo.leavedesk.LeaveDeskConfig;
import dev.ferryman.demo.leavedesk.LedgerEntry;
import dev.ferryman.demo.leavedesk.LedgerProof;
import dev.ferryman.demo.leavedesk.RequestRefusedException;
import dev.ferryman.testing.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class LeaveDeskTest {
    private static final String REQUEST = "{\"employeeId\":5,\"kind\":\"vacation\",\"startsOn\":\"2026-06-01\","
            + "\"endsOn\":\"2026-06-05\",\"note\":\"Łódź 🚂\"}";

    @TempDir
    Path directory;

    private LeaveDeskConfig config(int writesPerSecond) {
        return LeaveDeskConfig.in(directory, DeskClient.TOKEN).withScale(0.05).withWritesPerSecond(writesPerSecond);
    }

    private String sqlite() {
        return "sqlite:" + directory.resolve("leave-desk.db");
    }

    private static void awaitWrites(LeaveDesk desk, long more) {
        long target = desk.status().acknowledged() + more;
        await().until(() -> desk.status().acknowledged() >= target);
    }

    @Test
    void a_new_desk_serves_its_sample_data_from_sqlite() throws Exception {
        try (LeaveDesk desk = LeaveDesk.start(config(0)); DeskClient client = new DeskClient(desk)) {
            JsonNode health = client.json("/health");
            assertThat(health.path("status").asString()).isEqualTo("healthy");
            assertThat(health.path("database").path("type").asString()).isEqualTo("sqlite");
            assertThat(health.path("database").path("connected").asBoolean()).isTrue();
            assertThat(health.path("employees").asInt()).isEqualTo(32);
            assertThat(health.path("pool").path("max").asInt()).isEqualTo(8);
            assertThat(client.json("/api/employees?limit=10&offset=5").size()).isEqualTo(10);
            assertThat(client.get("/api/employees").body()).contains("••••");
            assertThat(client.json("/api/requests?status=pending&limit=500")).isNotEmpty()
                    .allMatch(request -> request.path("status").asString().equals("pending"));
            assertThat(client.get("/").body()).contains("Leave desk", "SQLite", "Latest changes")
                    .doesNotContain(DeskClient.TOKEN);
        }
    }

    @Test
    void a_created_request_is_listed_as_it_was_sent() throws Exception {
        try (LeaveDesk desk = LeaveDesk.start(config(0)); DeskClient client = new DeskClient(desk)) {
            var answer = client.create(REQUEST);
            assertThat(answer.statusCode()).isEqualTo(201);
            JsonNode newest = client.json("/api/requests?limit=1").get(0);
            assertThat(answer.body()).contains("\"id\":" + newest.path("id").asLong());
            assertThat(newest.path("days").asInt()).isEqualTo(5);
            assertThat(newest.path("startsOn").asString()).isEqualTo("2026-06-01");
            assertThat(newest.path("note").asString()).isEqualTo("Łódź 🚂");
            assertThat(desk.ledger().recent()).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"{|not valid JSON", "[1]|JSON object",
            "{\"employeeId\":\"5\"}|employeeId", "{\"employeeId\":999999,\"kind\":\"sick\",\"startsOn\":\"2026-06-01\","
                    + "\"endsOn\":\"2026-06-01\"}|no employee",
            "{\"employeeId\":5,\"kind\":\"x' OR 1\"}|kind",
            "{\"employeeId\":5,\"kind\":\"sick\",\"startsOn\":\"2026-02-30\"}|startsOn",
            "{\"employeeId\":5,\"kind\":\"sick\",\"startsOn\":\"2026-06-02\",\"endsOn\":\"2026-06-01\"}|endsOn",
            "{\"employeeId\":5,\"kind\":\"sick\",\"startsOn\":\"2026-06-06\",\"endsOn\":\"2026-06-07\"}|working day",
            "{\"employeeId\":5,\"kind\":\"sick\",\"startsOn\":\"2026-06-01\",\"endsOn\":\"2026-06-02\","
                    + "\"halfDay\":true}|half day",
            "{\"employeeId\":5,\"kind\":\"sick\",\"startsOn\":\"2026-06-01\",\"endsOn\":\"2026-06-01\","
                    + "\"note\":\"a\\u0000b\"}|note"})
    void a_request_that_makes_no_sense_is_refused_with_the_reason(String body, String reason) throws Exception {
        try (LeaveDesk desk = LeaveDesk.start(config(0)); DeskClient client = new DeskClient(desk)) {
            var answer = client.create(body);
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains(reason);
            assertThat(desk.status().acknowledged()).isZero();
        }
    }

    @Test
    void bad_addresses_methods_and_parameters_are_told_apart() throws Exception {
        try (LeaveDesk desk = LeaveDesk.start(config(0)); DeskClient client = new DeskClient(desk)) {
            assertThat(client.get("/nowhere").statusCode()).isEqualTo(404);
            assertThat(client.without("DELETE", "/api/requests").statusCode()).isEqualTo(405);
            assertThat(client.get("/api/employees?limit=0").statusCode()).isEqualTo(400);
            assertThat(client.get("/api/employees?limit=many").statusCode()).isEqualTo(400);
            assertThat(client.get("/api/requests?status=lost").statusCode()).isEqualTo(400);
            assertThat(client.without("POST", "/api/requests").statusCode()).isEqualTo(415);
            assertThat(client.create("x".repeat(70_000)).statusCode()).isEqualTo(413);
        }
    }

    @Test
    void the_admin_endpoints_want_the_token() throws Exception {
        try (LeaveDesk desk = LeaveDesk.start(config(0)); DeskClient client = new DeskClient(desk)) {
            for (String path : List.of("/admin/maintenance?on=true", "/admin/database", "/admin/reload")) {
                assertThat(client.without("POST", path).statusCode()).as(path).isEqualTo(401);
            }
            assertThat(client.without("GET", "/admin/status").statusCode()).isEqualTo(401);
            assertThat(desk.status().mode()).isEqualTo("open");
            assertThat(client.admin("/admin/maintenance?on=perhaps").statusCode()).isEqualTo(400);
            assertThat(client.admin("/admin/maintenance").statusCode()).isEqualTo(400);
        }
    }

    @Test
    void the_ledger_proves_that_acknowledged_writes_are_in_the_database() throws Exception {
        Path ledger;
        try (LeaveDesk desk = LeaveDesk.start(config(1000)); DeskClient client = new DeskClient(desk)) {
            await().until(() -> desk.ledger().recent().stream().map(LedgerEntry::operation).distinct().count() == 7);
            assertThat(client.create(REQUEST).statusCode()).isEqualTo(201);
            assertThat(desk.status().refused()).as(String.valueOf(desk.status().lastRefusal())).isZero();
            ledger = desk.ledger().file();
        }
        LedgerProof proof = LedgerProof.check(ledger, sqlite());
        assertThat(proof.acknowledged()).isGreaterThanOrEqualTo(8);
        assertThat(proof.lost()).isEmpty();
    }

    @Test
    void a_write_that_got_lost_is_found_by_the_ledger() throws Exception {
        try (LeaveDesk desk = LeaveDesk.start(config(0)); DeskClient client = new DeskClient(desk)) {
            client.create(REQUEST);
            client.create(REQUEST);
            client.create(REQUEST);
        }
        try (var connection = java.sql.DriverManager.getConnection("jdbc:" + sqlite());
                var statement = connection.createStatement()) {
            statement.executeUpdate("DELETE FROM audit_log WHERE rowid = (SELECT max(rowid) FROM audit_log)");
            statement.executeUpdate("DELETE FROM leave_requests WHERE id = (SELECT max(id) FROM leave_requests)");
        }
        assertThat(LedgerProof.check(directory.resolve("leave-desk.ledger"), sqlite()).lost()).hasSize(2)
                .anyMatch(finding -> finding.startsWith("write 3 (create"))
                .anyMatch(finding -> finding.contains("missing"));
    }

    @Test
    void maintenance_refuses_writes_and_goes_on_reading() throws Exception {
        try (LeaveDesk desk = LeaveDesk.start(config(500)); DeskClient client = new DeskClient(desk)) {
            awaitWrites(desk, 20);
            assertThat(client.admin("/admin/maintenance?on=true").body()).contains("\"mode\":\"maintenance\"");
            // It has answered, so no write is under way any more: the ledger and the database stand still.
            long acknowledged = desk.status().acknowledged();
            String newest = client.get("/api/requests?limit=1").body();
            var refused = client.create(REQUEST);
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            assertThat(refused.body()).contains("maintenance").contains("Nothing was written");
            assertThat(client.get("/health").statusCode()).isEqualTo(200);
            assertThat(client.get("/").body()).contains("Maintenance.");
            assertThat(client.get("/api/requests?limit=1").body()).isEqualTo(newest);
            assertThat(desk.status().acknowledged()).isEqualTo(acknowledged);

            assertThat(client.admin("POST", "/admin/maintenance", "application/json", "{\"on\":false}").body())
                    .contains("\"mode\":\"open\"");
            awaitWrites(desk, 20);
            assertThat(desk.status().refused()).isZero();
        }
    }

    @Test
    void a_restart_does_not_end_maintenance() throws Exception {
        try (LeaveDesk desk = LeaveDesk.start(config(500)); DeskClient client = new DeskClient(desk)) {
            client.admin("/admin/maintenance?on=true");
        }
        try (LeaveDesk desk = LeaveDesk.start(config(500)); DeskClient client = new DeskClient(desk)) {
            assertThat(client.create(REQUEST).statusCode()).isEqualTo(503);
            client.admin("/admin/maintenance?on=false");
            assertThat(client.create(REQUEST).statusCode()).isEqualTo(201);
        }
        try (LeaveDesk desk = LeaveDesk.start(config(500))) {
            assertThat(desk.status().mode()).isEqualTo("open");
        }
    }

    @Test
    void it_goes_on_where_it_was_after_a_restart() throws Exception {
        try (LeaveDesk desk = LeaveDesk.start(config(0)); DeskClient client = new DeskClient(desk)) {
            client.create(REQUEST);
        }
        Path ledger = directory.resolve("leave-desk.ledger");
        // A crash in the middle of a line.
        Files.writeString(ledger, "2\t2026-01-", StandardOpenOption.APPEND);
        try (LeaveDesk desk = LeaveDesk.start(config(0)); DeskClient client = new DeskClient(desk)) {
            assertThat(desk.status().acknowledged()).isEqualTo(1);
            client.create(REQUEST);
            assertThat(desk.status().acknowledged()).isEqualTo(2);
        }
        LedgerProof proof = LedgerProof.check(ledger, sqlite());
        assertThat(proof.acknowledged()).isEqualTo(2);
        assertThat(proof.lost()).isEmpty();
    }

    @Test
    void the_environment_file_moves_it_to_postgresql_and_back_while_it_writes() throws Exception {
        try (TestPostgres.Database target = TestPostgres.newest().freshDatabase()) {
            Path environment = directory.resolve("leave-desk.env");
            try (LeaveDesk desk = LeaveDesk.start(config(500)); DeskClient client = new DeskClient(desk)) {
                awaitWrites(desk, 50);
                client.admin("/admin/maintenance?on=true");
                HandCarried.everything(directory.resolve("leave-desk.db"), target);
                String before = client.get("/api/requests?limit=100").body();
                String employees = client.get("/api/employees?limit=500").body();

                Files.writeString(environment, "# ours\nexport DATABASE_URL=\"" + target.url() + "\"\n");
                assertThat(client.admin("/admin/reload").body()).contains("\"database\":\"postgresql\"")
                        .doesNotContain(TestPostgres.PASSWORD);
                assertThat(client.get("/api/requests?limit=100").body()).isEqualTo(before);
                assertThat(client.get("/api/employees?limit=500").body()).isEqualTo(employees);
                client.admin("/admin/maintenance?on=false");
                await().until(() -> desk.ledger().recent().stream().filter(e -> e.dialect() == Dialect.POSTGRESQL)
                        .map(LedgerEntry::operation).distinct().count() == 7);
                assertThat(client.create(REQUEST).statusCode()).isEqualTo(201);
                assertThat(client.json("/api/requests?limit=500").valueStream())
                        .anyMatch(request -> request.path("note").asString("").equals("Łódź 🚂"));
                assertThat(client.json("/health").path("database").path("type").asString()).isEqualTo("postgresql");
                assertThat(client.get("/").body()).contains("PostgreSQL").doesNotContain(TestPostgres.PASSWORD);
                assertThat(desk.status().refused()).as(String.valueOf(desk.status().lastRefusal())).isZero();
                client.admin("/admin/maintenance?on=true");
                assertThat(LedgerProof.check(desk.ledger().file(), target.url()).lost()).isEmpty();
                // What PostgreSQL took is not in SQLite: going back by hand loses it, and the ledger says so.
                assertThat(LedgerProof.check(desk.ledger().file(), sqlite()).lost()).isNotEmpty();
                Files.writeString(environment, "DATABASE_URL=" + sqlite() + "\n");
                assertThat(client.admin("/admin/reload").body()).contains("\"database\":\"sqlite\"");
            }
        }
    }

    @Test
    void http_moves_it_to_postgresql_and_keeps_the_choice() throws Exception {
        try (TestPostgres.Database target = TestPostgres.newest().freshDatabase()) {
            try (LeaveDesk desk = LeaveDesk.start(config(0)); DeskClient client = new DeskClient(desk)) {
                client.create(REQUEST);
                HandCarried.everything(directory.resolve("leave-desk.db"), target);
                assertThat(client.admin("POST", "/admin/database", "application/json",
                        "{\"url\":\"" + target.url() + "\"}").statusCode()).isEqualTo(200);
                client.create(REQUEST);
            }
            try (LeaveDesk desk = LeaveDesk.start(config(0)); DeskClient client = new DeskClient(desk)) {
                assertThat(desk.status().dialect()).isEqualTo(Dialect.POSTGRESQL);
                assertThat(client.admin("POST", "/admin/database", "application/x-www-form-urlencoded",
                        "url=" + java.net.URLEncoder.encode(sqlite(), java.nio.charset.StandardCharsets.UTF_8))
                        .statusCode()).isEqualTo(200);
                assertThat(desk.status().dialect()).isEqualTo(Dialect.SQLITE);
            }
        }
    }

    @Test
    void a_database_that_cannot_be_used_leaves_the_old_one_in_use() throws Exception {
        try (TestPostgres.Database empty = TestPostgres.newest().freshDatabase();
                LeaveDesk desk = LeaveDesk.start(config(0));
                DeskClient client = new DeskClient(desk)) {
            String environment = Files.readString(directory.resolve("leave-desk.env"));
            for (String[] refused : new String[][]{{empty.url(), "table departments"},
                    {empty.url().replace(TestPostgres.PASSWORD, "wrong-secret"), "Cannot connect"},
                    {"sqlite:" + directory.resolve("absent.db"), "Cannot connect"}}) {
                var answer = client.admin("POST", "/admin/database", "application/json",
                        "{\"url\":\"" + refused[0] + "\"}");
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(409);
                assertThat(answer.body()).contains(refused[1], "has not changed").doesNotContain(TestPostgres.PASSWORD,
                        "wrong-secret");
            }
            for (String url : List.of("mysql://x", "sqlite:relative.db", "postgresql://no-user/db",
                    "postgresql://u:p w@h/db")) {
                assertThat(client.admin("POST", "/admin/database", "application/json", "{\"url\":\"" + url + "\"}")
                        .statusCode()).as(url).isEqualTo(400);
            }
            assertThat(client.admin("POST", "/admin/database", "application/json", "{}").statusCode()).isEqualTo(400);
            Files.writeString(directory.resolve("leave-desk.env"), "OTHER=1\n");
            assertThat(client.admin("/admin/reload").statusCode()).isEqualTo(409);
            Files.writeString(directory.resolve("leave-desk.env"), environment);
            assertThat(directory.resolve("absent.db")).doesNotExist();
            assertThat(desk.status().dialect()).isEqualTo(Dialect.SQLITE);
            assertThat(client.create(REQUEST).statusCode()).isEqualTo(201);
        }
    }

    @Test
    void a_desk_whose_database_is_gone_does_not_start() throws Exception {
        Files.writeString(directory.resolve("leave-desk.env"), "DATABASE_URL=postgresql://u:hidden@127.0.0.1:1/x\n");
        assertThatThrownBy(() -> LeaveDesk.start(config(0))).isInstanceOf(RequestRefusedException.class)
                .hasMessageContaining("127.0.0.1:1/x").hasMessageNotContaining("hidden");
    }
}
