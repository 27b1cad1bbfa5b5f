package io.syncline.engine.stream.coalesce;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.model.Row;
import io.syncline.api.model.RowBuilder;
import io.syncline.api.model.TextForm;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.BigRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyBytesTest {

    @ParameterizedTest
    @CsvSource({
        "UNIQUE, 1.0, 1.0",
        "UNIQUE, -0, -0",
        "NUMERIC, 1, 1",
        "NUMERIC, 1.0, 1",
        "NUMERIC, 100, 100",
        "NUMERIC, 100.00, 100",
        "NUMERIC, 0.00, 0",
        "NUMERIC, -0.00, 0",
        "NUMERIC, -0, 0",
        "NUMERIC, -0.10, -0.1",
        "NUMERIC, 10.010, 10.01",
        "NUMERIC, NaN, NaN",
        "NUMERIC, -Infinity, -Infinity",
        "FLOAT, -0, 0",
        "FLOAT, 0, 0",
        "FLOAT, 1e+20, 1e+20",
        "FLOAT, NaN, NaN",
        "BLANK_PADDED, 'ab  ', ab",
        "BLANK_PADDED, '  ', ''",
        "BLANK_PADDED, ' a b', ' a b'",
    })
    void bytesThatCount(TextForm form, String text, String counts) {
        assertThat(normalised(text, form)).isEqualTo(counts);
    }

    @Property
    void numbersAreOneKeyExactlyWhenTheyAreEqual(
            @ForAll @BigRange(min = "-20", max = "20") @Scale(2) BigDecimal one,
            @ForAll @BigRange(min = "-20", max = "20") @Scale(2) BigDecimal other,
            @ForAll @IntRange(max = 5) int zeros) {
        Row a = RowBuilder.of(one.toPlainString());
        Row b = RowBuilder.of(other.setScale(2 + zeros).toPlainString());

        boolean equal = equal(a, b, TextForm.NUMERIC);

        assertThat(equal).isEqualTo(one.compareTo(other) == 0);
        if (equal) {
            assertThat(hash(a, TextForm.NUMERIC)).isEqualTo(hash(b, TextForm.NUMERIC));
        }
    }

    @Property
    void textsAreOneKeyExactlyWhenTheyAreEqual(@ForAll String one, @ForAll String other) {
        Row a = RowBuilder.of(one);
        Row b = new RowBuilder(1).value("shifts the page" + other).build();
        Row shifted = new Row(b.page(), new int[] {15, b.length(0) - 15});
        boolean same = Arrays.equals(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));

        assertThat(equal(a, shifted, TextForm.UNIQUE)).isEqualTo(same);
        assertThat(hash(RowBuilder.of(other), TextForm.UNIQUE)).isEqualTo(hash(shifted, TextForm.UNIQUE));
    }

    /** Keys of a batch often follow each other. In a table that is a quarter full each of them should find a slot as if slots were drawn by lot. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "%d",
                "%06d",
                "%08d",
                "%016d",
                "1%015d",
                "order-%d",
                "%d-order",
                "%08x-4bf9-4c3e-9d5a-7a1d1f3b2c00",
                "7a1d1f3b-4bf9-4c3e-9d5a-0000%08x"
            })
    void consecutiveKeysSpread(String keys) {
        int many = 50_000;
        int slots = 1 << 18;
        long taken = IntStream.range(0, many)
                .map(i -> hash(RowBuilder.of(String.format(Locale.ROOT, keys, i)), TextForm.UNIQUE) & slots - 1)
                .distinct()
                .count();

        double drawn = slots * -Math.expm1(-(double) many / slots);
        assertThat(taken).isGreaterThan((long) (0.98 * drawn));
    }

    private static boolean equal(Row a, Row b, TextForm form) {
        return KeyBytes.equal(a.page(), KeyBytes.slice(a, 0, form), b.page(), KeyBytes.slice(b, 0, form));
    }

    private static int hash(Row row, TextForm form) {
        return KeyBytes.finish(KeyBytes.hash(KeyBytes.SEED, row.page(), KeyBytes.slice(row, 0, form)));
    }

    private static String normalised(String text, TextForm form) {
        Row row = RowBuilder.of(text);
        long slice = KeyBytes.slice(row, 0, form);
        return new String(row.page(), (int) (slice >>> Integer.SIZE), (int) slice, StandardCharsets.UTF_8);
    }
}
