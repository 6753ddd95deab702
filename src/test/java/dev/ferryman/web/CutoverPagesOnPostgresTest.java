package dev.ferryman.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.access.Users;
import dev.ferryman.testing.LiveSite;
import dev.ferryman.testing.StateStores;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

/** The pages from the form to completed where the state store is PostgreSQL. */
@StateStores.OnPostgres
class CutoverPagesOnPostgresTest {
    @LocalServerPort
    int port;
    @Autowired
    Users users;

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
}
