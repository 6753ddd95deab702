package dev.ferryman.demo;

import dev.ferryman.cutover.CutoverDraft;
import dev.ferryman.cutover.CutoverService;
import dev.ferryman.cutover.TargetDraft;
import dev.ferryman.demo.leavedesk.LeaveDesk;
import dev.ferryman.runbook.Actor;
import dev.ferryman.schema.SchemaMode;
import java.util.Map;
import java.util.Set;

/** The cutover that waits for the first click: the leave desk's move to the demo's PostgreSQL. */
final class ReadyCutover {
    private final CutoverService cutovers;
    private final DemoSettings settings;
    private final DemoSite site;

    ReadyCutover(CutoverService cutovers, DemoSettings settings, DemoSite site) {
        this.cutovers = cutovers;
        this.settings = settings;
        this.site = site;
    }

    /** Creates it at the first start; afterwards people go on where they were. */
    void createOnce() {
        if (cutovers.list().isEmpty()) {
            DemoTeam.Member operator = DemoTeam.MEMBERS.getFirst();
            cutovers.create(new Actor(operator.username(), operator.name(), Set.of(operator.role().id())), draft());
        }
    }

    private CutoverDraft draft() {
        DemoPostgres postgres = site.postgres();
        LeaveDesk desk = site.desk();
        String server = postgres.host() + ":" + postgres.port() + "/" + DemoPostgres.NAME;
        String passwordReference = "file:" + postgres.passwordFile();
        return new CutoverDraft("Leave desk to PostgreSQL", "stop-and-copy",
                settings.leaveDeskDirectory().resolve("leave-desk.db").toString(),
                new TargetDraft("postgresql://" + DemoPostgres.NAME + "@" + server, passwordReference, null, "public"),
                SchemaMode.CREATE,
                Map.ofEntries(Map.entry("maintenance-url", desk.baseUrl() + "/admin/maintenance"),
                        Map.entry("hook-token", "file:" + settings.leaveDeskToken()),
                        Map.entry("switch-file", settings.leaveDeskDirectory().resolve("leave-desk.env").toString()),
                        Map.entry("switch-key", "DATABASE_URL"),
                        Map.entry("switch-value",
                                "postgresql://" + DemoPostgres.NAME + ":{secret:" + passwordReference + "}@" + server),
                        Map.entry("reload-url", desk.baseUrl() + "/admin/reload"),
                        Map.entry("health-url", desk.baseUrl() + "/health"), Map.entry("count-field", "employees"),
                        Map.entry("count-least", "100"), Map.entry("soak", settings.soak()),
                        Map.entry("probe-every", "2s"), Map.entry("breach-for", "10s")));
    }
}
