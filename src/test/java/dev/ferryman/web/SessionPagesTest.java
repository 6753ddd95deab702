package dev.ferryman.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ferryman.access.CurrentUser;
import dev.ferryman.access.Scope;
import dev.ferryman.access.Tokens;
import dev.ferryman.access.Users;
import dev.ferryman.testing.Caller;
import dev.ferryman.testing.LiveSite;
import dev.ferryman.testing.StateStores;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

/** The page and the API of the target's sessions. */
@StateStores.OnSqlite
class SessionPagesTest {
    @LocalServerPort
    int port;
    @Autowired
    Users users;
    @Autowired
    Tokens tokens;

    @Test
    void who_is_in_the_way_is_shown_and_ended_by_whoever_may() throws Exception {
        try (LiveSite site = new LiveSite();
                Connection holder = site.postgres().connect();
                Connection waiter = site.postgres().connect()) {
            Crew crew = new Crew(port, users, site);
            String cutover = crew.create("Leave desk, somebody in the way");
            String sessions = cutover + "/sessions";
            assertThat(crew.person("viewer").get(cutover).html()).contains(sessions);
            assertThat(crew.person("viewer").get(sessions).text()).contains("Nobody waits for a lock", "needed: DBA");

            site.postgres().execute("CREATE TABLE queue_of_locks (id int)");
            run(holder, "SET application_name = 'nightly <b>export</b>'");
            run(holder, "BEGIN");
            run(holder, "LOCK TABLE queue_of_locks /* 4 July 1999 */");
            Thread behind = Thread.ofVirtual().start(() -> run(waiter, "SELECT * FROM queue_of_locks"));
            int pid = holder.unwrap(PGConnection.class).getBackendPID();
            Visitor dba = crew.person("dba");
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> dba.get(sessions).text().contains("1 session waits for a lock"));

            Visitor.Page shown = dba.get(sessions);
            assertThat(shown.text()).contains("keeps 1 waiting", "nightly <b>export</b>", "4 July 1999",
                    "AccessExclusiveLock on queue_of_locks", "idle in transaction", "End session " + pid);
            assertThat(shown.html()).doesNotContain("<b>export").doesNotContain(sessions + "/" + pid + "/cancel");
            assertThat(dba.get(sessions + "/fragments/live").html()).contains("data-revision", "session-" + pid);
            Visitor.Page looks = crew.person("viewer").get(sessions);
            assertThat(looks.text()).contains("keeps 1 waiting").doesNotContain("4 July 1999", "End session");
            assertThat(caller("viewer", EnumSet.allOf(Scope.class)).get("/api/v1" + sessions).body())
                    .contains("\"behind\"").doesNotContain("4 July 1999");

            String end = sessions + "/" + pid + "/terminate";
            Map<String, String> reason = Map.of("text", "It holds up the night");
            assertThat(shown.send(end, reason).text()).contains("number was not typed", "It holds up the night");
            Caller may = caller("dba", EnumSet.of(Scope.READ, Scope.RUN));
            assertThat(may.get("/api/v1" + sessions).body()).contains("4 July 1999", "\"terminable\":true");
            may.post("/api/v1" + sessions + "/" + pid + "/cancel", Map.of("text", "It is idle")).problem(409,
                    "illegal-move");
            may.post("/api/v1" + end, Map.of("text", "Without the scope")).problem(403, "forbidden");
            assertThat(looks.post(end, Map.of("text", "I am curious", "confirm", "" + pid)).status()).isEqualTo(403);

            Visitor.Page done = shown.send(end, Map.of("text", "It holds up the night", "confirm", "" + pid));
            assertThat(done.text()).contains("Session " + pid + ": The session has ended.");
            behind.join();
            assertThat(dba.get(cutover + "/events").text()).contains("asked the server to end session " + pid,
                    "It holds up the night").doesNotContain("4 July 1999");
            assertThat(dba.get(cutover + "/report").text()).contains("asked the server to end session " + pid);
            assertThat(shown.send(end, Map.of("text", "Again", "confirm", "" + pid)).text()).contains("is gone");
        }
    }

    private Caller caller(String name, EnumSet<Scope> scopes) {
        CurrentUser user = new CurrentUser(name, name, users.find(name).orElseThrow().roles());
        return new Caller(port, tokens.create(user, "test " + System.nanoTime(), Duration.ofDays(1), scopes).text()
                .reveal());
    }

    private static void run(Connection connection, String sql) {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }
}
