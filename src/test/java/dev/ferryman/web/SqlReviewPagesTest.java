package dev.ferryman.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.access.CurrentUser;
import dev.ferryman.access.Scope;
import dev.ferryman.access.Tokens;
import dev.ferryman.access.Users;
import dev.ferryman.testing.Caller;
import dev.ferryman.testing.LiveSite;
import dev.ferryman.testing.StateStores;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** The review on its page, without a script, and over the API; both open to viewers. */
@StateStores.OnSqlite
class SqlReviewPagesTest {
    private static final String PATH = "/schema-changes/review";

    @LocalServerPort
    int port;
    @Autowired
    Users users;
    @Autowired
    Tokens tokens;

    private final LiveSite site = new LiveSite();

    @AfterEach
    void end() {
        site.close();
    }

    @Test
    void a_viewer_pastes_sql_and_reads_it_annotated() {
        Visitor viewer = new Crew(port, users, site).person("viewer");
        Visitor.Page form = viewer.get(PATH);
        assertThat(form.status()).as(form.text()).isEqualTo(200);
        Visitor.Page result = form.send(PATH, Map.of("sql",
                "ALTER TABLE a.orders ADD COLUMN note text;\nCREATE INDEX i ON a.orders (note) WHERE note <> '<b>';",
                "server", "17", "origin", ""));
        assertThat(result.status()).isEqualTo(200);
        assertThat(result.text()).contains("2 statements of SQL", "PostgreSQL 17", "Medium risk", "ACCESS EXCLUSIVE",
                "CREATE INDEX CONCURRENTLY i");
        assertThat(result.html()).doesNotContain("'<b>'");
    }

    @Test
    void a_file_is_uploaded_and_a_mistake_shown_with_its_place() {
        Visitor viewer = new Crew(port, users, site).person("viewer");
        Visitor.Page form = viewer.get(PATH);
        assertThat(form.upload(PATH, "V1__drop.sql", "DROP TABLE a.b;".getBytes(StandardCharsets.UTF_8)).text())
                .contains("V1__drop.sql, read as Flyway", "High risk");
        Visitor.Page wrong = form.send(PATH, Map.of("sql", "DROP TABEL x", "server", "18", "origin", ""));
        assertThat(wrong.status()).isEqualTo(422);
        assertThat(wrong.text()).contains("SQL:1:6: syntax error", "DROP TABEL x");
        assertThat(form.send(PATH, Map.of("sql", " ", "server", "18", "origin", "")).status()).isEqualTo(422);
    }

    @Test
    void the_api_answers_the_same() {
        new Crew(port, users, site);
        CurrentUser viewer = new CurrentUser("viewer", "viewer", users.find("viewer").orElseThrow().roles());
        var caller = new Caller(port,
                tokens.create(viewer, "test", Duration.ofDays(1), EnumSet.allOf(Scope.class)).text().reveal());
        JsonNode review = caller.post("/api/v1/sql-reviews", Map.of("sql", "DROP TABLE orders", "postgres", 18)).json();
        assertThat(review.path("risk").asString()).as(review.toString()).isEqualTo("high");
        assertThat(review.at("/statements/0/findings/0/rule").asString()).isEqualTo("drop-table");
        caller.post("/api/v1/sql-reviews", Map.of("sql", "DROP TABEL x")).problem(422, "bad-input");
        caller.post("/api/v1/sql-reviews", Map.of("sql", "")).problem(400, "bad-request");
        caller.post("/api/v1/sql-reviews", Map.of("sql", "SELECT 1", "target", "x")).problem(422, "bad-input");
    }
}
