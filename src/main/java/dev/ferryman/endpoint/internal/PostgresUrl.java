package dev.ferryman.endpoint.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.Secret;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL address taken apart.
 *
 * @param hosts at least one, in the order in which they are tried
 * @param database name of the database
 * @param user name of the role, null for the operating system's user
 * @param password password found in the address, null where there was none
 * @param parameters what is passed on to the driver, under the driver's names
 */
public record PostgresUrl(List<Host> hosts, String database, @Nullable String user, @Nullable Secret password,
        Map<String, String> parameters) {
    /** One server. */
    public record Host(String name, int port) {
        @Override
        public String toString() {
            return (name.indexOf(':') >= 0 ? "[" + name + "]" : name) + ":" + port;
        }
    }

    /** libpq's names of what the driver calls otherwise. */
    private static final Map<String, String> DRIVER_NAMES = Map.of("connect_timeout", "connectTimeout",
            "application_name", "ApplicationName", "gssencmode", "gssEncMode", "channel_binding", "channelBinding",
            "sslnegotiation", "sslNegotiation", "target_session_attrs", "targetServerType", "keepalives",
            "tcpKeepAlive");
    /** libpq's names that the driver shares, and libpq's that say nothing the driver would have to know. */
    private static final List<String> SHARED_NAMES = List.of("sslmode", "sslrootcert", "sslcert", "sslkey",
            "sslpassword",
            "options");
    /** Environment variables of libpq for what it shares with the driver, under the driver's names. */
    private static final Map<String, String> VARIABLES = Map.ofEntries(Map.entry("sslmode", "PGSSLMODE"),
            Map.entry("sslrootcert", "PGSSLROOTCERT"), Map.entry("sslcert", "PGSSLCERT"),
            Map.entry("sslkey", "PGSSLKEY"), Map.entry("options", "PGOPTIONS"),
            Map.entry("connectTimeout", "PGCONNECT_TIMEOUT"), Map.entry("ApplicationName", "PGAPPNAME"),
            Map.entry("gssEncMode", "PGGSSENCMODE"), Map.entry("channelBinding", "PGCHANNELBINDING"),
            Map.entry("sslNegotiation", "PGSSLNEGOTIATION"));
    private static final String NEXT = "Write postgresql://user@host:5432/database?sslmode=require, or a JDBC URL.";

    /** Reads either form; see {@link dev.ferryman.endpoint.PostgresTarget#parse}. */
    public static PostgresUrl parse(String text) {
        var given = text.strip();
        var jdbc = given.startsWith("jdbc:");
        var rest = jdbc ? given.substring(5) : given;
        if (rest.startsWith("postgresql:") || (rest.startsWith("postgres:") && !jdbc)) {
            rest = rest.substring(rest.indexOf(':') + 1);
        } else {
            throw bad("The target is neither a postgresql:// URI nor a jdbc:postgresql: URL.");
        }
        var question = rest.indexOf('?');
        var parameters = parameters(question < 0 ? "" : rest.substring(question + 1), jdbc);
        var address = question < 0 ? rest : rest.substring(0, question);
        if (!address.startsWith("//")) {
            if (!jdbc) {
                throw bad("The target URI has no // after postgresql:.");
            }
            // jdbc:postgresql:database and jdbc:postgresql:/ are the driver's short forms for the local server.
            address = "//localhost/" + (address.startsWith("/") ? address.substring(1) : address);
        }
        return assemble(address.substring(2), parameters);
    }

    private static PostgresUrl assemble(String address, Map<String, String> parameters) {
        var slash = address.indexOf('/');
        var authority = slash < 0 ? address : address.substring(0, slash);
        var path = slash < 0 ? "" : decode(address.substring(slash + 1));
        // The last one: a password may hold a bare @.
        var at = authority.lastIndexOf('@');
        var credentials = at < 0 ? "" : authority.substring(0, at);
        var colon = credentials.indexOf(':');
        var user = decode(colon < 0 ? credentials : credentials.substring(0, colon));
        var password = colon < 0 ? "" : decode(credentials.substring(colon + 1));
        var hostList = authority.substring(at + 1);
        var host = parameters.remove("host");
        var port = parameters.remove("port");
        if (host != null) {
            hostList = host;
        }
        var hosts = hosts(hostList, port);
        var database = firstOf(parameters.remove("dbname"), path);
        user = firstOf(parameters.remove("user"), user);
        password = firstOf(parameters.remove("password"), password);
        if (database.isEmpty()) {
            database = user;
        }
        if (database.isEmpty()) {
            throw bad("The target names no database.");
        }
        return new PostgresUrl(hosts, database, user.isEmpty() ? null : user,
                password.isEmpty() ? null : Secret.of(password), Map.copyOf(parameters));
    }

    private static String firstOf(@Nullable String preferred, String other) {
        return preferred == null ? other : preferred;
    }

    private static List<Host> hosts(String list, @Nullable String port) {
        var hosts = new ArrayList<Host>();
        for (var part : list.split(",", -1)) {
            var item = decode(part.strip());
            if (item.startsWith("/")) {
                throw bad("The target names a Unix socket, which the driver cannot reach.");
            }
            var bracket = item.indexOf(']');
            var colon = item.indexOf(':', Math.max(bracket, 0));
            var name = colon < 0 ? item : item.substring(0, colon);
            if (name.startsWith("[") && bracket > 0) {
                name = name.substring(1, bracket);
            }
            var number = colon < 0 ? firstOf(port, "5432") : item.substring(colon + 1);
            hosts.add(new Host(name.isEmpty() ? "localhost" : name, port(number)));
        }
        return List.copyOf(hosts);
    }

    private static int port(String text) {
        try {
            var port = text.isEmpty() ? 5432 : Integer.parseInt(text);
            if (port > 0 && port < 65_536) {
                return port;
            }
        } catch (NumberFormatException _) {
            // Answered below: a port out of range and a text are the same mistake.
        }
        throw bad("The port of the target is not a number from 1 to 65535.");
    }

    private static Map<String, String> parameters(String query, boolean jdbc) {
        var parameters = new TreeMap<String, String>();
        for (var pair : query.split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            var equals = pair.indexOf('=');
            var name = decode(equals < 0 ? pair : pair.substring(0, equals));
            var value = equals < 0 ? "" : decode(pair.substring(equals + 1));
            parameters.put(jdbc ? name : driverName(name), jdbc ? value : driverValue(name, value));
        }
        return parameters;
    }

    private static String driverName(String name) {
        if (SHARED_NAMES.contains(name) || List.of("host", "port", "dbname", "user", "password").contains(name)) {
            return name;
        }
        var known = DRIVER_NAMES.get(name);
        if (known == null) {
            throw bad("The target URI has the parameter " + name + ", which is not passed on to the driver.");
        }
        return known;
    }

    private static String driverValue(String name, String value) {
        return switch (name) {
            case "target_session_attrs" -> switch (value) {
                case "read-write", "primary" -> "primary";
                case "prefer-standby" -> "preferSecondary";
                case "read-only", "standby" -> "secondary";
                default -> "any";
            };
            case "keepalives" -> value.equals("0") ? "false" : "true";
            default -> value;
        };
    }

    /** Address for the driver, without user, password and parameters. */
    public String jdbcUrl() {
        return "jdbc:postgresql://" + hosts.stream().map(Host::toString).collect(Collectors.joining(",")) + "/"
                + URLEncoder.encode(database, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** The address as environment variables of libpq, without the password. */
    public Map<String, String> environment() {
        var variables = new TreeMap<String, String>();
        variables.put("PGHOST", hosts.stream().map(Host::name).collect(Collectors.joining(",")));
        variables.put("PGPORT", hosts.stream().map(host -> Integer.toString(host.port()))
                .collect(Collectors.joining(",")));
        variables.put("PGDATABASE", database);
        if (user != null) {
            variables.put("PGUSER", user);
        }
        parameters.forEach((name, value) -> {
            var variable = VARIABLES.get(name);
            if (variable != null) {
                variables.put(variable, value);
            }
        });
        // The driver's short form for a verified connection.
        if (parameters.containsKey("ssl") && !parameters.get("ssl").equals("false")) {
            variables.putIfAbsent("PGSSLMODE", "verify-full");
        }
        var attributes = sessionAttributes(parameters.getOrDefault("targetServerType", "any"));
        if (attributes != null) {
            variables.put("PGTARGETSESSIONATTRS", attributes);
        }
        return variables;
    }

    private static @Nullable String sessionAttributes(String serverType) {
        return switch (serverType) {
            // Not "primary": client programs older than 14 do not know it.
            case "primary", "master" -> "read-write";
            case "secondary", "slave" -> "standby";
            case "preferSecondary", "preferSlave" -> "prefer-standby";
            default -> null;
        };
    }

    /** The same address with another database. */
    public PostgresUrl withDatabase(String name) {
        return new PostgresUrl(hosts, name, user, password, parameters);
    }

    /** Address for people. */
    public String display() {
        return "postgresql://" + (user == null ? "" : user + "@")
                + hosts.stream().map(Host::toString).collect(Collectors.joining(",")) + "/" + database;
    }

    /** One text for every way of writing this address. */
    public String identity() {
        return hosts.stream().map(host -> canonical(host.name()) + ":" + host.port()).sorted()
                .collect(Collectors.joining(",")) + "/" + database;
    }

    private static String canonical(String host) {
        var lower = host.toLowerCase(Locale.ROOT);
        return lower.equals("::1") || lower.startsWith("127.") ? "localhost" : lower;
    }

    private static String decode(String text) {
        try {
            // A plus is a plus here, unlike in HTML forms.
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new BadInputException("The target has a % that is not followed by two hex digits.",
                    "Write % as %25, and other special characters of the password likewise.");
        }
    }

    private static BadInputException bad(String what) {
        return new BadInputException(what, NEXT);
    }

    /** No password, whoever prints this. */
    @Override
    public String toString() {
        return display();
    }
}
