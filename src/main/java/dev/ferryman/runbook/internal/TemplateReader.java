package dev.ferryman.runbook.internal;

import dev.ferryman.runbook.GateDefinition;
import dev.ferryman.runbook.MessageDefinition;
import dev.ferryman.runbook.ParameterDefinition;
import dev.ferryman.runbook.Phase;
import dev.ferryman.runbook.PhaseDefinition;
import dev.ferryman.runbook.StepAction;
import dev.ferryman.runbook.RecoveryDefinition;
import dev.ferryman.runbook.StepDefinition;
import dev.ferryman.runbook.Template;
import dev.ferryman.runbook.Template.AutomaticRollback;
import dev.ferryman.runbook.TemplateError;
import java.io.StringReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** Reads one template file from its node tree, noting everything that is wrong with it. */
public final class TemplateReader {
    private static final List<String> ENGINES = List.of(Template.DATA_CUTOVER, Template.SCHEMA_CHANGE);

    private final String file;
    private final @Nullable Map<String, StepAction> actions;
    private final List<TemplateError> errors = new ArrayList<>();
    private final Set<String> roles = new HashSet<>();
    private final Set<String> parameters = new HashSet<>();
    private final Map<String, Node> keys = new HashMap<>();
    private final List<Node> switches = new ArrayList<>();
    private boolean withSource = true;

    /** @param actions known actions by type; null when they are not to be checked */
    public TemplateReader(String file, @Nullable Map<String, StepAction> actions) {
        this.file = file;
        this.actions = actions;
    }

    /** Everything that is wrong, in the order of the file. */
    public List<TemplateError> errors() {
        return errors.stream()
                .sorted(Comparator.comparingInt(TemplateError::line).thenComparingInt(TemplateError::column)).toList();
    }

    /** The template; worth nothing, or null, when there are errors. */
    public @Nullable Template read(String yaml) {
        Node root;
        try {
            root = new Yaml(new LoaderOptions()).compose(new StringReader(yaml));
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine();
            int column = e.getProblemMark() == null ? 0 : e.getProblemMark().getColumn();
            errors.add(new TemplateError(file, line + 1, column + 1, "not valid YAML: " + e.getProblem()));
            return null;
        } catch (YAMLException e) {
            errors.add(new TemplateError(file, 1, 1, "not valid YAML: " + e.getMessage()));
            return null;
        }
        if (root == null) {
            errors.add(new TemplateError(file, 1, 1, "the file is empty; a template is expected"));
            return null;
        }
        YamlSection section = new YamlSection("the template", root, this::note);
        String key = section.key("template", "unnamed");
        String version = section.text("version", "0");
        String title = section.text("title", "");
        String description = section.optionalText("description", "");
        String engine = section.choice("engine", ENGINES, word -> word).orElse(Template.DATA_CUTOVER);
        if (!section.has("engine")) {
            section.missing("engine", "one of " + String.join(", ", ENGINES));
        }
        withSource = engine.equals(Template.DATA_CUTOVER);
        List<String> itsRoles = roles(section);
        List<ParameterDefinition> itsParameters = parameters(section);
        List<PhaseDefinition> phases = phases(section);
        List<RecoveryDefinition> recoveries = section.list("recoveries").stream().map(this::recovery).toList();
        AutomaticRollback automatic = section
                .choice("automatic-rollback", List.of(AutomaticRollback.values()), StepReader::word)
                .orElse(AutomaticRollback.WITHOUT_LOSS);
        List<MessageDefinition> messages = messages(section);
        section.close();
        return new Template(key, version, title, description, engine, itsRoles, itsParameters, phases, recoveries,
                automatic, messages);
    }

