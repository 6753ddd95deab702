package dev.ferryman.schema.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Finds the counterparts of names: equal first, then equal but for case, then equal in snake case; each used once. */
public final class NameMatcher {
    private NameMatcher() {}

    /** Target name per source name; names without a counterpart are absent. */
    static Map<String, String> match(Collection<String> sources, Collection<String> targets) {
        Map<String, String> matched = new LinkedHashMap<>();
        var left = new ArrayList<>(targets);
        for (UnaryOperator<String> spelling : List.<UnaryOperator<String>>of(name -> name,
                name -> name.toLowerCase(Locale.ROOT), NameMatcher::snake)) {
            for (var source : sources) {
                if (!matched.containsKey(source)) {
                    var found = left.stream().filter(target -> spelling.apply(target).equals(spelling.apply(source)))
                            .findFirst();
                    found.ifPresent(target -> {
                        matched.put(source, target);
                        left.remove(target);
                    });
                }
            }
        }
        return matched;
    }

    /** {@code OrderDetails}, {@code orderDetails}, {@code Order Details} and {@code order-details} alike. */
    public static String snake(String name) {
        var snake = new StringBuilder();
        for (var i = 0; i < name.length(); i++) {
            var c = name.charAt(i);
            if (!Character.isLetterOrDigit(c)) {
                c = '_';
            } else if (Character.isUpperCase(c) && i > 0 && (Character.isLowerCase(name.charAt(i - 1))
                    || (i + 1 < name.length() && Character.isLowerCase(name.charAt(i + 1))))) {
                underscore(snake);
            }
            if (c == '_') {
                underscore(snake);
            } else {
                snake.append(Character.toLowerCase(c));
            }
        }
        return snake.toString();
    }

    private static void underscore(StringBuilder snake) {
        if (!snake.isEmpty() && snake.charAt(snake.length() - 1) != '_') {
            snake.append('_');
        }
    }
}
