package dev.ferryman.traffic.internal;

import dev.ferryman.hook.HttpHooks;
import dev.ferryman.hook.NamedCommands;
import dev.ferryman.traffic.TrafficRouter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;

/** Makes the routers that the server's configuration names. None is connected to before it is used. */
final class Routers {
    private final Binder binder;
    private final NamedCommands commands;
    private final HttpHooks hooks;

    Routers(Binder binder, NamedCommands commands, HttpHooks hooks) {
        this.binder = binder;
        this.commands = commands;
        this.hooks = hooks;
    }

    List<TrafficRouter> all(Map<String, TrafficProperties.Kind> kinds) {
        return new TreeMap<>(kinds).entrySet().stream().map(entry -> router(entry.getKey(), entry.getValue().kind()))
                .toList();
    }

    private TrafficRouter router(String name, @Nullable String kind) {
        if (!name.matches("[a-z][a-z0-9-]*")) {
            throw wrong(name, "its name must be lower-case letters, digits and dashes", null);
        }
        RouterControl control = switch (kind) {
            case "haproxy" -> new HaproxyControl(settings(name, HaproxySettings.class));
            case "nginx" -> new NginxControl(settings(name, NginxSettings.class), commands, hooks);
            case "gateway" -> new GatewayControl(settings(name, GatewaySettings.class));
            case "alb" -> new AlbControl(settings(name, AlbSettings.class));
            case null, default -> throw wrong(name, "its kind must be haproxy, nginx, gateway or alb", null);
        };
        return new Router(name, control);
    }

    private <T> T settings(String name, Class<T> type) {
        try {
            return binder.bindOrCreate(prefix(name), type);
        } catch (BindException | IllegalArgumentException e) {
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            throw wrong(name, String.valueOf(cause.getMessage()), e);
        }
    }

    private static String prefix(String name) {
        return "ferryman.traffic.routers." + name;
    }

    private static IllegalStateException wrong(String name, String what, @Nullable Throwable cause) {
        return new IllegalStateException(prefix(name) + ": " + what, cause);
    }
}
