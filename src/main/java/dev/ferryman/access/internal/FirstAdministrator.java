package dev.ferryman.access.internal;

import dev.ferryman.access.Role;
import dev.ferryman.access.Users;
import dev.ferryman.endpoint.SecretReference;
import java.util.Set;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** Lets the first person in: where there are no users at all, makes an administrator. Runs after all others. */
@Component
@Order(Ordered.LOWEST_PRECEDENCE)
class FirstAdministrator implements ApplicationRunner {
    static final String USERNAME = "admin";

    private final Users users;
    private final UserRows rows;
    private final AccessProperties properties;

    FirstAdministrator(Users users, UserRows rows, AccessProperties properties) {
        this.users = users;
        this.rows = rows;
        this.properties = properties;
    }

    @Override
    @SuppressWarnings("SystemOut") // To the terminal and nowhere else: a logger may write files (DESIGN.md § 2, I8).
    public void run(ApplicationArguments args) {
        if (rows.count() > 0) {
            return;
        }
        if (properties.initialPassword() != null) {
            users.create(USERNAME, "Administrator", Set.of(Role.ADMINISTRATOR),
                    SecretReference.parse(properties.initialPassword()).resolve());
            return;
        }
        var password = users.createWithTemporaryPassword(USERNAME, "Administrator", Set.of(Role.ADMINISTRATOR));
        System.out.println("""

                           First start: log in as %s with password %s
                           It is shown this once and has to be changed at the first login.
                           """.formatted(USERNAME, password.reveal()));
    }
}
