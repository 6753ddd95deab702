package dev.ferryman.runbook.internal;

import dev.ferryman.runbook.Figure;
import dev.ferryman.runbook.Phase;
import dev.ferryman.runbook.StepAction;
import dev.ferryman.runbook.StepDefinition;
import dev.ferryman.runbook.StepDefinition.Evidence;
import dev.ferryman.runbook.StepDefinition.OnFailure;
import dev.ferryman.runbook.StepDefinition.Retry;
import dev.ferryman.runbook.StepDefinition.When;
import dev.ferryman.runbook.StepKind;
import dev.ferryman.runbook.StepTiming;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** Reads one step of a template. */
final class StepReader {
    private static final Set<String> CUTOVER_NAMES = Set.of("cutover.id", "cutover.name");

    private static final String WINDOW = "window";

    private static final Duration DEADLINE = Duration.ofHours(24);

    private final Phase phase;
    private final boolean inWindow;
    private final YamlSection section;
    private final YamlSection.Notes notes;
    private final BiConsumer<Node, String> checkRole;
    private final Set<String> parameters;
    private final @Nullable Map<String, StepAction> actions;

    /** @param inWindow what its phase says of the window */
    StepReader(Phase phase, boolean inWindow, Node node, YamlSection.Notes notes, BiConsumer<Node, String> checkRole,
            Set<String> parameters, @Nullable Map<String, StepAction> actions) {
        this.phase = phase;
        this.inWindow = inWindow;
        this.section = new YamlSection(
                "step" + YamlSection.nameIn(node).map(name -> " ‘" + name + "’").orElse(""), node, notes);
        this.notes = notes;
        this.checkRole = checkRole;
        this.parameters = parameters;
        this.actions = actions;
    }

    Node keyNode() {
        return section.at("key");
    }

    Node switchNode() {
        return section.at("point-of-no-return");
    }

    StepDefinition read() {
        String key = section.key("key", "unnamed");
        String title = section.text("title", "");
        if (!section.has("kind")) {
            section.missing("kind", "one of manual, check, action, wait");
        }
        // A kind that cannot be read is taken for the one that fits, so that one mistake is told once.
        StepKind kind = section.choice("kind", List.of(StepKind.values()), StepKind::key)
                .orElse(section.has("uses") ? StepKind.ACTION : StepKind.MANUAL);
        String role = section.text("role", "unnamed");
        if (section.has("role")) {
            checkRole.accept(section.at("role"), role);
        }
        List<String> standIns = standIns(role);
        boolean manual = kind == StepKind.MANUAL;
        if (manual) {
            List.of("uses", "with", "start", "timeout", "retry")
                    .forEach(word -> section.refuse(word, "a manual step is done by a person"));
        } else {
            section.refuse("evidence", "only manual steps ask for evidence");
            section.refuse("figure", "only manual steps ask for a figure");
        }
        Duration estimate = section.duration("estimate");
        boolean theSwitch = section.flag("point-of-no-return");
        if (theSwitch && phase != Phase.CUTOVER) {
            section.wrong("point-of-no-return", "the point of no return must be in phase ‘cutover’");
        }
        OnFailure onFailure = onFailure(manual, theSwitch);
        String acceptBy = acceptBy(onFailure);
        Evidence evidence = manual
                ? section.choice("evidence", List.of(Evidence.values()), StepReader::word).orElse(Evidence.NONE)
                : Evidence.NONE;
        When when = when();
        String help = section.optionalText("help", "");
        Duration countdown = section.duration("countdown");
        if (onFailure != OnFailure.ROLLBACK) {
            section.refuse("countdown", "goes with ‘on-failure: rollback’ only");
        }
        Retry retry = manual ? Retry.NONE : retry();
        Map<String, Object> with = manual ? Map.of() : with();
        String uses = manual ? null : uses(with, retry);
        boolean automatic = !manual && automatic(kind);
        Duration timeout = manual ? null : timeout(kind);
        Figure figure = manual ? figure() : null;
        StepTiming timing = timing(kind);
        section.close();
        return new StepDefinition(key, title, kind, role, standIns, uses, with, automatic, estimate, timeout, retry,
                evidence,
                onFailure, acceptBy, when, theSwitch, help, countdown, figure, timing);
    }

    private @Nullable Figure figure() {
        Node node = section.child("figure").orElse(null);
        if (node == null) {
            return null;
        }
        YamlSection figure = new YamlSection("figure of " + section.name(), node, notes);
        String title = figure.text("title", "");
        String unit = figure.optionalText("unit", "");
        BigDecimal atLeast = figure.number("at-least");
        BigDecimal atMost = figure.number("at-most");
        if (atLeast != null && atMost != null && atMost.compareTo(atLeast) < 0) {
            figure.wrong("at-most", "‘at-most’ must not be less than ‘at-least’");
        }
        String acceptBy = figure.optionalText("accept-by", "");
        if (!acceptBy.isEmpty()) {
            checkRole.accept(figure.at("accept-by"), acceptBy);
        }
        figure.close();
        return new Figure(title, unit, atLeast, atMost, acceptBy.isEmpty() ? null : acceptBy);
    }