    private List<String> roles(YamlSection section) {
        List<String> found = new ArrayList<>();
        for (Node node : section.list("roles")) {
            String role = node instanceof ScalarNode scalar ? scalar.getValue() : "";
            if (!YamlSection.KEY.matcher(role).matches()) {
                note(node, "a role must be lower-case letters, digits and dashes, found ‘" + role + "’");
            } else if (!roles.add(role)) {
                note(node, "role ‘" + role + "’ is listed twice");
            } else {
                found.add(role);
            }
        }
        if (found.isEmpty()) {
            section.missing("roles", "a list of every role its steps and gates name");
        }
        return found;
    }

    private List<ParameterDefinition> parameters(YamlSection section) {
        List<ParameterDefinition> found = new ArrayList<>();
        for (Node node : section.list("parameters")) {
            ParameterDefinition parameter = ParameterReader.read(node, this::note);
            if (!parameters.add(parameter.key())) {
                note(node, "parameter ‘" + parameter.key() + "’ is defined twice");
            }
            found.add(parameter);
        }
        return found;
    }

    private List<PhaseDefinition> phases(YamlSection section) {
        List<PhaseDefinition> found = new ArrayList<>();
        Node node = section.child("phases").orElse(null);
        if (node == null) {
            section.missing("phases", "checklist, migrate, verify, cutover, monitor and rollback");
            return found;
        }
        YamlSection phases = new YamlSection("phases", node, this::note);
        for (Phase phase : Phase.values()) {
            phases.child(phase.key()).ifPresentOrElse(child -> found.add(phase(phase, child)),
                    () -> phases.missing(phase.key(), "every template has this phase"));
        }
        phases.close();
        if (switches.isEmpty()) {
            note(phases.at("cutover"),
                    "exactly one step of phase ‘cutover’ must be marked ‘point-of-no-return: true’, found none");
        }
        switches.stream().skip(1).forEach(
                again -> note(again, "only one step may be the point of no return; another one is marked above"));
        return found;
    }

    private PhaseDefinition phase(Phase phase, Node node) {
        YamlSection section = new YamlSection("phase ‘" + phase.key() + "’", node, this::note);
        String title = section.optionalText("title",
                phase.key().substring(0, 1).toUpperCase(Locale.ROOT) + phase.key().substring(1));
        PhaseDefinition.Planned planned = planned(section);
        List<StepDefinition> steps = steps(section, phase, section.flag("in-window"));
        GateDefinition gate = section.child("gate").map(this::gate).orElse(null);
        section.close();
        return new PhaseDefinition(phase, title, steps, gate, planned);
    }

    private List<StepDefinition> steps(YamlSection section, Phase phase, boolean inWindow) {
        List<StepDefinition> steps = new ArrayList<>();
        for (Node child : section.list("steps")) {
            StepReader reader = new StepReader(phase, inWindow, child, this::note, this::checkRole, parameters,
                    offered());
            StepDefinition step = reader.read();
            unique("step", step.key(), reader.keyNode());
            if (step.pointOfNoReturn()) {
                switches.add(reader.switchNode());
            }
            steps.add(step);
        }
        if (steps.isEmpty()) {
            section.missing("steps", "at least one step");
        }
        return steps;
    }

