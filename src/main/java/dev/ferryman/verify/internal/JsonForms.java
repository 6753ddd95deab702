package dev.ferryman.verify.internal;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code jsonb} and arrays of text. */
final class JsonForms {
    /** Deeper nesting cannot be read here; PostgreSQL's own limit is of this order. */
    private static final int DEPTH = 5_000;
    private static final JsonMapper JSON = JsonMapper
            .builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEPTH)
                            .maxNumberLength(200_000).maxStringLength(Integer.MAX_VALUE)
                            .maxNameLength(Integer.MAX_VALUE).build())
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    private JsonForms() {}

    private static @Nullable JsonNode parse(byte[] text, int offset, int length) {
        try {
            JsonNode node = JSON.readTree(text, offset, length);
            return node.isMissingNode() ? null : node;
        } catch (JacksonException e) {
            return null;
        }
    }

    /** {@code jsonb}: by meaning. Keys in any order, the last of equal keys, numbers by value. */
    static final class Jsonb extends ValueForm {
        private final DecimalValue decimal = new DecimalValue();

        @Override
        void source(SnapshotRows row, int column, Canonical out) {
            byte[] text = switch (row.type(column)) {
                case SnapshotRows.TEXT, SnapshotRows.BLOB -> row.bytes(column);
                default -> TextForms.numberText(row, column);
            };
            JsonNode node = parse(text, 0, text.length);
            if (node == null) {
                out.unreadable("no JSON");
            } else {
                write(node, out);
            }
        }

        /** A byte with the format's version comes before the text. */
        @Override
        void target(byte[] buffer, int offset, int length, Canonical out) {
            JsonNode node = parse(buffer, offset + 1, length - 1);
            if (node == null) {
                out.bytes(buffer, offset, length);
            } else {
                write(node, out);
            }
        }

        @Override
        boolean same(SnapshotRows row, int column, byte[] buffer, int offset, int length, Canonical left,
                Canonical right) {
            if (row.type(column) == SnapshotRows.TEXT) {
                if (row.equals(column, buffer, offset + 1, length - 1)) {
                    return true;
                }
            }
            return super.same(row, column, buffer, offset, length, left, right);
        }

        private void write(JsonNode node, Canonical out) {
            switch (node.getNodeType()) {
                case OBJECT -> {
                    var names = new ArrayList<>(node.propertyNames());
                    names.sort(null);
                    out.number('{');
                    out.list(names.size());
                    for (String name : names) {
                        string(name, out);
                        write(node.get(name), out);
                    }
                }
                case ARRAY -> {
                    out.number('[');
                    out.list(node.size());
                    for (JsonNode element : node) {
                        write(element, out);
                    }
                }
                case STRING -> string(node.stringValue(), out);
                case NUMBER -> {
                    out.number('0');
                    BigDecimal value = node.decimalValue();
                    byte[] text = (value.unscaledValue() + "e" + -value.scale()).getBytes(StandardCharsets.US_ASCII);
                    decimal.parse(text, 0, text.length);
                    decimal.write(out);
                }
                case BOOLEAN -> out.number(node.booleanValue() ? 't' : 'f');
                case NULL -> out.number('n');
                case BINARY, MISSING, POJO -> throw new IllegalStateException("JSON text holds no " + node);
            }
        }

        private static void string(String text, Canonical out) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            out.number('"');
            out.bytes(bytes, 0, bytes.length);
        }

        @Override
        String show(byte[] buffer, int offset, int length) {
            return Shown.text(buffer, offset + 1, length - 1);
        }
    }

    /** {@code text[]} and its like, of one dimension, against a JSON array of strings and nulls. */
    static final class TextArrays extends ValueForm {
        private static final int HEADER = 12;

        @Override
        void source(SnapshotRows row, int column, Canonical out) {
            int type = row.type(column);
            JsonNode node = type == SnapshotRows.TEXT || type == SnapshotRows.BLOB
                    ? parse(row.buffer(), row.offset(column), row.length(column))
                    : null;
            if (node == null || !node.isArray()) {
                out.unreadable("no JSON array");
                return;
            }
            for (JsonNode element : node) {
                if (!element.isString() && !element.isNull()) {
                    out.unreadable("a JSON array with elements other than strings");
                    return;
                }
            }
            out.list(node.size());
            for (JsonNode element : node) {
                if (element.isNull()) {
                    out.nothing();
                } else {
                    byte[] text = element.stringValue().getBytes(StandardCharsets.UTF_8);
                    out.bytes(text, 0, text.length);
                }
            }
        }

        @Override
        void target(byte[] buffer, int offset, int length, Canonical out) {
            int dimensions = TargetRows.int32(buffer, offset);
            if (dimensions > 1) {
                out.number(dimensions);
                out.bytes(buffer, offset, length);
                return;
            }
            int count = dimensions == 0 ? 0 : TargetRows.int32(buffer, offset + HEADER);
            out.list(count);
            int at = offset + HEADER + 8;
            for (int i = 0; i < count; i++) {
                int size = TargetRows.int32(buffer, at);
                at += 4;
                if (size < 0) {
                    out.nothing();
                } else {
                    out.bytes(buffer, at, size);
                    at += size;
                }
            }
        }

        @Override
        String show(byte[] buffer, int offset, int length) {
            int dimensions = TargetRows.int32(buffer, offset);
            if (dimensions > 1) {
                return "an array of " + dimensions + " dimensions " + Shown.bytes(buffer, offset, length);
            }
            var array = JSON.createArrayNode();
            int count = dimensions == 0 ? 0 : TargetRows.int32(buffer, offset + HEADER);
            int at = offset + HEADER + 8;
            for (int i = 0; i < count; i++) {
                int size = TargetRows.int32(buffer, at);
                at += 4;
                if (size < 0) {
                    array.addNull();
                } else {
                    array.add(new String(buffer, at, size, StandardCharsets.UTF_8));
                    at += size;
                }
            }
            byte[] text = array.toString().getBytes(StandardCharsets.UTF_8);
            return Shown.text(text, 0, text.length);
        }
    }
}
