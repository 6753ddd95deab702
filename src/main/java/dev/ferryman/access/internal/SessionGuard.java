package dev.ferryman.access.internal;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Looks at the state store on every request of a session: who was disabled or whose password was changed is out, whose
 * roles were changed has the new ones, and who has a temporary password can do nothing but change it. A login that was too
 * long ago is over.
 */
final class SessionGuard extends OncePerRequestFilter {
    static final String PASSWORD_PAGE = "/account/password";

    private final UserRows users;
    private final Logins logins;

    SessionGuard(UserRows users, Logins logins) {
        this.users = users;
        this.logins = logins;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return PublicPaths.isStatic(path(request));
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        var authentication = SecurityContextHolder.getContext().getAuthentication();
        if (authentication != null && authentication.getPrincipal() instanceof SignedIn begun) {
            var now = logins.over(request.getSession(false))
                    ? Optional.<UserRow>empty()
                    : users.findById(begun.id()).filter(begun::stillValid);
            if (now.isEmpty()) {
                end(request);
            } else {
                var fresh = new SignedIn(now.get());
                fresh.eraseCredentials();
                var context = SecurityContextHolder.createEmptyContext();
                context.setAuthentication(
                        UsernamePasswordAuthenticationToken.authenticated(fresh, null, fresh.getAuthorities()));
                SecurityContextHolder.setContext(context);
                if (fresh.passwordTemporary() && !isAllowedBeforeChange(request)) {
                    response.sendRedirect(request.getContextPath() + PASSWORD_PAGE);
                    return;
                }
            }
        }
        chain.doFilter(request, response);
    }

    private static void end(HttpServletRequest request) {
        SecurityContextHolder.clearContext();
        var session = request.getSession(false);
        if (session != null) {
            session.invalidate();
        }
    }

    private static boolean isAllowedBeforeChange(HttpServletRequest request) {
        return path(request).equals(PASSWORD_PAGE) || path(request).equals("/logout");
    }

    private static String path(HttpServletRequest request) {
        return request.getRequestURI().substring(request.getContextPath().length());
    }
}
