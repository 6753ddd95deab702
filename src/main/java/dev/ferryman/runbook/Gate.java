package dev.ferryman.runbook;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A gate of a cutover as it stands.
 *
 * @param signOffs   valid ones, in the order they were given
 * @param breakGlass a request to pass without sign-offs, confirmed or not
 */
public record Gate(GateDefinition definition, Phase phase, State state, List<SignOff> signOffs,
        Optional<BreakGlass> breakGlass) {
    /** Copies the sign-offs. */
    public Gate {
        signOffs = List.copyOf(signOffs);
    }

    /** The gate's key. */
    public String key() {
        return definition.key();
    }

    /** The sign-off of a role, if it has been given. */
    public Optional<SignOff> signOff(String role) {
        return signOffs.stream().filter(signOff -> signOff.role().equals(role)).findFirst();
    }

    /** Roles whose sign-off is still missing, in the template's order. */
    public List<String> missing() {
        return definition.signoffs().stream().filter(role -> signOff(role).isEmpty()).toList();
    }

    /** Whether a gate can be signed. */
    public enum State {
        /** Steps of its phase are not done yet. */
        CLOSED,
        /** All steps are done; roles may sign. */
        OPEN,
        /** Every role has signed, or the glass was broken. */
        PASSED
    }

    /** One role's sign-off, with the criteria its signer confirmed. */
    public record SignOff(String role, String username, String name, Instant at, String comment,
            @Nullable String planHash, List<String> confirmed) {}

    /**
     * A request to pass the gate without its sign-offs.
     *
     * @param confirmedBy username of the second person; null while it waits
     */
    public record BreakGlass(String reason, String requestedBy, String requestedByName, Instant requestedAt,
            @Nullable String confirmedBy, @Nullable String confirmedByName) {
        /** Whether a second person has confirmed it. */
        public boolean confirmed() {
            return confirmedBy != null;
        }
    }
}
