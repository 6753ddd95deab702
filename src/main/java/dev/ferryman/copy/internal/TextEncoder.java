package dev.ferryman.copy.internal;

import dev.ferryman.endpoint.RowCursor;
import dev.ferryman.schema.Conversion;
import dev.ferryman.schema.PgType;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Types that travel as UTF-8 text: text, varchar, char, citext, enums, json and jsonb. Bytes go from SQLite to
 * PostgreSQL as they are; PostgreSQL refuses invalid UTF-8 and NUL characters.
 */
final class TextEncoder implements ColumnEncoder {
    /** Version byte that starts a binary jsonb. */
    private static final int JSONB_VERSION = 1;

    private final boolean jsonb;
    private final boolean numbers;
    private final boolean blobs;
    private final boolean json;
    private final @Nullable Integer longest;
    private final Scratch scratch = new Scratch();

    TextEncoder(PgType type, Conversion conversion) {
        this.jsonb = type.base() == PgType.Base.JSONB;
        this.json = jsonb || type.base() == PgType.Base.JSON;
        this.numbers = json || conversion == Conversion.AS_TEXT || conversion == Conversion.DECIMAL;
        this.blobs = conversion == Conversion.AS_TEXT;
        this.longest = type.base() == PgType.Base.VARCHAR || type.base() == PgType.Base.CHAR ? type.length() : null;
    }

    @Override
    public void encode(RowCursor row, int column, CopyBuffer out)
            throws UnfitValueException, SQLException, InterruptedException {
        switch (row.type(column)) {
            case RowCursor.TEXT -> text(row, column, out);
            case RowCursor.BLOB -> {
                if (!blobs) {
                    throw new UnfitValueException("a blob where text is expected");
                }
                text(row, column, out);
            }
            case RowCursor.INTEGER -> {
                if (!numbers) {
                    throw new UnfitValueException("an integer where text is expected");
                }
                number(Long.toString(row.integer(column)), out);
            }
            default -> {
                double value = row.real(column);
                if (!numbers) {
                    throw new UnfitValueException("a real where text is expected");
                }
                if (json && Double.isInfinite(value)) {
                    throw new UnfitValueException("an infinite real, which JSON does not know");
                }
                number(NumberText.of(value), out);
            }
        }
    }

    private void text(RowCursor row, int column, CopyBuffer out)
            throws UnfitValueException, SQLException, InterruptedException {
        int length = row.length(column);
        if (longest != null && length > longest) {
            countCharacters(row, column, longest);
        }
        start(length, out);
        out.value(row, column, length);
    }

    private void number(String text, CopyBuffer out) throws UnfitValueException, InterruptedException {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        if (longest != null && bytes.length > longest) {
            throw new UnfitValueException(
                    "a number of " + bytes.length + " characters, the column holds " + longest);
        }
        start(bytes.length, out);
        out.bytes(bytes, 0, bytes.length);
    }

    private void start(int length, CopyBuffer out) throws InterruptedException {
        if (jsonb) {
            out.int32(length + 1);
            out.int8(JSONB_VERSION);
        } else {
            out.int32(length);
        }
    }

    /** PostgreSQL would cut spaces off the end of a text that is too long; so the length is looked at here. */
    private void countCharacters(RowCursor row, int column, int most) throws UnfitValueException, SQLException {
        int length = row.length(column);
        int characters = length;
        if (length <= 4L * most) {
            scratch.read(row, column, length);
            characters = 0;
            for (int i = 0; i < length; i++) {
                if ((scratch.bytes()[i] & 0xC0) != 0x80) {
                    characters++;
                }
            }
        }
        if (characters > most) {
            throw new UnfitValueException("text of more than the " + most + " characters the column holds");
        }
    }
}
