package dev.ferryman.demo;

import java.io.IOException;
import java.util.Map;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/** Makes users and cutover once everything runs, and tells the terminal where to begin. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class DemoStart implements ApplicationRunner {
    private static final String LINE = "─".repeat(100);

    private final DemoTeam team;
    private final ReadyCutover cutover;
    private final DemoSite site;
    private final DemoSettings settings;
    private final Environment environment;

    DemoStart(DemoTeam team, ReadyCutover cutover, DemoSite site, DemoSettings settings, Environment environment) {
        this.team = team;
        this.cutover = cutover;
        this.site = site;
        this.settings = settings;
        this.environment = environment;
    }

    @Override
    @SuppressWarnings("SystemOut") // To the terminal and nowhere else: a logger may write files (DESIGN.md § 2, I8).
    public void run(ApplicationArguments args) throws IOException {
        Map<String, String> passwords = team.assemble();
        cutover.createOnce();
        System.out.println(welcome(passwords));
    }

    private String welcome(Map<String, String> passwords) {
        var text = new StringBuilder("\n").append(LINE)
                .append("""

                          This is a demo: everything runs on this machine and nothing in it is real.

                          Ferryman     http://localhost:%s/
                          Leave desk   http://localhost:%d/    the live application that is to be moved

                        """.formatted(environment.getProperty("local.server.port"), site.desk().port()));
        text.append("  %-15s %-16s %s%n".formatted("Log in as", "with password", "who"));
        for (DemoTeam.Member member : DemoTeam.MEMBERS) {
            text.append("  %-15s %-16s %s, %s: %s%n".formatted(member.username(),
                    passwords.getOrDefault(member.username(), "?"), member.name(), member.role().label(),
                    member.task()));
        }
        return text.append("""

                             Passwords stay in %s.
                             Ctrl-C stops the demo, the next start goes on. To begin again, stop it and delete %s.
                           """.formatted(settings.passwords(), settings.directory())).append(LINE).append('\n')
                .toString();
    }
}
