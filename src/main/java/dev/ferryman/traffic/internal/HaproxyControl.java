package dev.ferryman.traffic.internal;

import static java.util.Objects.requireNonNull;

import dev.ferryman.traffic.Side;
import dev.ferryman.traffic.TrafficException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * HAProxy by its runtime API: reads by the weights of the servers of one backend, writes by which servers of another are
 * out of maintenance. Maintenance, unlike draining, keeps persistence from sending a write to the other side; requests that
 * are being answered finish in both. A runtime change is lost when HAProxy is restarted without a state file; reading back
 * shows what it does after that.
 */
public final class HaproxyControl implements RouterControl {
    private static final int HEAVIEST = 256;
    /** Every administrative state in which a server gets no new requests: maintenance 1, 2, 32 and drain 8, 16. */
    private static final int OUT_OF_SERVICE = 0x3B;
    /** Operational states in which a server gets requests: starting slowly, running. */
    private static final Set<String> UP = Set.of("1", "2");

    private final HaproxySettings settings;
    private final HaproxyRuntime runtime;

    /** @param settings checked, not connected to */
    public HaproxyControl(HaproxySettings settings) {
        this.settings = settings;
        this.runtime = new HaproxyRuntime(settings);
    }

    /** What HAProxy says of a server: out of maintenance and drain, its weight, held for up. */
    private record Server(String name, boolean open, int weight, boolean up) {
        boolean takes() {
            return open && weight > 0;
        }
    }

    @Override
    public String shown() {
        return runtime.shown();
    }

    @Override
    public Routing read() throws InterruptedException {
        List<String> troubles = new ArrayList<>();
        Integer reads = readsOnTarget(servers(settings.reads()), troubles);
        Side writes = writes(servers(settings.writes()), troubles);
        return new Routing(writes, reads, troubles);
    }

    private @Nullable Integer readsOnTarget(Map<String, Server> servers, List<String> troubles) {
        int blue = weight(servers, settings.blue());
        int green = weight(servers, settings.green());
        named(servers, server -> server.weight() > 0 && !server.open()).ifPresent(
                names -> troubles.add("the backend " + settings.reads() + " has taken " + names + " out of service"));
        down(settings.reads(), servers, troubles);
        if (blue + green == 0) {
            troubles.add("no server of the backend " + settings.reads() + " takes requests");
            return null;
        }
        return Math.round(100f * green / (blue + green));
    }

    private @Nullable Side writes(Map<String, Server> servers, List<String> troubles) {
        boolean blue = settings.blue().stream().anyMatch(name -> requireNonNull(servers.get(name)).takes());
        boolean green = settings.green().stream().anyMatch(name -> requireNonNull(servers.get(name)).takes());
        down(settings.writes(), servers, troubles);
        if (blue == green) {
            troubles.add(blue
                    ? "servers of both sides take requests in the backend " + settings.writes()
                    : "no server of the backend " + settings.writes() + " takes requests");
            return null;
        }
        return blue ? Side.SOURCE : Side.TARGET;
    }

    private static int weight(Map<String, Server> servers, List<String> names) {
        return names.stream().map(servers::get).filter(Server::takes).mapToInt(Server::weight).sum();
    }

    /** A server that should take requests and is held for down gets none: what was set is not what users see. */
    private static void down(String backend, Map<String, Server> servers, List<String> troubles) {
        named(servers, server -> server.takes() && !server.up())
                .ifPresent(names -> troubles.add("the backend " + backend + " holds " + names + " for down"));
    }

    private static Optional<String> named(Map<String, Server> servers, Predicate<Server> which) {
        return Optional.of(servers.values().stream().filter(which).map(Server::name).collect(Collectors.joining(", ")))
                .filter(names -> !names.isEmpty());
    }

    @Override
    public void route(Side writes, int readsOnTarget) throws InterruptedException {
        for (String command : commands(writes, readsOnTarget)) {
            runtime.order(command);
        }
    }

