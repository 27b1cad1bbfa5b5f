package io.syncline.postgresql.stream.testdecoding;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.Row;
import io.syncline.api.model.RowBuilder;
import io.syncline.postgresql.stream.message.DataHeader;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** What is printed as the plugin prints it (test_decoding.c, print_literal and tuple_to_stringinfo) comes back, whatever it is. */
class PrintedLiteralsTest {

    private static final int WIDTH = 5;

    @Property
    void rowsComeBack(@ForAll("rows") List<@Nullable String> before, @ForAll("rows") List<@Nullable String> after) {
        PrintedTable table = Printed.table("public.t", 1, null, "a[text]", "b[text]", "c[text]", "d[text]", "e[text]");
        TestDecodingDecoder decoder = new TestDecodingDecoder(new Printed().with(table));
        decoder.decode(Printed.frame(1, "BEGIN 1"), DataHeader.LENGTH);

        byte[] frame = Printed.frame(
                2, "table public.t: UPDATE: old-key:" + printed(before, true) + " new-tuple:" + printed(after, false));
        assertThat(decoder.decode(frame, DataHeader.LENGTH))
                .isEqualTo(new ChangeEvent.Update(table.schema(), row(before), row(after)));
    }

    private static Row row(List<@Nullable String> values) {
        RowBuilder row = new RowBuilder(WIDTH);
        for (String value : values) {
            if (value == null) {
                row.state(Row.NULL);
            } else {
                row.value(value);
            }
        }
        return row.build();
    }

    private static String printed(List<@Nullable String> values, boolean old) {
        return IntStream.range(0, WIDTH)
                .filter(i -> !old || values.get(i) != null)
                .mapToObj(i -> " " + (char) ('a' + i) + "[text]:" + literal(values.get(i)))
                .collect(Collectors.joining());
    }

    private static String literal(@Nullable String value) {
        return value == null ? "null" : "'" + value.replace("'", "''") + "'";
    }

    @Provide
    Arbitrary<List<@Nullable String>> rows() {
        Arbitrary<String> text = Arbitraries.oneOf(
                Arbitraries.strings().withChars("' \\[]:nulé\n\"").ofMaxLength(8),
                Arbitraries.strings().excludeChars((char) 0).ofMaxLength(20).filter(PrintedLiteralsTest::isUnicode),
                Arbitraries.of(
                        "null", "unchanged-toast-datum", "' b[text]:'", " new-tuple:", "(no-tuple-data)", "''", "'"));
        return text.injectNull(0.2).list().ofSize(WIDTH);
    }

    /** Half of a pair is no character, and PostgreSQL stores none. */
    private static boolean isUnicode(String text) {
        return text.codePoints()
                .noneMatch(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
    }
}