    /** Without a source there is nothing that could be done with one. */
    private @Nullable Map<String, StepAction> offered() {
        return actions == null || withSource
                ? actions
                : actions.entrySet().stream().filter(entry -> !entry.getValue().needsSource())
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private RecoveryDefinition recovery(Node node) {
        YamlSection section = new YamlSection(
                "recovery" + YamlSection.nameIn(node).map(it -> " ‘" + it + "’").orElse(""),
                node, this::note);
        String key = section.key("key", "unnamed");
        unique("recovery", key, section.at("key"));
        String title = section.text("title", "");
        String help = section.optionalText("help", "");
        // What a recovery repairs is watched in this phase; its steps have the keys that steps there have.
        List<StepDefinition> steps = steps(section, Phase.MONITOR, false);
        steps.stream().filter(step -> step.onFailure() == StepDefinition.OnFailure.ROLLBACK).forEach(step -> section
                .wrong("steps",
                        "step ‘" + step.key() + "’ of a recovery cannot roll back by itself; use stop or accept"));
        steps.stream().filter(step -> step.timing().inWindow() || step.timing().due() != null).forEach(step -> section
                .wrong("steps", "step ‘" + step.key() + "’ of a recovery waits for no window"));
        section.close();
        return new RecoveryDefinition(key, title, help, steps);
    }

    private static PhaseDefinition.@Nullable Planned planned(YamlSection section) {
        String text = section.optionalText("planned", "");
        if (text.isEmpty()) {
            return null;
        }
        String[] ends = text.split("\\.\\.", -1);
        List<Duration> offsets = Arrays.stream(ends).flatMap(end -> Durations.parseOffset(end).stream()).toList();
        if (ends.length != 2 || offsets.size() != 2 || offsets.getLast().compareTo(offsets.getFirst()) < 0) {
            section.wrong("planned",
                    "‘planned’ must be two times counted from the start of the window, such as T-14d..T-7d");
            return null;
        }
        return new PhaseDefinition.Planned(offsets.getFirst(), offsets.getLast());
    }

    private GateDefinition gate(Node node) {
        YamlSection section = new YamlSection("gate", node, this::note);
        String key = section.key("key", "unnamed");
        unique("gate", key, section.at("key"));
        String title = section.text("title", "");
        List<String> signoffs = new ArrayList<>();
        for (Node child : section.list("signoffs")) {
            String role = child instanceof ScalarNode scalar ? scalar.getValue() : "";
            checkRole(child, role);
            if (signoffs.contains(role)) {
                note(child, "role ‘" + role + "’ signs gate ‘" + key + "’ twice; each role signs once");
            } else {
                signoffs.add(role);
            }
        }
        if (signoffs.isEmpty()) {
            section.missing("signoffs", "a list of the roles that sign");
            signoffs.add("unnamed");
        }
        boolean requiresPlan = section.flag("requires-plan");
        Duration requiresRehearsal = section.duration("requires-rehearsal");
        if (requiresRehearsal != null && requiresRehearsal.isZero()) {
            section.wrong("requires-rehearsal", "‘requires-rehearsal’ must be longer than nothing");
        }
        Duration due = section.offset("due");
        Duration patience = section.duration("patience");
        List<String> criteria = criteria(section);
        String help = section.optionalText("help", "");
        section.close();
        return new GateDefinition(key, title, signoffs, requiresPlan, requiresRehearsal, due, patience, criteria, help);
    }

    private List<String> criteria(YamlSection section) {
        List<String> criteria = new ArrayList<>();
        for (Node node : section.list("criteria")) {
            String text = node instanceof ScalarNode scalar ? scalar.getValue().strip() : "";
            if (text.isEmpty() || text.contains("\n") || criteria.contains(text)) {
                note(node, "a criterion must be a line of text, each of them another");
            } else {
                criteria.add(text);
            }
        }
        return criteria;
    }

    private List<MessageDefinition> messages(YamlSection section) {
        List<MessageDefinition> found = new ArrayList<>();
        for (Node node : section.list("messages")) {
            MessageReader reader = new MessageReader(node, this::note, parameters);
            MessageDefinition message = reader.read();
            if (found.stream().anyMatch(other -> other.key().equals(message.key()))) {
                note(reader.keyNode(), "message ‘" + message.key() + "’ is defined twice");
            }
            found.add(message);
        }
        return found;
    }

    private void unique(String what, String key, Node at) {
        Node other = keys.putIfAbsent(key, at);
        if (other != null) {
            note(at, what + " ‘" + key + "’: this key is used already in line "
                    + (other.getStartMark().getLine() + 1));
        }
    }

    private void checkRole(Node at, String role) {
        if (!roles.contains(role)) {
            note(at, "role ‘" + role + "’ is not listed in ‘roles’ of the template");
        }
    }

    private void note(Node at, String what) {
        errors.add(YamlSection.Notes.error(file, at, what));
    }
}
