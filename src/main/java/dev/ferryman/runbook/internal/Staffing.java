package dev.ferryman.runbook.internal;

import dev.ferryman.access.Role;
import dev.ferryman.runbook.GateDefinition;
import dev.ferryman.runbook.PhaseDefinition;
import dev.ferryman.runbook.RoleDirectory;
import dev.ferryman.runbook.StepDefinition;
import dev.ferryman.runbook.StepKind;
import dev.ferryman.runbook.Template;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether the people there are can pass each gate of a template: every sign-off by another person, and none of them the
 * one who had to start a step that the gate judges. DESIGN.md § 3.
 */
final class Staffing {
    private final RoleDirectory directory;

    Staffing(RoleDirectory directory) {
        this.directory = directory;
    }

    /** One sentence per gate that today's people cannot sign. */
    List<String> problems(Template template) {
        List<String> problems = new ArrayList<>();
        template.phases().forEach(phase -> {
            GateDefinition gate = phase.gate();
            if (gate != null) {
                problem(phase, gate, problems);
            }
        });
        return problems;
    }

    private void problem(PhaseDefinition phase, GateDefinition gate, List<String> problems) {
        List<String> roles = gate.signoffs();
        List<StepDefinition> started = phase.steps().stream().filter(Staffing::needsAStarter).toList();
        List<Set<String>> starters = started.stream().map(this::doersOf).filter(people -> !people.isEmpty()).distinct()
                .toList();
        if (canSign(roles, starters, new HashSet<>())) {
            return;
        }
        String why = roles.stream().filter(role -> directory.holdersOf(role).isEmpty()).findFirst()
                .map(role -> "nobody holds the role " + Role.labelOf(role))
                .orElseGet(() -> canSign(roles, List.of(), new HashSet<>())
                        ? "whoever starts " + String.join(" and ",
                                started.stream().map(step -> "‘" + step.title() + "’").toList())
                                + " may not sign, and without them there are not enough people for its roles "
                                + String.join(", ", Refusals.labels(roles))
                        : "its roles " + String.join(", ", Refusals.labels(roles))
                                + " are not held by as many different people");
        problems.add("Gate ‘" + gate.title() + "’ cannot be signed: " + why + ".");
    }

    private static boolean needsAStarter(StepDefinition step) {
        return !step.automatic() && (step.kind() == StepKind.ACTION || step.kind() == StepKind.CHECK);
    }

    private Set<String> doersOf(StepDefinition step) {
        Set<String> people = new TreeSet<>();
        step.doers().forEach(role -> people.addAll(directory.holdersOf(role)));
        return people;
    }

    /** Whether these roles can be given to people not among the signers so that somebody is left for every start. */
    private boolean canSign(List<String> roles, List<Set<String>> starters, Set<String> signers) {
        if (roles.isEmpty()) {
            return starters.stream().noneMatch(signers::containsAll);
        }
        // However the others are chosen, so many candidates leave one who is neither taken nor the last to start a step.
        int enough = signers.size() + roles.size() + starters.size();
        List<String> candidates = directory.holdersOf(roles.getFirst()).stream()
                .sorted(Comparator.<String>comparingLong(
                        person -> starters.stream().filter(people -> people.contains(person)).count())
                        .thenComparing(Comparator.naturalOrder()))
                .limit(enough).toList();
        for (String person : candidates) {
            if (signers.add(person)) {
                if (canSign(roles.subList(1, roles.size()), starters, signers)) {
                    return true;
                }
                signers.remove(person);
            }
        }
        return false;
    }
}
