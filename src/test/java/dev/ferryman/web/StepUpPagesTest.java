package dev.ferryman.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.access.CurrentUser;
import dev.ferryman.access.Role;
import dev.ferryman.access.Scope;
import dev.ferryman.access.Tokens;
import dev.ferryman.access.Users;
import dev.ferryman.access.internal.Sha256;
import dev.ferryman.endpoint.Secret;
import dev.ferryman.store.Instants;
import dev.ferryman.testing.Caller;
import dev.ferryman.testing.LiveSite;
import dev.ferryman.testing.StateStores;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.core.serializer.DefaultSerializer;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What cannot be taken back wants a login that is not old, or the password again; no script is needed for it. */
@StateStores.OnSqlite
class StepUpPagesTest {
    private static final String PASSWORD = "a long enough password";
    private static final String ASKED = "Confirm that it is you";

    @LocalServerPort
    int port;
    @Autowired
    Users users;
    @Autowired
    Tokens tokens;
    @Autowired
    JdbcClient store;

    private final LiveSite site = new LiveSite();

    @AfterEach
    void end() {
        site.close();
    }

    /** As if the person had logged in this morning. */
    private void loggedInLongAgo(String username) throws IOException {
        int sessions = store
                .sql("""
                     UPDATE access_session_attributes SET attribute_bytes = :long_ago
                     WHERE attribute_name = 'dev.ferryman.access.internal.Logins.proved' AND session_primary_id IN
                       (SELECT primary_id FROM access_session WHERE principal_name = :name)""")
                .param("long_ago", new DefaultSerializer().serializeToByteArray(Instant.EPOCH)).param("name", username)
                .update();
        assertThat(sessions).isPositive();
    }

    @Test
    void switch_rollback_and_broken_glass_ask_an_old_login_for_the_password_and_then_do_what_was_chosen()
            throws IOException {
        Crew crew = new Crew(port, users, site);
        String cutover = crew.create("Old login");
        Visitor operator = crew.person("operator");
        Map<String, String> named = Map.of("version", "1", "text", "enough", "confirm", "Old login");
        loggedInLongAgo("operator");

        Visitor.Page rollback = operator.get(cutover).post(cutover + "/rollback", named);
        assertThat(rollback.status()).isEqualTo(403);
        assertThat(rollback.text()).contains(ASKED, "You are about to roll back", "Nothing has been done yet.");
        Visitor.Page wrong = rollback.send(cutover + "/rollback", Map.of("confirmPassword", "not my password"));
        assertThat(wrong.status()).isEqualTo(403);
        assertThat(wrong.text()).contains("The password is wrong.").doesNotContain("not my password");
        Visitor.Page done = wrong.send(cutover + "/rollback", Map.of("confirmPassword", PASSWORD));
        assertThat(done.text()).doesNotContain(ASKED);
        assertThat(done.status()).as("during the checklist there is nothing to roll back").isIn(200, 409);

        assertThat(operator.get(cutover).post(cutover + "/rollback", named).text())
                .as("not asked again within the quarter of an hour").doesNotContain(ASKED);

        loggedInLongAgo("operator");
        for (String action : Set.of("/steps/switch/run", "/gates/go/break-glass", "/gates/go/confirm-break-glass")) {
            Visitor.Page page = operator.get(cutover).post(cutover + action, named);
            assertThat(page.text()).as(action).contains(ASKED);
            assertThat(page.html()).as("carried along").contains("name=\"text\" value=\"enough\"");
        }
        assertThat(operator.get(cutover).post(cutover + "/steps/switch/note", named).text())
                .as("a remark can be written by an old login").doesNotContain(ASKED);
    }

    /** The browser is not one of the last twenty that the user has logged in with, or the store took no writes then. */
    @Test
    void guesses_from_elsewhere_keep_nobody_out_who_is_in() throws IOException {
        users.create("step-up-target", "T", Set.of(Role.ADMINISTRATOR), Secret.of(PASSWORD));
        Visitor target = new Visitor(port, "step-up-target", PASSWORD);
        loggedInLongAgo("step-up-target");
        store.sql("DELETE FROM access_device").update();
        store.sql("INSERT INTO access_login_failure (id, failures, last_at) VALUES (?, 50, ?)")
                .params(Sha256.of("account step-up-target"), Instants.text(Instant.now())).update();
        assertThat(users.lockedUntil("step-up-target")).isPresent();

        Visitor.Page asked = target.get("/users/step-up-target").send("/users/step-up-target/unlock", Map.of());
        assertThat(asked.text()).contains(ASKED);
        asked.send("/users/step-up-target/unlock", Map.of("confirmPassword", PASSWORD));
        assertThat(users.lockedUntil("step-up-target")).isEmpty();
    }

    @Test
    void a_token_starts_the_switch_only_with_its_own_scope() {
        Crew crew = new Crew(port, users, site);
        String cutover = crew.create("By a program");
        String run = "/api/v1" + cutover + "/steps/switch/run";
        CurrentUser lead = new CurrentUser("devops-lead", "DevOps lead", Set.of(Role.DEVOPS_LEAD));

        Caller runs = caller(lead, EnumSet.of(Scope.READ, Scope.RUN));
        assertThat(runs.post(run, Map.of("expectedVersion", 1)).problem(403, "forbidden").path("detail").asString())
                .isEqualTo("The token does not have the scope ‘switch’.");
        Caller switches = caller(lead, EnumSet.of(Scope.RUN, Scope.SWITCH));
        assertThat(switches.post(run, Map.of("expectedVersion", 1)).status()).isNotEqualTo(403);
        assertThat(switches.get("/api/v1/cutovers").problem(403, "forbidden").path("detail").asString())
                .contains("‘read’");
    }

    private Caller caller(CurrentUser owner, Set<Scope> scopes) {
        return new Caller(port, tokens.create(owner, "t", Duration.ofDays(1), scopes).text().reveal());
    }

    @Test
    void an_old_login_of_an_administrator_is_asked_before_users_change_and_wrong_passwords_are_counted()
            throws IOException {
        users.create("step-up-admin", "A", Set.of(Role.ADMINISTRATOR), Secret.of(PASSWORD));
        users.create("step-up-user", "U", Set.of(Role.DBA), Secret.of(PASSWORD));
        Visitor admin = new Visitor(port, "step-up-admin", PASSWORD);
        loggedInLongAgo("step-up-admin");

        Visitor.Page asked = admin.get("/users/step-up-user").send("/users/step-up-user/password", Map.of());
        assertThat(asked.text()).contains(ASKED);
        assertThat(users.find("step-up-user").orElseThrow().passwordTemporary()).isFalse();
        for (int i = 0; i < 5; i++) {
            asked = asked.send("/users/step-up-user/password", Map.of("confirmPassword", "wrong wrong wrong"));
        }
        asked = asked.send("/users/step-up-user/password", Map.of("confirmPassword", PASSWORD));
        assertThat(asked.status()).as("too many").isEqualTo(429);
        assertThat(users.find("step-up-user").orElseThrow().passwordTemporary()).isFalse();
    }
}
