package dev.ferryman.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.access.Users;
import dev.ferryman.testing.Browser;
import dev.ferryman.testing.LiveSite;
import dev.ferryman.testing.StateStores;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

/** Backups as people see them. */
@StateStores.OnSqlite
@TestPropertySource(properties = "ferryman.templates.directory=src/test/resources/dev/ferryman/web/templates")
class BackupPagesTest {
    @LocalServerPort
    private int port;
    @Autowired
    private Users users;

    private final LiveSite site = new LiveSite();

    @AfterEach
    void end() {
        site.close();
    }

    @Test
    void the_cutovers_page_lists_every_backup_with_where_it_is_its_checksum_and_its_proof() {
        Crew crew = new Crew(port, users, site);
        Map<String, String> draft = crew.draft("Leave desk, backed up");
        draft.keySet().removeIf(field -> field.startsWith("parameters."));
        draft.put("template", "backed-up-move");
        String cutover = crew.person("operator").get("/cutovers/new?template=backed-up-move")
                .send("/cutovers/new", draft).send("/cutovers", Map.of()).path();
        crew.work(cutover, "Migrate");
        Visitor.Page page = crew.person("viewer").get(cutover);
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.text()).contains("Backups", "Back up the file", "SHA-256", "SQLite 3.", "14 d after the end",
                "came back, as many as when it was taken");
        assertThat(crew.person("viewer").get(cutover + "/report").text()).contains("Backups", "came back");
        try (var desktop = Browser.desktop(); var dark = Browser.darkDesktop(); var phone = Browser.darkPhone()) {
            for (Browser each : List.of(desktop, dark, phone)) {
                crew.open(each.page(), "viewer", cutover);
                each.page().locator("#backups details").first().click();
                each.keep("backups-" + each.page().viewportSize().width + (each == desktop ? "" : "-dark"));
                assertThat(each.scrollsSideways()).isFalse();
                assertThat(each.complaints()).isEmpty();
            }
        }
    }
}
