package dev.ferryman.schemachange;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.schemachange.internal.Sha256;

/**
 * SQL to be reviewed, or to be run.
 *
 * @param name file name or what else a message can call it by
 * @param text the whole of it
 * @param origin whose SQL it is
 */
public record SqlScript(String name, String text, Origin origin) {
    /** Characters that one review takes; more is data, not a schema change. */
    public static final int MOST_CHARACTERS = 1_000_000;

    /** @throws BadInputException if the text is longer than {@link #MOST_CHARACTERS} or holds a NUL */
    public SqlScript {
        if (text.length() > MOST_CHARACTERS) {
            throw new BadInputException(name + " has more than a million characters.",
                    "Review the statements that change the schema, without the data.");
        }
        if (text.indexOf('\0') >= 0) {
            throw new BadInputException(name + " holds a NUL character and is no text.",
                    "Give the SQL as a text file in UTF-8.");
        }
    }

    /** A script whose origin is guessed from its name and remarks. */
    public static SqlScript of(String name, String text) {
        return new SqlScript(name, text, Origin.detect(name, text));
    }

    /** Its text's SHA-256 in hexadecimal digits: what a review and a signature are about. */
    public String sha256() {
        return Sha256.of(text);
    }
}
