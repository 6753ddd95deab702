package dev.ferryman.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.access.CurrentUser;
import dev.ferryman.access.Role;
import dev.ferryman.access.Scope;
import dev.ferryman.access.Tokens;
import dev.ferryman.access.Users;
import dev.ferryman.runbook.Replicas;
import dev.ferryman.testing.Browser;
import dev.ferryman.testing.Caller;
import dev.ferryman.testing.LiveSite;
import dev.ferryman.testing.StateStores;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** The pages from the form to completed where the state store is PostgreSQL. */
@StateStores.OnPostgres
class CutoverPagesOnPostgresTest {
    @LocalServerPort
    int port;
    @Autowired
    Users users;
    @Autowired
    Tokens tokens;
    @Autowired
    Replicas replicas;
    @Autowired
    JdbcClient jdbc;

    @Test
    void people_take_a_cutover_from_the_form_to_completed() {
        try (LiveSite site = new LiveSite()) {
            Crew crew = new Crew(port, users, site);
            String cutover = crew.create("Stored in PostgreSQL");

            crew.work(cutover, "Completed");

            Visitor viewer = crew.person("viewer");
            assertThat(viewer.get("/").text()).contains("Stored in PostgreSQL", "Completed");
            assertThat(viewer.get(cutover + "/events").text()).contains("The log is whole");
            assertThat(viewer.get(cutover + "/report").text()).contains("the application is on PostgreSQL",
                    "Incidents");
        }
    }

    @Test
    void a_cutover_that_waits_for_a_node_which_is_called_otherwise_now_is_moved_by_page_or_request() {
        String label = replicas.alive().getFirst().node();
        try (LiveSite site = new LiveSite()) {
            Crew crew = new Crew(port, users, site);
            String cutover = crew.create("Left behind");
            assertThat(crew.person("operator").get(cutover).actions()).doesNotContain(cutover + "/node");
            nodeIsCalled("renamed");

            assertThat(crew.person("viewer").get(cutover).text()).contains("Waits for node " + label)
                    .doesNotContain("The files are on another node now");
            Visitor.Page waits = crew.person("operator").get(cutover);
            look(crew, cutover);
            Map<String, String> order = Map.of("node", "renamed", "text", "a new container", "confirm", "Left behind");
            assertThat(waits.send(cutover + "/node", Map.of("node", "renamed", "text", "a new container")).text())
                    .contains("The cutover was not moved: the name of the cutover was not typed");
            assertThat(waits.send(cutover + "/node", order).text()).contains("Done.").doesNotContain("Waits for node");

            nodeIsCalled(label);
            var caller = new Caller(port, token());
            String path = "/api/v1" + cutover;
            var now = caller.get(path).json();
            assertThat(now.path("waits").asString()).contains("Waits for node renamed");
            assertThat(now.path("otherNodes").valueStream().map(JsonNode::asString)).containsExactly(label);
            Map<String, Object> back = Map.of("expectedVersion", now.path("version").asLong(), "node", label, "text",
                    "it has its name again");
            assertThat(caller.post(path + "/node", back).json().path("otherNodes").size()).isZero();
            caller.post(path + "/node", back).problem(409, "stale-version");
            assertThat(crew.person("viewer").get(cutover + "/events").text()).contains("moved the cutover from node ‘"
                    + label + "’ to node ‘renamed’: a new container", "The log is whole");
        } finally {
            nodeIsCalled(label);
        }
    }

    private void nodeIsCalled(String label) {
        jdbc.sql("UPDATE replica SET node = ?").param(label).update();
    }

    private String token() {
        var operator = new CurrentUser("operator", "Operator", Set.of(Role.OPERATOR));
        return tokens.create(operator, "test", Duration.ofDays(1), EnumSet.allOf(Scope.class)).text().reveal();
    }

    private static void look(Crew crew, String cutover) {
        try (var desktop = Browser.desktop(); var phone = Browser.darkPhone()) {
            for (Browser each : List.of(desktop, phone)) {
                crew.open(each.page(), "operator", cutover);
                each.page().locator("#node-more summary").click();
                each.keep("node-" + each.page().viewportSize().width);
                assertThat(each.scrollsSideways()).isFalse();
                assertThat(each.complaints()).isEmpty();
            }
        }
    }
}
