package dev.ferryman.demo;

import dev.ferryman.cutover.CutoverDraft;
import dev.ferryman.cutover.CutoverService;
import dev.ferryman.cutover.TargetDraft;
import dev.ferryman.demo.leavedesk.LeaveDesk;
import dev.ferryman.runbook.Actor;
import dev.ferryman.schema.SchemaMode;
import java.util.HashMap;
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
        Map<String, String> parameters = new HashMap<>();
        parameters.put("hook-token", "file:" + settings.leaveDeskToken());
        parameters.put("switch-file", settings.leaveDeskDirectory().resolve("leave-desk.env").toString());
        parameters.put("switch-key", "DATABASE_URL");
        parameters.put("switch-value",
                "postgresql://" + DemoPostgres.NAME + ":{secret:" + passwordReference + "}@" + server);
        parameters.put("reload-url", desk.baseUrl() + "/admin/reload");
        parameters.put("health-url", desk.baseUrl() + "/health");
        parameters.put("count-field", "employees");
        parameters.put("count-least", "100");
        parameters.put("soak", settings.soak());
        parameters.put("probe-every", "2s");
        parameters.put("breach-for", "10s");
        if (!settings.template().equals("live")) {
            parameters.put("maintenance-url", desk.baseUrl() + "/admin/maintenance");
        }
        return new CutoverDraft("Leave desk to PostgreSQL", settings.template(),
                settings.leaveDeskDirectory().resolve("leave-desk.db").toString(),
                new TargetDraft("postgresql://" + DemoPostgres.NAME + "@" + server, passwordReference, null, "public"),
                SchemaMode.CREATE, parameters);
    }
}
