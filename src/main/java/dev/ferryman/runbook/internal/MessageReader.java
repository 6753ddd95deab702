package dev.ferryman.runbook.internal;

import dev.ferryman.runbook.MessageDefinition;
import dev.ferryman.runbook.Moment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** Reads one message of a template. */
final class MessageReader {
    private static final int LONGEST_SUBJECT = 200;
    private static final int LONGEST_TEXT = 4_000;
    private static final String PARAMETER = "parameters.";

    private final YamlSection section;
    private final YamlSection.Notes notes;
    private final Set<String> parameters;

    MessageReader(Node node, YamlSection.Notes notes, Set<String> parameters) {
        this.section = new YamlSection(
                "message" + YamlSection.nameIn(node).map(name -> " ‘" + name + "’").orElse(""), node, notes);
        this.notes = notes;
        this.parameters = parameters;
    }

    Node keyNode() {
        return section.at("key");
    }

    MessageDefinition read() {
        String key = section.key("key", "unnamed");
        String when = section.text("when", "done");
        if (Moment.parse(when).isEmpty()) {
            section.wrong("when", "‘when’ of " + section.name() + " must be " + Moment.EXPECTED + ", found ‘" + when
                    + "’");
        }
        List<String> to = channels();
        String subject = text("subject", LONGEST_SUBJECT);
        if (subject.contains("\n")) {
            section.wrong("subject", "‘subject’ of " + section.name() + " must be one line");
        }
        String text = text("text", LONGEST_TEXT);
        section.close();
        return new MessageDefinition(key, when, to, subject, text);
    }

    private List<String> channels() {
        List<String> found = new ArrayList<>();
        for (Node node : section.list("to")) {
            String name = node instanceof ScalarNode scalar ? scalar.getValue().strip() : "";
            if (!YamlSection.KEY.matcher(name).matches() && !isParameter(name)) {
                notes.add(node, "a channel must be lower-case letters, digits and dashes, or ${parameters.…} of a"
                        + " defined parameter, found ‘" + name + "’");
            } else if (found.contains(name)) {
                notes.add(node, "channel ‘" + name + "’ is listed twice in " + section.name());
            } else {
                found.add(name);
            }
        }
        if (section.list("to").isEmpty()) {
            section.missing("to", "a list of the channels it is sent to");
        }
        return found;
    }

    private boolean isParameter(String text) {
        return text.startsWith("${" + PARAMETER) && text.endsWith("}")
                && parameters.contains(text.substring(2 + PARAMETER.length(), text.length() - 1));
    }

    private String text(String key, int longest) {
        String text = section.text(key, "");
        if (text.length() > longest) {
            section.wrong(key, "‘" + key + "’ of " + section.name() + " must not be longer than " + longest
                    + " characters, is " + text.length());
        }
        for (String name : Placeholders.names(text)) {
            boolean known = MessageDefinition.PLACEHOLDERS.contains(name)
                    || name.startsWith(PARAMETER) && parameters.contains(name.substring(PARAMETER.length()));
            if (!known) {
                section.wrong(key, "${" + name + "} is not known in messages; expected ${parameters.…} of a defined"
                        + " parameter, or one of " + new TreeSet<>(MessageDefinition.PLACEHOLDERS).stream()
                                .map(each -> "${" + each + "}").collect(Collectors.joining(", ")));
            }
        }
        return text;
    }
}
