package dev.ferryman.copy.internal;

import dev.ferryman.endpoint.RowCursor;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code text[]} from a JSON array of strings and nulls. */
final class TextArrayEncoder implements ColumnEncoder {
    private static final int LONGEST = 64 * 1024 * 1024;

    private final int elementOid;
    private final JsonMapper json = JsonMapper.builder().build();
    private final Scratch scratch = new Scratch();

    /** @param elementOid type of the elements in the target: text, varchar or the like */
    TextArrayEncoder(int elementOid) {
        this.elementOid = elementOid;
    }

    @Override
    public void encode(RowCursor row, int column, CopyBuffer out)
            throws UnfitValueException, SQLException, InterruptedException {
        int type = row.type(column);
        if (type != RowCursor.TEXT && type != RowCursor.BLOB) {
            throw new UnfitValueException("a number where a JSON array of strings is expected");
        }
        int length = scratch.read(row, column, LONGEST);
        byte[] field = array(parse(length));
        out.int32(field.length);
        out.bytes(field, 0, field.length);
    }

    private JsonNode parse(int length) throws UnfitValueException {
        try {
            JsonNode node = json.readTree(scratch.bytes(), 0, length);
            if (node.isArray()) {
                return node;
            }
        } catch (JacksonException e) {
            // Answered below: the parser's message would quote the value.
        }
        throw new UnfitValueException("text that is no JSON array");
    }

    private byte[] array(JsonNode elements) throws UnfitValueException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            boolean nulls = false;
            for (JsonNode element : elements) {
                if (!element.isString() && !element.isNull()) {
                    throw new UnfitValueException("a JSON array with elements other than strings");
                }
                nulls |= element.isNull();
            }
            out.writeInt(elements.isEmpty() ? 0 : 1);
            out.writeInt(nulls ? 1 : 0);
            out.writeInt(elementOid);
            if (!elements.isEmpty()) {
                out.writeInt(elements.size());
                out.writeInt(1);
            }
            for (JsonNode element : elements) {
                if (element.isNull()) {
                    out.writeInt(-1);
                } else {
                    byte[] text = element.stringValue().getBytes(StandardCharsets.UTF_8);
                    out.writeInt(text.length);
                    out.write(text);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
