package dev.ferryman.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.endpoint.Secret;
import dev.ferryman.testing.StateStores;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.handler.AbstractUrlHandlerMapping;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;

/**
 * Every address of the service, asked by everybody: nobody, each role with a session and with a token, somebody whose
 * password is temporary. What has to come out is in {@code access-matrix.txt}; the addresses come from the service
 * itself, so that a new one cannot be forgotten.
 */
@StateStores.OnSqlite
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AccessMatrixTest {
    private static final String PASSWORD = "salt, rope and lantern";
    private static final Set<Role> CREATORS = EnumSet.of(Role.OPERATOR, Role.DBA, Role.DEVOPS_LEAD, Role.TECH_LEAD);
    private static final Set<Role> JUDGES = EnumSet.of(Role.QA_LEAD, Role.PRODUCT_OWNER);
    private static final List<RequestMethod> ANY = List.of(RequestMethod.GET, RequestMethod.POST);

    @LocalServerPort
    int port;
    @Autowired
    Users users;
    @Autowired
    Tokens tokens;
    @Autowired
    Collection<RequestMappingInfoHandlerMapping> controllers;
    @Autowired
    Collection<AbstractUrlHandlerMapping> resources;
    @Autowired
    ObjectProvider<RouterFunction<?>> routers;
    @Autowired
    ObjectProvider<ServletRegistrationBean<?>> servlets;

    private final Map<String, List<Guest>> guests = new LinkedHashMap<>();

    @BeforeAll
    void everybody_comes_in() {
        guests.put("nobody", List.of(Guest.stranger(port)));
        String fresh = "matrix-temporary";
        Secret temporary = users.createWithTemporaryPassword(fresh, fresh, EnumSet.allOf(Role.class));
        guests.put("temporary", List.of(Guest.withPassword(port, fresh, temporary.reveal())));
        guests.put("none", List.of(session("matrix-none", Set.of())));
        guests.put("viewer", List.of(session("matrix-viewer", Set.of(Role.VIEWER))));
        guests.put("creators", CREATORS.stream().map(role -> session("matrix-" + role.id(), Set.of(role))).toList());
        guests.put("judges", JUDGES.stream().map(role -> session("matrix-" + role.id(), Set.of(role))).toList());
        guests.put("admin", List.of(session("matrix-administrator", Set.of(Role.ADMINISTRATOR))));
        guests.put("t:temporary", List.of(token(fresh)));
        guests.put("t:none", List.of(token("matrix-none")));
        guests.put("t:viewer", List.of(token("matrix-viewer")));
        guests.put("t:creators", CREATORS.stream().map(role -> token("matrix-" + role.id())).toList());
        guests.put("t:judges", JUDGES.stream().map(role -> token("matrix-" + role.id())).toList());
        guests.put("t:admin", List.of(token("matrix-administrator")));
        users.create("matrix-everything", "E", EnumSet.allOf(Role.class), Secret.of(PASSWORD));
        for (Scope scope : Scope.values()) {
            guests.put("s:" + scope.id(), List.of(token("matrix-everything", EnumSet.of(scope))));
        }
    }

    private Guest session(String name, Set<Role> roles) {
        users.create(name, name, roles, Secret.of(PASSWORD));
        return Guest.withPassword(port, name, PASSWORD);
    }

    private Guest token(String name) {
        return token(name, EnumSet.allOf(Scope.class));
    }

    private Guest token(String name, Set<Scope> scopes) {
        User user = users.find(name).orElseThrow();
        CurrentUser owner = new CurrentUser(name, user.displayName(), user.roles());
        return Guest.withToken(port, name + " " + scopes,
                tokens.create(owner, "matrix", Duration.ofDays(1), scopes).text().reveal());
    }

    @AfterAll
    void everybody_leaves() {
        guests.values().forEach(all -> all.forEach(Guest::close));
    }

    @Test
    void everybody_gets_exactly_where_the_table_says() {
        Set<Role> asking = EnumSet.of(Role.VIEWER, Role.ADMINISTRATOR);
        asking.addAll(CREATORS);
        asking.addAll(JUDGES);
        assertThat(asking).as("every role there is").containsExactlyInAnyOrder(Role.values());
        Table table = Table.read();
        assertThat(table.columns()).containsExactlyElementsOf(guests.keySet());
        List<String> wrong = new ArrayList<>();
        for (Line line : table.lines()) {
            List<String> rule = table.rules().getOrDefault(line.rule(), List.of());
            assertThat(rule).as("rule " + line.rule()).isNotEmpty();
            int column = 0;
            for (Map.Entry<String, List<Guest>> those : guests.entrySet()) {
                String expected = rule.get(column++);
                for (Guest guest : those.getValue()) {
                    String got = guest.ask(line.method(), line.sample());
                    if (!got.equals(expected)) {
                        wrong.add(line.method() + " " + line.sample() + ": " + those.getKey() + " (" + guest.name()
                                + ") gets ‘" + got + "’, not ‘" + expected + "’");
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void every_address_of_the_service_is_in_the_table_and_no_other() {
        Set<String> served = new TreeSet<>();
        controllers.forEach(mapping -> mapping.getHandlerMethods().keySet().forEach(info -> addresses(info, served)));
        resources.forEach(mapping -> mapping.getHandlerMap().keySet().forEach(path -> served.add("GET " + path)));
        Table table = Table.read();
        Set<String> known = new TreeSet<>();
        table.lines().stream().filter(line -> !line.extra())
                .forEach(line -> known.add(line.method() + " " + line.path()));

        assertThat(served).hasSizeGreaterThan(100);
        assertThat(routers).as("nothing is served by what has no address to read").isEmpty();
        assertThat(servlets).as("Spring's own servlet alone").hasSize(1);
        assertThat(served.stream().filter(route -> !known.contains(route)).map(route -> route + "   RULE"))
                .as("Add these lines to access-matrix.txt, each with the rule that has to hold").isEmpty();
        assertThat(known.stream().filter(route -> !served.contains(route)))
                .as("Take these lines out of access-matrix.txt: nothing serves them").isEmpty();
    }

    private static void addresses(RequestMappingInfo info, Set<String> into) {
        Collection<RequestMethod> methods = info.getMethodsCondition().getMethods();
        for (RequestMethod method : methods.isEmpty() ? ANY : methods) {
            info.getPatternValues().forEach(path -> into.add(method + " " + path));
        }
    }

    /**
     * A line of the table.
     *
     * @param sample the address that is asked in its place
     * @param extra whether no mapping of its own serves it
     */
    private record Line(String method, String path, String rule, String sample, boolean extra) {}

    private record Table(List<String> columns, Map<String, List<String>> rules, List<Line> lines) {
        static Table read() {
            List<String> columns = new ArrayList<>();
            Map<String, List<String>> rules = new LinkedHashMap<>();
            List<Line> lines = new ArrayList<>();
            for (String text : text().lines().filter(it -> !it.isBlank() && !it.startsWith("#")).toList()) {
                List<String> words = List.of(text.strip().split("\\s+"));
                switch (words.getFirst()) {
                    case "columns" -> columns.addAll(words.subList(1, words.size()));
                    case "rule" -> rules.put(words.get(1), words.subList(2, words.size()));
                    case "also" -> lines.add(line(words.subList(1, words.size()), true));
                    default -> lines.add(line(words, false));
                }
            }
            return new Table(columns, rules, lines);
        }

        /** {@code METHOD PATH RULE [ADDRESS]}. */
        private static Line line(List<String> words, boolean extra) {
            String sample = words.size() > 3 ? words.get(3) : words.get(1);
            return new Line(words.get(0), words.get(1), words.get(2), sample.replaceAll("\\{[^}]+}", "1"), extra);
        }

        private static String text() {
            try (InputStream file = AccessMatrixTest.class.getResourceAsStream("access-matrix.txt")) {
                assertThat(file).isNotNull();
                return new String(file.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
