package dev.ferryman.endtoend;

import dev.ferryman.Ferryman;
import dev.ferryman.access.CurrentUser;
import dev.ferryman.access.Role;
import dev.ferryman.access.Scope;
import dev.ferryman.access.Tokens;
import dev.ferryman.access.Users;
import dev.ferryman.endpoint.Secret;
import java.time.Duration;
import java.util.EnumSet;
import org.springframework.boot.builder.SpringApplicationBuilder;

/** Makes the first users of a state store that a service is to be started on. */
final class Newcomer {
    /** The password of whom it makes. */
    static final String PASSWORD = "a long enough password";

    private Newcomer() {}

    /** The API token of user {@code jack}, who holds every role. */
    static String tokenOfOneWithAllRoles(String storeUrl) {
        try (var service = new SpringApplicationBuilder(Ferryman.class).run("--server.port=0",
                "--server.address=127.0.0.1", "--ferryman.store.url=" + storeUrl,
                // Whoever makes users needs a third of the service, and starts in half of the time.
                "--spring.main.lazy-initialization=true")) {
            var all = EnumSet.allOf(Role.class);
            service.getBean(Users.class).create("jack", "Jack", all, Secret.of(PASSWORD));
            return service.getBean(Tokens.class).create(new CurrentUser("jack", "Jack", all), "test",
                    Duration.ofDays(1), EnumSet.allOf(Scope.class)).text().reveal();
        }
    }
}
