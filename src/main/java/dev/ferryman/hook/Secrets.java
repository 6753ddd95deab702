package dev.ferryman.hook;

import dev.ferryman.endpoint.BadInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts secrets into the texts of a hook and takes them out of what comes back. A text holds a secret either as a whole
 * ({@code env:NAME}, {@code file:/path}) or inside, as in {@code postgresql://app:{secret:env:PGPASS}@db/app}.
 */
public final class Secrets {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{secret:([^{}]+)}");
    private static final Pattern WHOLE = Pattern.compile("(?:env|file):.+", Pattern.DOTALL);

    private final UnaryOperator<String> resolver;
    private final List<String> seen = new ArrayList<>();

    /**
     * @param resolver turns a reference ({@code env:NAME}, {@code file:/path}) into its value; throws
     *        {@link BadInputException} where it leads nowhere
     */
    public Secrets(UnaryOperator<String> resolver) {
        this.resolver = resolver;
    }

    /** The text with every reference replaced by its value. What this returns is never shown. */
    public String reveal(String text) {
        if (WHOLE.matcher(text).matches()) {
            return remember(resolver.apply(text));
        }
        return PLACEHOLDER.matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(remember(resolver.apply(found.group(1)))));
    }

    /** A mask for everything revealed so far. */
    public OutputMask mask() {
        return new OutputMask(seen);
    }

    private String remember(String value) {
        seen.add(value);
        return value;
    }
}
