package io.syncline.api.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.syncline.api.error.SyncException;
import io.syncline.api.model.CopyPage;
import io.syncline.api.model.Row;
import io.syncline.api.model.RowBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class CopyTextTest {

    @Property
    void rowsComeBack(@ForAll("tables") List<Row> rows) {
        int columns = rows.getFirst().columns();
        CopyTextEncoder encoder = new CopyTextEncoder(new CopyBuffer(1));
        rows.forEach(row -> encoder.append(row, all(columns)));

        assertThat(new CopyTextDecoder(columns).decode(encoder.page())).isEqualTo(rows);
    }

    @Property
    void escapesWhatAPlainLoopEscapes(@ForAll("values") byte[] value) {
        CopyBuffer buffer = new CopyBuffer(16);
        new CopyTextEncoder(buffer).appendValue(value, 0, value.length);

        assertThat(Arrays.copyOf(buffer.bytes(), buffer.length())).isEqualTo(plainly(value));
    }

    @Property
    void readsOnlyItsPartOfAPage(@ForAll("values") byte[] before, @ForAll("values") byte[] value) {
        byte[] page = Arrays.copyOf(before, before.length + value.length + 9);
        System.arraycopy(value, 0, page, before.length, value.length);
        Arrays.fill(page, before.length + value.length, page.length, (byte) '\\');
        CopyBuffer buffer = new CopyBuffer(16);
        new CopyTextEncoder(buffer).appendValue(page, before.length, value.length);

        assertThat(Arrays.copyOf(buffer.bytes(), buffer.length())).isEqualTo(plainly(value));
    }

    @Example
    void nullIsNoBackslashN() {
        CopyBuffer buffer = new CopyBuffer(16);
        CopyTextEncoder encoder = new CopyTextEncoder(buffer);
        encoder.append(RowBuilder.of("\\N", null, "", "\\."), new int[] {1, 0, 2, 3});

        assertThat(text(encoder.page())).isEqualTo("\\N\t\\\\N\t\t\\\\.\n");
        assertThat(encoder.rows()).isEqualTo(1);
    }

    @Example
    void aRowWithoutColumnsIsALine() {
        CopyTextEncoder encoder = new CopyTextEncoder(new CopyBuffer(16));
        encoder.append(RowBuilder.of(), new int[0]);

        assertThat(text(encoder.page())).isEqualTo("\n");
        assertThat(new CopyTextDecoder(0).decode(encoder.page())).hasSize(1);
    }

    @Example
    void whatWasNotSentIsNotWritten() {
        CopyTextEncoder encoder = new CopyTextEncoder(new CopyBuffer(16));
        Row row = new RowBuilder(2).state(Row.UNCHANGED).state(Row.ABSENT).build();

        assertThatIllegalStateException().isThrownBy(() -> encoder.append(row, new int[] {0}));
        assertThatIllegalStateException().isThrownBy(() -> encoder.append(row, new int[] {1}));
    }

    @Example
    void anEmptiedBufferForgetsOneHugeRow() {
        CopyBuffer buffer = new CopyBuffer(1024);
        CopyTextEncoder encoder = new CopyTextEncoder(buffer);
        encoder.append(RowBuilder.of("x".repeat(1 << 20)), new int[] {0});
        encoder.reset();

        assertThat(buffer.bytes()).hasSize(1024);
        assertThat(encoder.page().rows()).isZero();
    }

    @Example
    void knowsEveryEscapeOfCopyFrom() {
        byte[] bytes = "\\b\\f\\n\\r\\t\\v\\\\\\101\\x42\\x4\\7\\q\\x\t\\N\n".getBytes(StandardCharsets.UTF_8);
        Row row = new CopyTextDecoder(2)
                .decode(new CopyPage(bytes, bytes.length, 1))
                .getFirst();

        assertThat(row.text(0)).isEqualTo("\b\f\n\r\t\u000B\\AB\u0004\u0007qx");
        assertThat(row.isNull(1)).isTrue();
    }

    @Example
    void aCutOrWrongLineIsAnError() {
        for (String data : List.of("a\tb\tc\n", "a\n", "a\tb", "a\tb\\")) {
            byte[] bytes = data.getBytes(StandardCharsets.UTF_8);
            assertThatExceptionOfType(SyncException.class)
                    .isThrownBy(() -> new CopyTextDecoder(2).decode(new CopyPage(bytes, bytes.length, 1)));
        }
    }

    @Provide
    Arbitrary<byte[]> values() {
        Arbitrary<Byte> nearEscapes = Arbitraries.of("\b\t\n\u000B\f\r\\N. ~[]^\u0007\u000E\u001F \u007Fxyz"
                .chars()
                .mapToObj(character -> (byte) character)
                .toList());
        return Arbitraries.frequencyOf(
                        net.jqwik.api.Tuple.of(1, nearEscapes),
                        net.jqwik.api.Tuple.of(6, Arbitraries.bytes().filter(value -> value != 0)))
                .array(byte[].class)
                .ofMaxSize(60);
    }

    @Provide
    Arbitrary<List<Row>> tables() {
        return Arbitraries.integers()
                .between(1, 5)
                .flatMap(columns -> values().injectNull(0.1)
                        .list()
                        .ofSize(columns)
                        .map(CopyTextTest::row)
                        .list()
                        .ofMinSize(1)
                        .ofMaxSize(8));
    }

    private static Row row(List<byte[]> values) {
        RowBuilder builder = new RowBuilder(values.size());
        for (byte[] value : values) {
            if (value == null) {
                builder.state(Row.NULL);
            } else {
                builder.value(value, 0, value.length);
            }
        }
        return builder.build();
    }

    private static int[] all(int columns) {
        return IntStream.range(0, columns).toArray();
    }

    private static String text(CopyPage page) {
        return new String(page.bytes(), 0, page.length(), StandardCharsets.UTF_8);
    }

    /** Replacement by replacement, as the documentation lists them. */
    private static byte[] plainly(byte[] value) {
        return new String(value, StandardCharsets.ISO_8859_1)
                .replace("\\", "\\\\")
                .replace("\b", "\\b")
                .replace("\t", "\\t")
                .replace("\n", "\\n")
                .replace("\u000B", "\\v")
                .replace("\f", "\\f")
                .replace("\r", "\\r")
                .getBytes(StandardCharsets.ISO_8859_1);
    }
}
