package dev.ferryman.schemachange.internal.target;

import dev.ferryman.schemachange.Answer;
import dev.ferryman.schemachange.internal.parse.SqlText;
import java.util.ArrayList;
import java.util.List;

/** Reads what PostgreSQL's catalog functions write as text. */
final class CatalogText {
    private CatalogText() {}

    /** The numbers in the brackets of {@code format_type}: 20 for {@code character varying(20)}. */
    static List<Integer> modifiers(String type) {
        List<Integer> numbers = new ArrayList<>();
        int open = type.indexOf('(');
        int close = type.indexOf(')', open + 1);
        if (open < 0 || close < 0) {
            return numbers;
        }
        for (String number : type.substring(open + 1, close).split(",", -1)) {
            if (!number.isEmpty() && number.chars().allMatch(Character::isDigit)) {
                numbers.add(Integer.parseInt(number));
            }
        }
        return numbers;
    }

    /** The column of a check that is nothing but {@code column IS NOT NULL}, or of a NOT NULL constraint. */
    static String notNullColumn(char kind, List<String> columns, String definition) {
        if (columns.size() != 1) {
            return "";
        }
        String column = columns.getFirst();
        boolean check = definition.startsWith("CHECK ((" + SqlText.name(column) + " IS NOT NULL))");
        return check || kind == 'n' ? column : "";
    }

    static Answer answer(boolean some, boolean all) {
        if (all) {
            return Answer.YES;
        }
        return some ? Answer.DEPENDS : Answer.NO;
    }
}
