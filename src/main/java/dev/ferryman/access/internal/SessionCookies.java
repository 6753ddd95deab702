package dev.ferryman.access.internal;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.springframework.session.web.http.CookieSerializer;
import org.springframework.session.web.http.DefaultCookieSerializer;

/**
 * The session's cookie: not readable by scripts, not sent along by other sites' forms. Over TLS it is {@code Secure} and
 * its name begins with {@code __Host-}, so that no other host of the domain can plant one.
 */
final class SessionCookies implements CookieSerializer {
    private final DefaultCookieSerializer plain;
    private final DefaultCookieSerializer overTls;

    SessionCookies(String name) {
        plain = cookie(name);
        overTls = cookie(HOST + name);
        overTls.setCookiePath("/");
        overTls.setUseSecureCookie(true);
    }

    /** What the name of a cookie begins with that only this very host, over TLS, can have set. */
    static final String HOST = "__Host-";

    private static DefaultCookieSerializer cookie(String name) {
        var cookie = new DefaultCookieSerializer();
        cookie.setCookieName(name);
        cookie.setUseHttpOnlyCookie(true);
        // Lax and not Strict: a link in a message leads into the session, and so does the way back from a provider.
        cookie.setSameSite("Lax");
        return cookie;
    }

    private DefaultCookieSerializer of(HttpServletRequest request) {
        return request.isSecure() ? overTls : plain;
    }

    @Override
    public void writeCookieValue(CookieValue value) {
        of(value.getRequest()).writeCookieValue(value);
    }

    @Override
    public List<String> readCookieValues(HttpServletRequest request) {
        return of(request).readCookieValues(request);
    }
}
