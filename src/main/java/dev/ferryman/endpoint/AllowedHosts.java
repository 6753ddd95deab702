package dev.ferryman.endpoint;

import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The hosts that may be called for what a template or a cutover names, set in the server's configuration. Whoever plans a
 * cutover chooses addresses: without this list they could have Ferryman ask anything that its machine can reach.
 *
 * @param patterns each {@code host} or {@code host:port}; {@code *.example.org} is every name below example.org, {@code *}
 *        every name. Addresses of the machine itself need an entry of their own: {@code localhost}, {@code 127.0.0.1} or
 *        {@code [::1]}
 */
public record AllowedHosts(List<String> patterns) {
    private static final Pattern ENTRY = Pattern
            .compile("(\\[[0-9a-f:.]+]|\\*|(?:\\*\\.)?[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?)(?::(\\d{1,5}))?");
    private static final int HTTP = 80;
    private static final int HTTPS = 443;

    public AllowedHosts {
        patterns = patterns.stream().map(pattern -> pattern.strip().toLowerCase(Locale.ROOT)).toList();
        for (String pattern : patterns) {
            if (!ENTRY.matcher(pattern).matches()) {
                throw new IllegalArgumentException("ferryman.http.allowed-hosts holds ‘" + pattern
                        + "’. Write a host such as app.example.org, *.example.org or 127.0.0.1, with a port or without.");
            }
        }
    }

    /** The hosts of these patterns. */
    public static AllowedHosts of(String... patterns) {
        return new AllowedHosts(List.of(patterns));
    }

    /**
     * Refuses an address whose host is not on the list.
     *
     * @throws BadInputException if it is not; nothing has been looked up or connected to
     */
    public void require(URI url) {
        String host = plain(url.getHost());
        int port = url.getPort() >= 0 ? url.getPort() : "https".equalsIgnoreCase(url.getScheme()) ? HTTPS : HTTP;
        if (patterns.stream().noneMatch(pattern -> matches(pattern, host, port))) {
            throw new BadInputException(
                    "The host " + host + ", port " + port + ", is none that this server may call for a cutover.",
                    "Add ‘" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port
                            + "’ to ferryman.http.allowed-hosts in the server's configuration (in the environment"
                            + " FERRYMAN_HTTP_ALLOWED_HOSTS), or describe the call there under ferryman.hooks and name it.");
        }
    }

    /** Whether addresses of this machine itself may be connected to, whatever name leads there. */
    boolean allowsLoopback() {
        return patterns.stream().map(AllowedHosts::hostOf).anyMatch(AllowedHosts::isLoopback);
    }

    private static boolean matches(String pattern, String host, int port) {
        var entry = ENTRY.matcher(pattern);
        if (!entry.matches() || entry.group(2) != null && Integer.parseInt(entry.group(2)) != port) {
            return false;
        }
        String wanted = plain(entry.group(1));
        return wanted.equals("*")
                ? !isLoopback(host)
                : wanted.startsWith("*.") ? host.endsWith(wanted.substring(1)) : host.equals(wanted);
    }

    private static String hostOf(String pattern) {
        var entry = ENTRY.matcher(pattern);
        return entry.matches() ? plain(entry.group(1)) : "";
    }

    private static boolean isLoopback(String host) {
        if (host.equals("localhost") || host.endsWith(".localhost")) {
            return true;
        }
        try {
            return InetAddress.ofLiteral(host).isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Without the brackets of IPv6 and the dot that ends a full name. */
    private static String plain(@Nullable String host) {
        String name = host == null ? "" : host.toLowerCase(Locale.ROOT);
        if (name.startsWith("[") && name.endsWith("]")) {
            return name.substring(1, name.length() - 1);
        }
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }
}
