package dev.ferryman.access.internal;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;

/** What is served to everybody: the look of the login page, and health. */
final class PublicPaths {
    static final String[] STATIC = {"/css/**", "/js/**", "/webjars/**", "/icons.svg", "/favicon.svg"};
    static final String[] HEALTH = {"/health", "/health/**", "/actuator/health", "/actuator/health/**"};

    private PublicPaths() {}

    static boolean isHealth(HttpServletRequest request) {
        return matches(HEALTH, request.getRequestURI().substring(request.getContextPath().length()));
    }

    static boolean isStatic(String path) {
        return matches(STATIC, path);
    }

    private static boolean matches(String[] patterns, String path) {
        return Arrays.stream(patterns).anyMatch(pattern -> pattern.endsWith("/**")
                ? path.startsWith(pattern.substring(0, pattern.length() - 2))
                : path.equals(pattern));
    }
}
