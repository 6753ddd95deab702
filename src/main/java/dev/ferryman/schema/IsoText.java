package dev.ferryman.schema;

import dev.ferryman.schema.internal.IsoLayout;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The grammar of ISO texts that the profile accepts and that {@link Conversion#ISO_TEXT} therefore has to read:
 *
 * <pre>
 * date      = YYYY-MM-DD                        a real day, years 0001 to 9999
 * time      = HH:MM [ :SS [ .f… ] ]             00:00 to 23:59:59, one to nine digits of fraction,
 *                                               those after the sixth all 0
 * timestamp = date ( space | T | t ) time
 * zoned     = timestamp [ space ] ( Z | z | ±HH | ±HHMM | ±HH:MM )   at most 15:59
 * </pre>
 *
 * Nothing may stand before or after it.
 *
 * @param form what it is
 * @param fractionDigits digits of the fraction as written
 */
public record IsoText(Form form, int fractionDigits) {
    /** The four forms. */
    public enum Form {
        DATE, TIME, TIMESTAMP, TIMESTAMPTZ
    }

    /** Reads a text; null where it is no ISO text. */
    public static @Nullable IsoText parse(String text) {
        // What is not ASCII becomes a question mark, which stands nowhere in the grammar.
        var bytes = text.getBytes(StandardCharsets.US_ASCII);
        var layout = IsoLayout.of(bytes, bytes.length);
        return layout == IsoLayout.NONE ? null : new IsoText(IsoLayout.form(layout), IsoLayout.fractionDigits(layout));
    }
}
