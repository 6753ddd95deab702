package dev.ferryman.verify.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class KeyRangeTest {
    @Property(tries = 1000)
    void ranges_hold_every_key_there_is_exactly_once(@ForAll long one, @ForAll long other,
            @ForAll @IntRange(min = 1, max = 40) int count) {
        List<KeyRange> ranges = KeyRange.cut(Math.min(one, other), Math.max(one, other), count);
        assertThat(ranges).hasSizeBetween(1, count);
        assertThat(ranges.getFirst().from()).isNull();
        assertThat(ranges.getLast().below()).isNull();
        for (int i = 1; i < ranges.size(); i++) {
            assertThat(ranges.get(i).from()).isNotNull().isEqualTo(ranges.get(i - 1).below());
            if (i > 1) {
                assertThat(ranges.get(i).from()).isGreaterThan(ranges.get(i - 1).from());
            }
        }
    }
}
