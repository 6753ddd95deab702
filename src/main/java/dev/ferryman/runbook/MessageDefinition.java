package dev.ferryman.runbook;

import dev.ferryman.runbook.internal.Placeholders;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A message that a template sends. Built by {@link TemplateParser}, which guarantees that the moment can be read and that
 * every placeholder is known.
 *
 * @param key     unique among the template's messages
 * @param when    the moment as the template writes it: {@code T-3d}, {@code every 15m in window}, {@code step-failed}
 * @param to      names of channels of the server's configuration, or <code>${parameters.x}</code> for one
 * @param subject one line, with placeholders
 * @param text    the message, with placeholders
 */
public record MessageDefinition(String key, String when, List<String> to, String subject, String text) {
    /** The placeholders beside <code>${parameters.x}</code>. One that has nothing to say at a moment is empty. */
    public static final Set<String> PLACEHOLDERS = Set.of("cutover.id", "cutover.name", "cutover.url", "cutover.status",
            "headline", "phase", "step", "gate", "reason", "actor", "at", "window.start", "window.end");

    /** Copies the channels. */
    public MessageDefinition {
        to = List.copyOf(to);
    }

    /** When it is sent. */
    public Moment moment() {
        return Moment.parse(when).orElseThrow(() -> new IllegalStateException("No moment: " + when));
    }

    /** A text with every placeholder replaced by what {@code values} says of its name. */
    public static String fill(String text, UnaryOperator<String> values) {
        return Placeholders.fill(text, values);
    }
}
