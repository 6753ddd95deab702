package dev.ferryman.access.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.access.CurrentUser;
import dev.ferryman.access.Scope;
import dev.ferryman.access.TokenUse;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.context.SecurityContextHolder;

class RateLimitTest {
    /** So slow that none comes back while the test runs. */
    private final RateLimit limit = new RateLimit(new AccessProperties.Rate(1, 5, 1, 3));

    @AfterEach
    void nobody() {
        SecurityContextHolder.clearContext();
    }

    private static void signIn(String username, @Nullable Long token) {
        var user = new CurrentUser(username, username, Set.of());
        var authentication = UsernamePasswordAuthenticationToken.authenticated(user, null, Set.of());
        if (token != null) {
            authentication.setDetails(new TokenUse(token, user, Set.of(Scope.READ)));
        }
        SecurityContextHolder.getContext().setAuthentication(authentication);
    }

    private MockHttpServletResponse ask(String path, String address) throws ServletException, IOException {
        var request = new MockHttpServletRequest("GET", path);
        request.setRemoteAddr(address);
        var response = new MockHttpServletResponse();
        limit.doFilter(request, response, new MockFilterChain());
        return response;
    }

    private int passed(int times, String path, String address) throws ServletException, IOException {
        int passed = 0;
        for (int i = 0; i < times; i++) {
            passed += ask(path, address).getStatus() == 200 ? 1 : 0;
        }
        return passed;
    }

    @Test
    void strangers_are_counted_by_address_and_told_when_to_come_back() throws Exception {
        assertThat(passed(20, "/login", "10.0.0.1")).isBetween(3, 4);
        var refused = ask("/login", "10.0.0.1");
        assertThat(refused.getStatus()).isEqualTo(429);
        assertThat(refused.getHeader("Retry-After")).isEqualTo("1");
        assertThat(passed(1, "/login", "10.0.0.2")).isEqualTo(1);
    }

    @Test
    void an_ipv6_network_counts_as_one_address() throws Exception {
        assertThat(passed(4, "/login", "2001:db8:1:2::1")).isBetween(3, 4);
        assertThat(passed(20, "/login", "2001:db8:1:2:ffff::9")).isBetween(0, 1);
        assertThat(passed(1, "/login", "2001:db8:1:3::1")).isEqualTo(1);
    }

    @Test
    void people_and_each_of_their_tokens_are_counted_for_themselves_wherever_they_are() throws Exception {
        signIn("dana", null);
        assertThat(passed(20, "/", "10.0.0.1")).isBetween(5, 6);
        assertThat(passed(20, "/", "10.0.0.2")).isBetween(0, 1);
        signIn("dana", 1L);
        assertThat(passed(20, "/api/v1/cutovers", "10.0.0.2")).isBetween(5, 6);
        signIn("dana", 2L);
        assertThat(passed(1, "/api/v1/cutovers", "10.0.0.2")).isEqualTo(1);
    }

    @Test
    void static_files_and_health_are_not_counted() throws Exception {
        assertThat(passed(20, "/css/ferryman.css", "10.0.0.1")).isEqualTo(20);
        assertThat(passed(20, "/actuator/health/liveness", "10.0.0.1")).isEqualTo(20);
    }
}