    /** In an order in which there is always a server that answers. */
    private List<String> commands(Side writes, int readsOnTarget) {
        List<String> commands = new ArrayList<>();
        each(settings.writes(), servers(writes), "state ready", commands);
        each(settings.writes(), servers(writes.other()), "state maint", commands);
        Map<Side, Integer> weights = weights(readsOnTarget);
        Side more = readsOnTarget >= 50 ? Side.TARGET : Side.SOURCE;
        for (Side side : List.of(more, more.other())) {
            each(settings.reads(), servers(side), "weight " + weights.get(side), commands);
        }
        return commands;
    }

    private static void each(String backend, List<String> servers, String change, List<String> commands) {
        servers.forEach(server -> commands.add("set server " + backend + "/" + server + " " + change));
    }

    /** The weight of a server of each side, by {@link Side}, so that all green ones together have this share. */
    private Map<Side, Integer> weights(int percent) {
        int blue = (100 - percent) * settings.green().size();
        int green = percent * settings.blue().size();
        double scale = Math.min(1, (double) HEAVIEST / Math.max(blue, green));
        return Map.of(Side.SOURCE, scaled(blue, scale), Side.TARGET, scaled(green, scale));
    }

    private static int scaled(int weight, double scale) {
        return weight == 0 ? 0 : Math.max(1, (int) Math.round(weight * scale));
    }

    @Override
    public List<String> plan(Side writes, int readsOnTarget) {
        return List.of("Tell " + shown() + " to send " + readsOnTarget + " % of the requests of the backend "
                + settings.reads() + " to " + String.join(", ", settings.green()) + " and the rest to "
                + String.join(", ", settings.blue()),
                "Take " + String.join(", ", servers(writes.other())) + " of the backend " + settings.writes()
                        + " into maintenance and leave its requests to " + String.join(", ", servers(writes)),
                "Requests that are being answered finish where they are");
    }

    @Override
    public Optional<String> obstacle(Side to) throws InterruptedException {
        Map<String, Server> reads = servers(settings.reads());
        servers(settings.writes());
        return servers(to).stream().map(reads::get).anyMatch(server -> server.open() && server.up())
                ? Optional.empty()
                : Optional
                        .of("In the backend " + settings.reads() + " of " + shown() + " no server for " + to.database()
                                + " is up and in service (" + String.join(", ", servers(to)) + ").");
    }

    private List<String> servers(Side side) {
        return side == Side.SOURCE ? settings.blue() : settings.green();
    }

    /** Our servers of a backend, as {@code show servers state} has them. */
    private Map<String, Server> servers(String backend) throws InterruptedException {
        String answer = runtime.ask("show servers state " + backend);
        List<String> lines = answer.lines().toList();
        if (lines.size() < 2 || !lines.get(1).startsWith("# ")) {
            throw new TrafficException(shown() + " does not tell the state of the backend " + backend + ": "
                    + answer.strip().lines().findFirst().orElse("an empty answer"));
        }
        List<String> columns = Arrays.asList(lines.get(1).substring(2).split(" "));
        Map<String, Server> servers = new LinkedHashMap<>();
        for (String line : lines.subList(2, lines.size())) {
            String[] fields = line.split(" ");
            if (fields.length >= 8) {
                Server server = new Server(field(fields, columns, "srv_name"),
                        (number(fields, columns, "srv_admin_state") & OUT_OF_SERVICE) == 0,
                        number(fields, columns, "srv_uweight"),
                        UP.contains(field(fields, columns, "srv_op_state")));
                if (settings.blue().contains(server.name()) || settings.green().contains(server.name())) {
                    servers.put(server.name(), server);
                }
            }
        }
        for (Side side : Side.values()) {
            servers(side).stream().filter(name -> !servers.containsKey(name)).findFirst().ifPresent(name -> {
                throw new TrafficException(
                        shown() + " has no server " + name + " in the backend " + backend + ". Nothing was changed.");
            });
        }
        return servers;
    }

    private static int number(String[] fields, List<String> columns, String column) {
        String field = field(fields, columns, column);
        try {
            return Integer.parseInt(field);
        } catch (NumberFormatException e) {
            throw new TrafficException("HAProxy's list of servers has ‘" + field + "’ as " + column + ".", e);
        }
    }

    private static String field(String[] fields, List<String> columns, String column) {
        int at = columns.indexOf(column);
        if (at < 0 || at >= fields.length) {
            throw new TrafficException("HAProxy's list of servers has no " + column + ".");
        }
        return fields[at];
    }
}
