package dev.ferryman.fidelity;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Tuple;

/** Values of SQLite as SQL: those at the edges of every storage class and every reading, and ordinary ones. */
final class AnyValue {
    private static final List<String> INTEGERS = List.of("0", "1", "-1", "2", "32767", "32768", "-32768", "-32769",
            "2147483647", "2147483648", "-2147483648", "-2147483649", "9007199254740992", "9007199254740993",
            "9223372036854775807", "-9223372036854775808");
    private static final List<String> REALS = List.of("0.0", "-0.0", "1.5", "0.1", "123456789.123", "1e15", "1e16",
            "1e-5", "100000.0", "9007199254740993.0", "1.7976931348623157e308", "5e-324", "9e999", "-9e999", "1e23",
            "2460310.5", "1700000000.25", "0.30000000000000004");
    private static final List<String> TEXTS = List.of("''", "' '", "'a'", "'A'", "'a '", "' a'", "'ä'", "'Ä'", "'ß'",
            "'ẞ'", "'İ'", "'ı'", "'🐘'", "'1'", "'01'", "'1.0'", "'1e3'", "'NaN'", "'Infinity'", "'NULL'", "'\\N'",
            "'\\x41'", "'it''s'", "char(9)", "char(10)", "char(13, 10)", "char(1)", "char(0xfffd)", "char(0x10ffff)",
            "'e' || char(0x301)", "'é'", "CAST(x'610062' AS TEXT)", "CAST(x'00' AS TEXT)", "CAST(x'ff' AS TEXT)",
            "CAST(x'eda080' AS TEXT)", "CAST(x'c080' AS TEXT)", "replace(hex(zeroblob(1500)), '00', 'xyz')");
    private static final List<String> DATES = List.of("'2024-02-29'", "'2024-02-30'", "'2024-2-9'", "'20240229'",
            "'2024-02-29 12:34'", "'2024-02-29 12:34:56'", "'2024-02-29T12:34:56'", "'2024-02-29T12:34:56Z'",
            "'2024-02-29 12:34:56.1'", "'2024-02-29 12:34:56.123456'", "'2024-02-29 12:34:56.123456789'",
            "'2024-02-29 12:34:56+02:00'", "'2024-02-29 12:34:56 +0530'", "'2024-02-29T24:00:00'",
            "'2024-02-29 23:59:60'", "'0000-01-01'", "'0001-01-01'", "'9999-12-31 23:59:59.999999'", "'-0001-01-01'",
            "'10000-01-01'", "'12:34'", "'12:34:56.789'", "'24:00'", "'now'", "'1969-12-31 23:59:59Z'", "'29/02/2024'",
            "1700000000", "1700000000123", "1700000000123456", "1700000000123456789", "2460310.5", "1700000000.125",
            "-1");
    private static final List<String> BOOLEANS = List.of("0", "1", "2", "'t'", "'f'", "'true'", "'FALSE'", "'yes'",
            "'no'", "'on'", "'off'", "'1'", "'0'", "''", "1.0");
    private static final List<String> JSON = List.of("'{}'", "'[]'", "'null'", "'1'", "' [ 1, 2.50 ] '",
            "'{\"b\":1,\"a\":2,\"b\":3}'", "'\"\\u0000\"'", "'\"\\ud800\"'", "'\"\\u00e4\"'", "'1e400'", "'-0'",
            "'1.0'", "'12345678901234567890.123456789'", "'{bad'", "'[\"a\", \"b\"]'", "'[null]'",
            "'{\"a\":{\"b\":[]}}'",
            "'NaN'", "'[1,]'", "CAST('[1]' AS BLOB)");
    private static final List<String> UUIDS = List.of("'6f9619ff-8b86-d011-b42d-00c04fc964ff'",
            "'6F9619FF-8B86-D011-B42D-00C04FC964FF'", "'{6f9619ff-8b86-d011-b42d-00c04fc964fe}'",
            "'6f9619ff8b86d011b42d00c04fc964fd'", "x'6f9619ff8b86d011b42d00c04fc964fc'", "'6f9619ff'",
            "'6f9619ff-8b86-d011-b42d-00c04fc964fg'");
    private static final List<String> BLOBS = List.of("x''", "x'00'", "x'ff'", "x'61'", "x'c3a4'", "x'7b7d'", "x'31'",
            "zeroblob(3000)", "x'6f9619ff8b86d011b42d00c04fc964ff'", "x'5c783431'");
    private static final List<String> DECIMALS = List.of("'1.10'", "'0.1'", "12345.678", "1.1", "0.01", "99.99", "100",
            "99.995", "'1e-3'", "'-0.0'", "'.5'", "'5.'", "'+1'", "' 1'", "0.1 + 0.2", "1e20", "1e-7",
            "'12345678901234567890.12345678901234567890'");

    private AnyValue() {}

    /** Values of one family, and now and then one of another, as columns of SQLite hold them. */
    static Arbitrary<List<String>> column() {
        var integers = Arbitraries.oneOf(Arbitraries.of(INTEGERS),
                Arbitraries.longs().map(AnyValue::integer),
                Arbitraries.integers().between(-5, 20).map(String::valueOf));
        var reals = Arbitraries.oneOf(Arbitraries.of(REALS), Arbitraries.doubles().between(-1e18, 1e18)
                .ofScale(9).map(String::valueOf));
        var texts = Arbitraries.oneOf(Arbitraries.of(TEXTS), Arbitraries.strings().ofMaxLength(8)
                .excludeChars('\0').filter(AnyValue::isText).map(text -> "'" + text.replace("'", "''") + "'"));
        var blobs = Arbitraries.oneOf(Arbitraries.of(BLOBS), Arbitraries.bytes().array(byte[].class).ofMaxSize(9)
                .map(bytes -> "x'" + java.util.HexFormat.of().formatHex(bytes) + "'"));
        var any = Arbitraries.oneOf(integers, reals, texts, blobs, Arbitraries.of(DATES), Arbitraries.of(BOOLEANS),
                Arbitraries.of(JSON), Arbitraries.of(UUIDS), Arbitraries.of(DECIMALS));
        var families = List.<Arbitrary<String>>of(integers, reals, texts, blobs, Arbitraries.of(DATES),
                Arbitraries.of(BOOLEANS), Arbitraries.of(JSON), Arbitraries.of(UUIDS), Arbitraries.of(DECIMALS), any);
        return Arbitraries.integers().between(0, families.size() - 1).flatMap(family -> Arbitraries.frequencyOf(
                Tuple.of(17, families.get(family)), Tuple.of(2, Arbitraries.just("NULL")), Tuple.of(1, any)).list()
                .ofMaxSize(7));
    }

    private static String integer(long value) {
        return value == Long.MIN_VALUE ? "-9223372036854775808" : String.valueOf(value);
    }

    private static boolean isText(String text) {
        return text.codePoints().noneMatch(c -> c >= 0xd800 && c <= 0xdfff);
    }
}
