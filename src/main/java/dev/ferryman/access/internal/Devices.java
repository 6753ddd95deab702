package dev.ferryman.access.internal;

import dev.ferryman.store.Instants;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Browsers that a user has logged in with before. They hold a cookie that proves it and opens nothing: it only keeps
 * others' wrong passwords from being counted against this browser (OWASP, "Slow Down Online Guessing Attacks with Device
 * Cookies").
 */
@Component
public class Devices {
    private static final String NAME = "ferryman-device";
    private static final Duration LIFE = Duration.ofDays(180);

    /** Browsers kept of one user: programs that log in without keeping cookies must not fill the store. */
    private static final int MOST = 20;

    private final JdbcClient jdbc;
    private final Clock clock;

    Devices(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** Hash of the proof that this user has logged in with this browser, empty where there is none. */
    String known(HttpServletRequest request, String username) {
        return cookie(request).map(Sha256::of)
                .filter(hash -> jdbc.sql("""
                                         SELECT COUNT(*) FROM access_device d JOIN access_user u ON u.id = d.user_id
                                         WHERE d.hash = ? AND u.username = ? AND d.used_at > ?""").param(hash)
                        .param(username.strip().toLowerCase(Locale.ROOT)).param(oldest()).query(Integer.class)
                        .single() > 0)
                .orElse("");
    }

    /** A login with this browser has succeeded: it is known from now on, and older ones of anybody are forgotten. */
    void remember(HttpServletRequest request, HttpServletResponse response, SignedIn user) {
        jdbc.sql("DELETE FROM access_device WHERE used_at < ?").param(oldest()).update();
        var known = known(request, user.getUsername());
        if (!known.isEmpty()) {
            jdbc.sql("UPDATE access_device SET used_at = ? WHERE hash = ?").param(Instants.text(clock.instant()))
                    .param(known).update();
            return;
        }
        var proof = RandomText.token();
        jdbc.sql("INSERT INTO access_device (hash, user_id, used_at) VALUES (?, ?, ?)").param(Sha256.of(proof))
                .param(user.id()).param(Instants.text(clock.instant())).update();
        jdbc.sql("""
                 DELETE FROM access_device WHERE user_id = :user AND hash NOT IN
                   (SELECT hash FROM access_device WHERE user_id = :user ORDER BY used_at DESC LIMIT :most)""")
                .param("user", user.id()).param("most", MOST).update();
        var cookie = new Cookie(name(request), proof);
        cookie.setHttpOnly(true);
        cookie.setSecure(request.isSecure());
        cookie.setPath("/");
        cookie.setMaxAge((int) LIFE.toSeconds());
        cookie.setAttribute("SameSite", "Strict");
        response.addCookie(cookie);
    }

    /** Forgets a user's browsers: they count as new again. */
    public void forget(long userId) {
        jdbc.sql("DELETE FROM access_device WHERE user_id = ?").param(userId).update();
    }

    private String oldest() {
        return Instants.text(clock.instant().minus(LIFE));
    }

    private static Optional<String> cookie(HttpServletRequest request) {
        var cookies = request.getCookies();
        return cookies == null
                ? Optional.empty()
                : Arrays.stream(cookies).filter(cookie -> cookie.getName().equals(name(request))).map(Cookie::getValue)
                        .findFirst();
    }

    private static String name(HttpServletRequest request) {
        return request.isSecure() ? SessionCookies.HOST + NAME : NAME;
    }
}
