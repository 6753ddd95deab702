package dev.ferryman.runbook.internal;

import dev.ferryman.runbook.GateDefinition;
import dev.ferryman.runbook.RoleDirectory;
import dev.ferryman.runbook.Template;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whether distinct people can sign each gate of a template: a matching of roles to their holders. DESIGN.md § 3. */
final class Staffing {
    private final RoleDirectory directory;

    Staffing(RoleDirectory directory) {
        this.directory = directory;
    }

    /** One sentence per gate that distinct people cannot sign today. */
    List<String> problems(Template template) {
        List<String> problems = new ArrayList<>();
        template.phases().forEach(phase -> {
            GateDefinition gate = phase.gate();
            if (gate != null) {
                problem(gate, problems);
            }
        });
        return problems;
    }

    private void problem(GateDefinition gate, List<String> problems) {
        Map<String, String> roleBySigner = new HashMap<>();
        for (String role : gate.signoffs()) {
            if (!place(role, roleBySigner, new HashSet<>())) {
                String why = directory.holdersOf(role).isEmpty()
                        ? "nobody holds the role " + role
                        : "its roles " + String.join(", ", gate.signoffs())
                                + " are not held by as many different people";
                problems.add("Gate ‘" + gate.title() + "’ cannot be signed: " + why + ".");
                return;
            }
        }
    }

    /** Finds a signer for the role, moving others to another holder of theirs where needed. */
    private boolean place(String role, Map<String, String> roleBySigner, Set<String> tried) {
        for (String person : directory.holdersOf(role)) {
            if (tried.add(person)) {
                String other = roleBySigner.get(person);
                if (other == null || place(other, roleBySigner, tried)) {
                    roleBySigner.put(person, role);
                    return true;
                }
            }
        }
        return false;
    }
}
