package dev.ferryman.access.internal;

import java.util.Arrays;

/** What is served to everybody: the look of the login page, and health. */
final class PublicPaths {
    static final String[] STATIC = {"/css/**", "/js/**", "/webjars/**", "/icons.svg", "/favicon.svg"};
    static final String[] HEALTH = {"/health", "/health/**", "/actuator/health", "/actuator/health/**"};

    private PublicPaths() {}

    static boolean isStatic(String path) {
        return Arrays.stream(STATIC).anyMatch(pattern -> pattern.endsWith("/**")
                ? path.startsWith(pattern.substring(0, pattern.length() - 2))
                : path.equals(pattern));
    }
}
