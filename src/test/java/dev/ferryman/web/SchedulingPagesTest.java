package dev.ferryman.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.access.Users;
import dev.ferryman.testing.Browser;
import dev.ferryman.testing.LiveSite;
import dev.ferryman.testing.StateStores;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

/** Windows, deadlines, figures and criteria as people see them. */
@StateStores.OnSqlite
@TestPropertySource(properties = {"ferryman.templates.directory=src/test/resources/dev/ferryman/web/templates",
        "ferryman.calendar.freezes[0].from=2098-12-20", "ferryman.calendar.freezes[0].to=2099-01-05",
        "ferryman.calendar.freezes[0].reason=Christmas business"})
class SchedulingPagesTest {
    @LocalServerPort
    int port;
    @Autowired
    Users users;

    private final LiveSite site = new LiveSite();

    @AfterEach
    void end() {
        site.close();
    }

    @Test
    void people_see_what_is_due_measure_confirm_and_start_outside_the_window() {
        Crew crew = new Crew(port, users, site);
        Visitor operator = crew.person("operator");
        Map<String, String> draft = crew.draft("Leave desk tonight");
        draft.keySet().removeIf(field -> field.startsWith("parameters."));
        draft.put("template", "evening-move");
        draft.put("window.start", "2098-12-24T20:00");
        draft.put("window.end", "2098-12-24T22:00");
        Visitor.Page frozen = operator.get("/cutovers/new?template=evening-move").send("/cutovers/new", draft);
        assertThat(frozen.status()).isEqualTo(422);
        assertThat(frozen.text()).contains("there is a freeze from 20 Dec 2098 to 5 Jan 2099", "Christmas business");
        String start = Instant.now().plus(1, ChronoUnit.HOURS).truncatedTo(ChronoUnit.MINUTES).toString();
        draft.put("window.start", start);
        draft.put("window.end", Instant.parse(start).plus(2, ChronoUnit.HOURS).toString());
        String cutover = frozen.send("/cutovers/new", draft).send("/cutovers", Map.of()).path();

        Visitor.Page qa = crew.person("qa-lead").get(cutover);
        assertThat(qa.text()).contains("opens in ", "Overdue", "1 thing is overdue", "Wanted: at least 95 %.",
                "Whoever signs confirms:");
        Visitor.Page missed = send(crew, "qa-lead", cutover, "/steps/tested/complete", Map.of("figure", "93"));
        assertThat(missed.status()).isEqualTo(409);
        assertThat(missed.text()).contains("Tests passed: 93 %, and wanted is at least 95 %");
        assertThat(missed.html()).contains("value=\"93\"");
        try (var desktop = Browser.desktop(); var phone = Browser.darkPhone()) {
            for (Browser each : List.of(desktop, phone)) {
                crew.open(each.page(), "qa-lead", cutover);
                each.keep("scheduled-" + each.page().viewportSize().width);
                assertThat(each.scrollsSideways()).isFalse();
                assertThat(each.complaints()).isEmpty();
            }
        }
        send(crew, "qa-lead", cutover, "/steps/tested/complete", Map.of("figure", "96"));
        send(crew, "operator", cutover, "/steps/booked/complete", Map.of());
        Visitor.Page unconfirmed = send(crew, "tech-lead", cutover, "/gates/go/sign",
                Map.of("role", "tech-lead", "criteria", "The backup was restored, and read"));
        assertThat(unconfirmed.text()).contains("not every criterion is confirmed: Everybody is told.");
        try (var desktop = Browser.desktop()) {
            crew.open(desktop.page(), "tech-lead", cutover);
            desktop.keep("scheduled-gate");
            desktop.page().locator("input[name=criteria]").all().forEach(box -> box.check());
            desktop.page().locator("#sign-go").click();
            assertThat(desktop.complaints()).isEmpty();
        }
        Visitor.Page waits = operator.get(cutover);
        assertThat(waits.text()).contains("Not yet: it may start only inside the window, which opens on",
                "Start outside the window");
        assertThat(waits.actions()).doesNotContain(cutover + "/steps/carry/complete");
        Visitor.Page allowed = send(crew, "operator", cutover, "/steps/carry/override-window",
                Map.of("text", "the disk dies"));
        assertThat(allowed.actions()).contains(cutover + "/steps/carry/complete");
        assertThat(operator.get(cutover + "/calendar.ics").html()).contains("BEGIN:VEVENT", "BEGIN:VTODO");
        assertThat(operator.get("/cutovers/calendar.ics").html()).contains("Leave desk tonight");
        assertThat(operator.get(cutover + "/report").text()).contains("Tests passed: 96 %",
                "Confirmed: The backup was restored, and read; Everybody is told.", "start outside the window");
    }

    /** Again where a reminder was faster. */
    private static Visitor.Page send(Crew crew, String role, String cutover, String path, Map<String, String> fields) {
        while (true) {
            Visitor.Page answer = crew.person(role).get(cutover).send(cutover + path, fields);
            if (!answer.text().contains("Somebody was faster")) {
                return answer;
            }
        }
    }
}
