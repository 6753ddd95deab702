package dev.ferryman.notify.internal;

import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.MessageDefinition;
import dev.ferryman.runbook.Window;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes messages: puts the values of a cutover into a template's texts. */
final class Writing {
    private static final DateTimeFormatter UTC = DateTimeFormatter.ofPattern("d MMM uuuu HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter LOCAL = DateTimeFormatter.ofPattern("d MMM uuuu HH:mm zzz", Locale.ENGLISH);
    private static final String NO_WINDOW = "a time that is not agreed yet";
    private static final String PARAMETER = "parameters.";
    private static final String REHEARSAL = "[rehearsal] ";

    private final String address;

    /** @param address of this service as people reach it, without a slash at the end; empty where it is not configured */
    Writing(String address) {
        this.address = address;
    }

    /** A subject and a text without anything that could mean more than its letters. */
    record Written(String subject, String text) {}

    /** @param occasion what happened; null where the message has its time */
    Written of(Cutover cutover, MessageDefinition message, @Nullable Occasion occasion, Instant at) {
        String subject = MessageDefinition.fill(message.subject(), name -> value(cutover, name, occasion, at));
        String text = MessageDefinition.fill(message.text(), name -> value(cutover, name, occasion, at));
        return new Written(PlainText.line((cutover.rehearsal() ? REHEARSAL : "") + subject), PlainText.block(text));
    }

    /** Channels a message goes to: names, or what the parameter says; an empty parameter names none. */
    static List<String> channels(Cutover cutover, MessageDefinition message) {
        return message.to().stream()
                .map(to -> PlainText.channel(MessageDefinition.fill(to,
                        name -> String
                                .valueOf(cutover.parameters().getOrDefault(name.substring(PARAMETER.length()), "")))))
                .filter(name -> !name.isEmpty()).distinct().toList();
    }

    /** The address of a cutover's page; only its path where the service's own is not configured. */
    String url(String cutoverId) {
        return address + "/cutovers/" + cutoverId;
    }

    /** In the zone of the people who agreed on the window, and in UTC. */
    private static String time(Instant at, Optional<Window> window) {
        String utc = UTC.format(at);
        return window.map(agreed -> agreed.zone().normalized())
                .filter(zone -> !zone.equals(ZoneOffset.UTC))
                .map(zone -> LOCAL.format(at.atZone(zone)) + " (" + utc + ")").orElse(utc);
    }

    private String value(Cutover cutover, String name, @Nullable Occasion occasion, Instant at) {
        return PlainText.value(switch (name) {
            case "cutover.id" -> cutover.id();
            case "cutover.name" -> cutover.name();
            case "cutover.url" -> url(cutover.id());
            case "cutover.status" -> cutover.status().words();
            case "headline" -> cutover.headline();
            case "phase" -> cutover.template().phase(cutover.phase()).title();
            case "step" -> occasion == null ? "" : occasion.step();
            case "gate" -> occasion == null ? "" : occasion.gate();
            case "reason" -> occasion == null ? "" : occasion.reason();
            case "actor" -> occasion == null ? "" : occasion.event().actorName();
            case "at" -> time(at, cutover.window());
            case "window.start" ->
                cutover.window().map(window -> time(window.start(), cutover.window())).orElse(NO_WINDOW);
            case "window.end" -> cutover.window().map(window -> time(window.end(), cutover.window())).orElse(NO_WINDOW);
            default -> name.startsWith(PARAMETER)
                    ? String.valueOf(cutover.parameters().getOrDefault(name.substring(PARAMETER.length()), ""))
                    : "";
        });
    }
}