    private StepTiming timing(StepKind kind) {
        if (kind != StepKind.CHECK) {
            section.refuse("fresh-for", "only what a check has proved grows old");
        }
        Duration freshFor = section.duration("fresh-for");
        if (freshFor != null && freshFor.isZero()) {
            section.wrong("fresh-for", "‘fresh-for’ must be longer than nothing");
        }
        Duration due = section.offset("due");
        Duration patience = section.duration("patience");
        boolean inside = section.has("in-window") ? section.flag("in-window") : inWindow;
        if (section.has("start") && section.optionalText("start", "").equals(WINDOW)) {
            if (section.has("in-window") && !inside) {
                section.wrong("in-window", "‘start: window’ starts it inside the window; leave in-window out");
            }
            inside = true;
        }
        if (phase == Phase.ROLLBACK && (inside || due != null)) {
            section.wrong(inside ? "in-window" : "due", "the way back waits for no window");
        }
        return new StepTiming(due, inside, patience, freshFor);
    }

    private List<String> standIns(String role) {
        List<String> found = new ArrayList<>();
        for (Node node : section.list("stand-ins")) {
            String standIn = node instanceof ScalarNode scalar ? scalar.getValue() : "";
            checkRole.accept(node, standIn);
            if (standIn.equals(role) || found.contains(standIn)) {
                section.wrong("stand-ins", "role ‘" + standIn + "’ does it already; name each role once");
            } else {
                found.add(standIn);
            }
        }
        return found;
    }

    /** Nothing that runs is without a deadline; a wait ends by what it is told to wait for. */
    private @Nullable Duration timeout(StepKind kind) {
        Duration given = section.duration("timeout");
        if (given != null && given.isZero()) {
            section.wrong("timeout", "‘timeout’ must be longer than nothing");
        }
        return given == null && kind != StepKind.WAIT ? DEADLINE : given;
    }

    private OnFailure onFailure(boolean manual, boolean theSwitch) {
        OnFailure chosen = section.choice("on-failure", List.of(OnFailure.values()), StepReader::word)
                .orElse(OnFailure.STOP);
        if (chosen == OnFailure.ROLLBACK && (phase == Phase.CHECKLIST || phase == Phase.ROLLBACK)) {
            section.wrong("on-failure",
                    "‘rollback’ has no meaning in phase ‘" + phase.key() + "’; use stop or accept");
        } else if (chosen == OnFailure.ROLLBACK && manual) {
            section.wrong("on-failure", "a manual step does not fail by itself; use stop or accept");
        } else if (chosen == OnFailure.ACCEPT && theSwitch) {
            section.wrong("on-failure", "the point of no return cannot be skipped; use stop or rollback");
        }
        return chosen;
    }

    private @Nullable String acceptBy(OnFailure onFailure) {
        if (onFailure != OnFailure.ACCEPT) {
            section.refuse("accept-by", "goes with ‘on-failure: accept’ only");
            return null;
        }
        if (!section.has("accept-by")) {
            section.missing("accept-by", "the role that may accept going on without it");
            return "unnamed";
        }
        String role = section.text("accept-by", "unnamed");
        checkRole.accept(section.at("accept-by"), role);
        return role;
    }

    private When when() {
        if (phase != Phase.ROLLBACK) {
            section.refuse("when", "only steps of phase ‘rollback’ have it");
            return When.ALWAYS;
        }
        return section.choice("when", List.of(When.values()), StepReader::word).orElse(When.ALWAYS);
    }

    private Retry retry() {
        Node node = section.child("retry").orElse(null);
        if (node == null) {
            return Retry.NONE;
        }
        YamlSection rule = new YamlSection("retry of " + section.name(), node, notes);
        int attempts = rule.positive("attempts", 1);
        Duration delay = rule.duration("delay");
        rule.close();
        return new Retry(attempts, delay == null ? Duration.ZERO : delay);
    }

    private Map<String, Object> with() {
        Map<String, Object> with = section.plainMap("with");
        for (String name : Placeholders.names(with)) {
            boolean known = CUTOVER_NAMES.contains(name) || name.matches("connections\\.[a-z0-9-]+")
                    || (name.startsWith("parameters.") && parameters.contains(name.substring("parameters.".length())));
            if (!known) {
                section.wrong("with", "${" + name + "} is not known; expected ${parameters.…} of a defined parameter, "
                        + "${connections.…}, ${cutover.id} or ${cutover.name}");
            }
        }
        return with;
    }

    private String uses(Map<String, Object> with, Retry retry) {
        if (!section.has("uses")) {
            section.missing("uses", "the type of the action" + offered());
            return "unnamed";
        }
        String type = section.text("uses", "unnamed");
        if (actions == null) {
            return type;
        }
        StepAction action = actions.get(type);
        if (action == null) {
            section.wrong("uses", "there is no action ‘" + type + "’" + offered());
            return type;
        }
        action.check(with).forEach(problem -> section.wrong("with", section.name() + ": " + problem));
        if (retry.attempts() > 1 && !action.idempotent()) {
            section.wrong("retry", "‘" + type + "’ is not idempotent and is never repeated by itself; leave retry out");
        }
        return type;
    }

    private String offered() {
        return actions == null
                ? ""
                : "; expected one of " + String.join(", ", actions.keySet().stream().sorted().toList());
    }

    private boolean automatic(StepKind kind) {
        boolean otherwise = kind == StepKind.CHECK || kind == StepKind.WAIT || phase == Phase.ROLLBACK;
        return section.choice("start", List.of("manual", "auto", WINDOW), word -> word)
                .map(start -> !start.equals("manual")).orElse(otherwise);
    }

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
