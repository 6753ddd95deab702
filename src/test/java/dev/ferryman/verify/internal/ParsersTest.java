package dev.ferryman.verify.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParsersTest {
    private static final LocalDateTime EPOCH = LocalDateTime.of(1970, 1, 1, 0, 0);
    private final IsoMoment iso = new IsoMoment();
    private final DecimalValue decimal = new DecimalValue();
    private final Random random = new Random(7);

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** In the middle of other bytes, as it stands in a row. */
    private static boolean reads(IsoMoment iso, byte[] text) {
        byte[] row = new byte[text.length + 4];
        System.arraycopy(text, 0, row, 2, text.length);
        return iso.readMoment(row, 2, text.length);
    }

    @Test
    void moments_agree_with_java_time() {
        for (int i = 0; i < 20_000; i++) {
            var moment = LocalDateTime.of(LocalDate.ofEpochDay(random.nextInt(-719_000, 2_900_000)),
                    LocalTime.ofNanoOfDay(random.nextLong(86_400_000_000L) * 1000));
            assertThat(reads(iso, ascii(moment.toString()))).as("%s", moment).isTrue();
            assertThat(iso.micros()).isEqualTo(ChronoUnit.MICROS.between(EPOCH, moment));

            var zoned = OffsetDateTime.of(moment, ZoneOffset.ofTotalSeconds(60 * random.nextInt(-900, 900)));
            assertThat(reads(iso, ascii(zoned.toString()))).as("%s", zoned).isTrue();
            assertThat(iso.micros()).isEqualTo(
                    ChronoUnit.MICROS.between(EPOCH.atOffset(ZoneOffset.UTC), zoned));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2024-02-29 12:34", "2024-02-29T12:34:00Z", "2024-02-29 12:34:00.000000000",
            "2024-02-29 12:34:00 +0000", "2024-02-29 12:34:00 UTC", "2024-02-29 18:04+05:30", "2024-02-29 07:34:00-05"})
    void every_spelling_of_a_moment_is_the_same_moment(String text) {
        assertThat(reads(iso, ascii(text))).isTrue();
        assertThat(iso.micros()).isEqualTo(ChronoUnit.MICROS.between(EPOCH, LocalDateTime.of(2024, 2, 29, 12, 34)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "2024", "2024-02-30", "2023-02-29", "2024-13-01", "2024-00-01", "2024-01-00",
            "2024-1-1", "24-01-01", "2024-01-01 24:00", "2024-01-01 12:60", "2024-01-01 12:00:60", "2024-01-01 12",
            "2024-01-01 12:00:00.", "2024-01-01 12:00:00.1234567", "2024-01-01 12:00:00+", "2024-01-01 12:00:00+1",
            "2024-01-01 12:00:00 CET", "2024-01-01 ", " 2024-01-01", "2024-01-01x", "x024-01-01", "2024/01/01", "now",
            "2024-01-01 12:00:00+05:30x"})
    void what_is_no_moment_is_refused(String text) {
        assertThat(reads(iso, ascii(text))).isFalse();
    }

    @Test
    void decimals_agree_with_big_decimal() {
        for (int i = 0; i < 20_000; i++) {
            var number = new BigDecimal(new BigInteger(random.nextInt(1, 120), random), random.nextInt(-30, 60));
            if (random.nextBoolean()) {
                number = number.negate();
            }
            for (String text : List.of(number.toString(), number.toPlainString(), number.toEngineeringString())) {
                assertThat(decimal.parse(ascii(text), 0, text.length())).as(text).isTrue();
                assertThat(new BigDecimal(decimal.show(0))).as(text).isEqualByComparingTo(number);
            }
        }
    }

    @Test
    void integers_as_decimals_agree_with_big_decimal() {
        for (long number : List.of(0L, 1L, -1L, 10L, 10_000L, 123_456_789L, Long.MAX_VALUE, Long.MIN_VALUE)) {
            decimal.set(number);
            assertThat(decimal.show(0)).isEqualTo(Long.toString(number));
            assertThat(decimal.fitsLong()).isTrue();
            assertThat(decimal.toLong()).isEqualTo(number);
        }
        String beyond = "9223372036854775808";
        assertThat(decimal.parse(ascii(beyond), 0, beyond.length())).isTrue();
        assertThat(decimal.fitsLong()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", ".", "e5", "1e", "1e+", "1.2.3", "0x10", "1 ", " 1", "--1", "1,5", "NaN"})
    void what_is_no_decimal_is_refused(String text) {
        assertThat(decimal.parse(ascii(text), 0, text.length())).isFalse();
    }

    @Test
    void the_text_of_a_real_reads_back_as_the_same_real_and_looks_like_sqlites() throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite::memory:");
                var statement = connection.prepareStatement("SELECT CAST(? AS TEXT)")) {
            for (double value : List.of(0.0, 1.0, -1.5, 1e14, 123456.75, 1e-4, 1e-5, 9.5e-5, 1e100, -2.5e-300)) {
                statement.setDouble(1, value);
                try (var rows = statement.executeQuery()) {
                    rows.next();
                    assertThat(RealText.of(value)).isEqualTo(rows.getString(1));
                }
            }
        }
        // Where scientific notation begins differs between versions of SQLite; here it is fixed.
        assertThat(RealText.of(1e15)).isEqualTo("1.0e+15");
        for (int i = 0; i < 20_000; i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(value)) {
                assertThat(Double.parseDouble(RealText.of(value))).isEqualTo(value);
            }
        }
    }

    @Test
    void key_ranges_cover_every_key_once() {
        for (long[] bounds : List.of(new long[]{0, 0}, new long[]{1, 2}, new long[]{-5, 100},
                new long[]{Long.MIN_VALUE, Long.MAX_VALUE}, new long[]{Long.MAX_VALUE - 3, Long.MAX_VALUE})) {
            var ranges = KeyRange.cut(bounds[0], bounds[1], 7);
            assertThat(ranges.getFirst().from()).isNull();
            assertThat(ranges.getLast().below()).isNull();
            for (int i = 1; i < ranges.size(); i++) {
                assertThat(ranges.get(i).from()).isNotNull().isEqualTo(ranges.get(i - 1).below());
            }
            for (int i = 1; i < ranges.size() - 1; i++) {
                assertThat(ranges.get(i).below()).isNotNull().isGreaterThan(ranges.get(i).from());
            }
        }
    }
}
