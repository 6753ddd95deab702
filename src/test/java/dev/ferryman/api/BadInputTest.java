package dev.ferryman.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.access.CurrentUser;
import dev.ferryman.access.Role;
import dev.ferryman.access.Scope;
import dev.ferryman.access.Tokens;
import dev.ferryman.access.Users;
import dev.ferryman.endpoint.Secret;
import dev.ferryman.testing.Caller;
import dev.ferryman.testing.Caller.Answer;
import dev.ferryman.testing.LiveSite;
import dev.ferryman.testing.StateStores;
import dev.ferryman.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** What cannot be moved is said in one line beside the field it concerns, and nothing is half done. */
@StateStores.OnSqlite
class BadInputTest {
    private static final String ALL = "/api/v1/cutovers";

    private final LiveSite site = new LiveSite();

    @LocalServerPort
    private int port;
    @Autowired
    private Users users;
    @Autowired
    private Tokens tokens;

    private Caller dba;

    @BeforeEach
    void somebody_who_may_create() {
        for (Role role : Role.values()) {
            if (users.find(role.id()).isEmpty()) {
                users.create(role.id(), role.label(), Set.of(role), Secret.of("a long enough password"));
            }
        }
        dba = new Caller(port, tokens.create(new CurrentUser("dba", "dba", Set.of(Role.DBA)), "test",
                Duration.ofDays(1), EnumSet.allOf(Scope.class)).text().reveal());
    }

    @AfterEach
    void end() {
        site.close();
    }

    @Test
    void a_missing_file_is_refused() throws Exception {
        refused(Map.of("source", site.directory().resolve("nowhere.db").toString()), "source", "does not exist");
    }

    @Test
    void a_directory_is_refused() throws Exception {
        refused(Map.of("source", site.directory().toString()), "source", "directory");
    }

    @Test
    void an_empty_file_is_refused() throws Exception {
        refused(Map.of("source", file("empty.db", new byte[0])), "source", "empty");
    }

    @Test
    void a_file_that_is_no_database_or_encrypted_is_refused() throws Exception {
        refused(Map.of("source", file("letter.db", "Dear Sir or Madam, ".repeat(300).getBytes(UTF_8))), "source",
                "not a SQLite database, or it is encrypted");
    }

    @Test
    void a_truncated_file_is_refused() throws Exception {
        byte[] whole = Files.readAllBytes(site.sqlite());
        refused(Map.of("source", file("half.db", Arrays.copyOf(whole, whole.length / 2))), "source",
                "damaged or truncated");
    }

    @Test
    void a_path_outside_the_source_roots_is_refused_whether_or_not_something_is_there() throws Exception {
        refused(Map.of("source", "/etc/hostname"), "source", "outside the directories");
        refused(Map.of("source", "/etc/nothing-of-this-name"), "source", "outside the directories");
        refused(Map.of("source", site.directory() + "/../../../../../etc/hostname"), "source",
                "outside the directories");
    }

    @Test
    void a_postgresql_that_is_down_is_named() throws Exception {
        refused(target("postgresql://postgres@127.0.0.1:1/x", TestPostgres.PASSWORD), "target.url", "127.0.0.1:1");
    }

    @Test
    void a_wrong_password_is_told_apart_from_a_server_that_is_down() throws Exception {
        refused(target(site.postgres().urlWithoutPassword(), "not the right one"), "target.url",
                "refuses the password");
    }

    @Test
    void a_database_that_is_not_there_is_named() throws Exception {
        refused(target(site.postgres().urlWithoutPassword() + "_not_there", TestPostgres.PASSWORD), "target.url",
                "_not_there");
    }

    @Test
    void a_user_without_the_rights_is_told_which_are_missing() throws Exception {
        String role = "no_rights_" + site.postgres().name();
        site.postgres().execute("CREATE ROLE " + role + " LOGIN PASSWORD 'powerless'");
        try {
            refused(target(site.postgres().urlWithoutPassword().replace("postgres@", role + "@"), "powerless"),
                    "target.url", "may not create a schema");
        } finally {
            site.postgres().execute("DROP ROLE " + role);
        }
    }

    @Test
    void a_target_that_holds_a_table_of_the_source_is_refused_and_left_alone() throws Exception {
        site.postgres().execute("CREATE TABLE employees (id int); INSERT INTO employees VALUES (7)");
        JsonNode preview = dba.post(ALL + "/preview", draft(Map.of())).json();
        assertThat(preview.path("possible").asBoolean()).isFalse();
        assertThat(preview.path("problems")).hasSize(1);
        assertThat(preview.path("problems").get(0).path("what").asString()).contains("employees");
        assertThat(site.postgres().scalar("SELECT string_agg(id::text, ',') FROM employees")).isEqualTo("7");
    }

    @Test
    void a_target_that_another_cutover_is_moving_to_is_refused_and_the_other_one_is_named() throws Exception {
        Answer first = dba.post(ALL, draft(Map.of("name", "The first one")));
        assertThat(first.status()).as(first.body()).isEqualTo(201);
        String cutover = first.headers().firstValue("Location").orElseThrow();
        JsonNode problems = dba.post(ALL, draft(Map.of("name", "The second one"))).problem(422, "cutover-refused")
                .path("problems");
        assertThat(problems.toString()).contains("The first one");
        assertThat(dba.post(cutover + "/abort", Map.of("expectedVersion",
                dba.get(cutover).json().path("version").asLong(), "text", "over")).status()).isEqualTo(200);
        Answer second = dba.post(ALL, draft(Map.of("name", "The second one")));
        assertThat(second.status()).as(second.body()).isEqualTo(201);
    }

    /** Tries it and creates it: both say the one thing, and nothing has changed anywhere. */
    private void refused(Map<String, Object> change, String field, String what) throws IOException {
        int before = dba.get(ALL).json().size();
        List<String> files = files();
        JsonNode preview = dba.post(ALL + "/preview", draft(change)).json();
        JsonNode problem = dba.post(ALL, draft(change)).problem(422, "cutover-refused");

        assertThat(preview.path("possible").asBoolean()).isFalse();
        for (JsonNode problems : List.of(preview.path("problems"), problem.path("problems"))) {
            assertThat(problems).as(problems.toString()).hasSize(1);
            assertThat(problems.get(0).path("field").asString()).as(problems.toString()).isEqualTo(field);
            assertThat(problems.get(0).path("what").asString()).contains(what).doesNotContain("\n", "Exception");
            assertThat(problems.get(0).path("next").asString()).isNotBlank();
        }
        assertThat(dba.get(ALL).json().size()).isEqualTo(before);
        assertThat(files()).isEqualTo(files);
        assertThat(site.postgres().scalar("SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
                + " WHERE nspname IN ('public', 'ferryman')")).isEqualTo("0");
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.list(site.directory())) {
            return all.map(Path::toString).filter(name -> !name.endsWith("-shm") && !name.endsWith("-wal")).sorted()
                    .toList();
        }
    }

    private String file(String name, byte[] content) throws IOException {
        return Files.write(site.directory().resolve(name), content).toString();
    }

    private static Map<String, Object> target(String url, String password) {
        return Map.of("target", Map.of("url", url, "password", password));
    }

    private Map<String, Object> draft(Map<String, Object> change) {
        Map<String, Object> draft = new HashMap<>(Map.of("name", "Bad", "template", "stop-and-copy", "source",
                site.sqlite().toString(), "target", Map.of("url", site.postgres().urlWithoutPassword(),
                        "passwordReference", site.passwordReference()),
                "parameters", site.parameters()));
        draft.putAll(change);
        return draft;
    }
}
