package dev.ferryman.access;

import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What an API token may be used for. Its owner's roles say what of that is allowed at all. */
public enum Scope {
    /** Reads everything its owner can look at. */
    READ("Read", "looks at cutovers, reports, templates and metrics"),
    /** Creates cutovers and works through them. */
    RUN("Run", "creates cutovers, runs and completes steps, writes plans, messages and reports"),
    /** Signs gates in its owner's name. */
    SIGN("Sign", "signs gates in your name"),
    /** Does what cannot be taken back: the switch, a rollback, a gate without its sign-offs. */
    SWITCH("Switch",
            "starts the switch and a rollback, breaks glass, ends sessions of the database; nobody is asked for a password"),
    /** Does what administrators do. */
    ADMIN("Admin", "tests channels, for administrators");

    private final String label;
    private final String meaning;

    Scope(String label, String meaning) {
        this.label = label;
        this.meaning = meaning;
    }

    /** Name in the API, in configuration and in the state store, such as {@code read}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Name for people. */
    public String label() {
        return label;
    }

    /** What a token with it does, for people. */
    public String meaning() {
        return meaning;
    }

    /** The scope of an id, empty where there is none of that name. */
    public static Optional<Scope> ofId(String id) {
        return Arrays.stream(values()).filter(scope -> scope.id().equals(id)).findFirst();
    }

    /** Scopes as one text, such as {@code read run}. */
    public static String text(Collection<Scope> scopes) {
        return scopes.stream().sorted().map(Scope::id).collect(Collectors.joining(" "));
    }

    /** The scopes of a text; words that this version does not know are left out. */
    public static Set<Scope> parse(String text) {
        return Arrays.stream(text.split(" ")).flatMap(word -> ofId(word).stream())
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Scope.class)));
    }
}
