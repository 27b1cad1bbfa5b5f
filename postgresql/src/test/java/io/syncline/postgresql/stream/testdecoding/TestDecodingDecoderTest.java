package io.syncline.postgresql.stream.testdecoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.Row;
import io.syncline.api.model.RowBuilder;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.stream.message.DataHeader;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines as servers of 9.4, 9.5, 9.6 and 11 print them. */
class TestDecodingDecoderTest {

    private static final PrintedTable GONE =
            Printed.table("public.gone", 16415, 0, "!id[integer]", "big[text]", "c[integer]");
    private static final PrintedTable FULL = Printed.table("public.full_t", 16400, 0, "!id[integer]", "v[text]");
    private static final PrintedTable KEYLESS =
            Printed.table("public.nokey", 16410, null, "!a[integer]", "b[text]", "d[boolean]");
    private static final PrintedTable MANY = Printed.table(
            "public.\"T \"\"x\"\":é\"",
            16390,
            0,
            "!\"id:\"[integer]",
            "\"a[b]\"[text]",
            "\"c d\"[character varying[]]",
            "n[numeric]",
            "b[bit]",
            "f[double precision]",
            "bool[boolean]",
            "m[public.mood]",
            "cp[public.\"com p\"]");

    private final Printed tables =
            new Printed().with(GONE).with(FULL).with(KEYLESS).with(MANY);
    private final TestDecodingDecoder decoder = new TestDecodingDecoder(tables);

    private @Nullable ChangeEvent decode(String message) {
        return decode(1, message);
    }

    private @Nullable ChangeEvent decode(long place, String message) {
        return decoder.decode(Printed.frame(place, message), DataHeader.LENGTH);
    }

    private ChangeEvent change(String message) {
        return Objects.requireNonNull(decode("table " + message), "an event");
    }

    private static String values(Row row) {
        StringJoiner values = new StringJoiner("|");
        for (int i = 0; i < row.columns(); i++) {
            values.add(
                    row.state(i) == Row.State.VALUE ? row.text(i) : row.state(i).toString());
        }
        return values.toString();
    }

    @Test
    void t19ATransactionEndsWhereTheHeaderOfItsCommitSays() {
        assertThat(decode(0x16B0CB8, "BEGIN 685")).isInstanceOfSatisfying(ChangeEvent.Begin.class, begin -> {
            assertThat(begin.transaction()).isEqualTo("685");
            assertThat(begin.committedAt()).isEqualTo(Instant.parse("2000-01-01T00:00:01Z"));
        });
        assertThat(decoder.isInTransaction()).isTrue();
        assertThat(decode(0x16B1010, "COMMIT 685 (at 2026-11-26 22:19:22.69+00)"))
                .isEqualTo(new ChangeEvent.Commit(new Lsn(0x16B1010), Instant.parse("2026-11-26T22:19:22.690Z")));
        assertThat(decoder.isInTransaction()).isFalse();
    }

    @Test
    void everyKindOfLiteral() {
        decode("BEGIN 1");
        ChangeEvent event =
                change("public.\"T \"\"x\"\":é\": INSERT: \"id:\"[integer]:-1 \"a[b]\"[text]:'it''s \\ b\nl\té'"
                        + " \"c d\"[character varying[]]:'{a,\"b ''c\",NULL}' n[numeric]:1.50 b[bit]:B'101' f[double precision]:-Infinity"
                        + " bool[boolean]:true m[public.mood]:'it''s' cp[public.\"com p\"]:'(1,\"x ''y\")'");
        assertThat(event).isInstanceOfSatisfying(ChangeEvent.Insert.class, insert -> {
            assertThat(insert.table()).isSameAs(MANY.schema());
            assertThat(values(insert.after()))
                    .isEqualTo("-1|it's \\ b\nl\té|{a,\"b 'c\",NULL}|1.50|101|-Infinity|t|it's|(1,\"x 'y\")");
        });
        assertThat(
                        change(
                                "public.\"T \"\"x\"\":é\": INSERT: \"id:\"[integer]:2 \"a[b]\"[text]:'' \"c d\"[character varying[]]:null"
                                        + " n[numeric]:NaN b[bit]:null f[double precision]:1e+300 bool[boolean]:false m[public.mood]:null cp[public.\"com p\"]:null"))
                .isInstanceOfSatisfying(
                        ChangeEvent.Insert.class,
                        insert -> assertThat(values(insert.after())).isEqualTo("2||NULL|NaN|NULL|1e+300|f|NULL|NULL"));
    }

    @Test
    void updatesWithAndWithoutTheOldKey() {
        decode("BEGIN 1");
        assertThat(change("public.gone: UPDATE: id[integer]:1 big[text]:unchanged-toast-datum c[integer]:9"))
                .isInstanceOfSatisfying(ChangeEvent.Update.class, update -> {
                    assertThat(update.before()).isNull();
                    assertThat(values(update.after())).isEqualTo("1|UNCHANGED|9");
                });
        assertThat(
                        change(
                                "public.gone: UPDATE: old-key: id[integer]:1 new-tuple: id[integer]:10 big[text]:unchanged-toast-datum c[integer]:9"))
                .isInstanceOfSatisfying(ChangeEvent.Update.class, update -> {
                    assertThat(values(Objects.requireNonNull(update.before()))).isEqualTo("1|ABSENT|ABSENT");
                    assertThat(values(update.after())).isEqualTo("10|UNCHANGED|9");
                });
        assertThat(change("public.gone: DELETE: id[integer]:3"))
                .isInstanceOfSatisfying(
                        ChangeEvent.Delete.class,
                        delete -> assertThat(values(delete.before())).isEqualTo("3|ABSENT|ABSENT"));
    }

    /** T8: under FULL the old row holds what the new one leaves out, also where quotes are doubled in both. */
    @Test
    void theOldRowCompletesTheNewOne() {
        decode("BEGIN 1");
        assertThat(
                        change(
                                "public.gone: UPDATE: old-key: id[integer]:1 big[text]:'a''b' new-tuple: id[integer]:1 big[text]:unchanged-toast-datum c[integer]:9"))
                .isInstanceOfSatisfying(ChangeEvent.Update.class, update -> {
                    assertThat(values(Objects.requireNonNull(update.before()))).isEqualTo("1|a'b|ABSENT");
                    assertThat(values(update.after())).isEqualTo("1|a'b|9");
                });
    }

    /** Nothing NULL is printed of an old row: where there is no key, what is not printed is NULL. */
    @Test
    void rowsWithoutAKeyAreKnownWhole() {
        decode("BEGIN 1");
        assertThat(
                        change(
                                "public.nokey: UPDATE: old-key: a[integer]:1 b[text]:'x''' new-tuple: a[integer]:1 b[text]:'''' d[boolean]:true"))
                .isInstanceOfSatisfying(ChangeEvent.Update.class, update -> {
                    assertThat(values(Objects.requireNonNull(update.before()))).isEqualTo("1|x'|NULL");
                    assertThat(values(update.after())).isEqualTo("1|'|t");
                });
        assertThat(change("public.nokey: DELETE: a[integer]:1 d[boolean]:false"))
                .isInstanceOfSatisfying(
                        ChangeEvent.Delete.class,
                        delete -> assertThat(delete.before()).isEqualTo(RowBuilder.of("1", null, "f")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "public.nokey: UPDATE: a[integer]:1 b[text]:'y' d[boolean]:null",
                "public.nokey: DELETE: (no-tuple-data)",
                "public.nokey: DELETE: b[text]:'y'",
                "public.gone: DELETE: (no-tuple-data)",
                "public.gone: DELETE: big[text]:'no key'",
                "public.gone: UPDATE: old-key: c[integer]:1 new-tuple: id[integer]:1 big[text]:null c[integer]:9"
            })
    void aChangeThatDoesNotTellItsRowStops(String message) {
        decode("BEGIN 1");
        assertThatThrownBy(() -> change(message))
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_SCHEMA_CHANGED))
                .hasMessageContaining("replica identity");
    }

    /** The plugin prints the columns of the moment of the change; the catalog is of now. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "public.gone: INSERT: id[integer]:1 big[text]:'b'",
                "public.gone: INSERT: id[integer]:1 big[text]:'b' c[integer]:1 d[text]:'new'",
                "public.gone: INSERT: id[integer]:1 large[text]:'b' c[integer]:1",
                "public.gone: INSERT: id[integer]:1 big[text]:'b' c[bigint]:1",
                "public.gone: INSERT: big[text]:'b' id[integer]:1 c[integer]:1",
                "public.gone: UPDATE: old-key: uid[integer]:1 new-tuple: id[integer]:1 big[text]:'b' c[integer]:1",
                "public.gone: UPDATE: old-key: id[integer]:1 new-tuple: id[integer]:1 big[text]:'b'",
                "public.gone: DELETE: id[bigint]:1"
            })
    void aRowOfOtherColumnsStops(String message) {
        decode("BEGIN 1");
        assertThatThrownBy(() -> change(message))
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_SCHEMA_CHANGED))
                .hasMessageContaining("public.gone")
                .hasMessageNotContaining("'b'");
    }

    @Test
    void aRowOfTheColumnsThatTheCatalogHasMeanwhileIsRead() {
        PrintedTable wider =
                Printed.table("public.gone", 16415, 0, "!id[integer]", "big[text]", "c[integer]", "d[text]");
        tables.altered(wider);
        decode("BEGIN 1");
        assertThat(
                        change(
                                "public.gone: UPDATE: old-key: id[integer]:1 new-tuple: id[integer]:2 big[text]:'it''s' c[integer]:1 d[text]:'''new'''"))
                .isInstanceOfSatisfying(ChangeEvent.Update.class, update -> {
                    assertThat(update.table()).isSameAs(wider.schema());
                    assertThat(values(update.after())).isEqualTo("2|it's|1|'new'");
                });
        assertThat(((ChangeEvent.Insert)
                                change("public.gone: INSERT: id[integer]:1 big[text]:'b' c[integer]:1 d[text]:null"))
                        .table())
                .isSameAs(wider.schema());
    }

    @Test
    void aRewriteTellsOfAChangeThatNoRowShows() {
        PrintedTable other =
                Printed.table("public.gone", 16415, 0, "!id[integer]", "big[text]", "c[integer]", "x[text]");
        decode("BEGIN 1");
        assertThat(decode("table public.pg_temp_16415: INSERT: id[integer]:1 big[text]:'b' c[integer]:5"))
                .isNull();
        tables.altered(other);
        assertThat(decode("table public.pg_temp_16415: INSERT: id[integer]:1 big[text]:'b' c[integer]:5"))
                .isEqualTo(new ChangeEvent.SchemaChange(GONE.schema(), other.schema()));
        assertThat(decode("table public.pg_temp_99: INSERT: id[integer]:1")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "table public.other: INSERT: id[integer]:1",
                "table public.\"a: DELETE:\": UPDATE: old-key: x[text]:'y' new-tuple: x[text]:'z'",
                "table other.gone: DELETE: (no-tuple-data)",
                "message: transactional: 1 prefix: syncline, sz: 3 content:a\nb",
                "table public.other, public.more: TRUNCATE: (no-flags)"
            })
    void whatTheTaskDoesNotCarryIsNoEvent(String message) {
        decode("BEGIN 1");
        assertThat(decode(message)).isNull();
    }

    @Test
    void aTableWithOidsPrintsThem() {
        decode("BEGIN 1");
        assertThat(change("public.full_t: INSERT: oid[oid]:16999 id[integer]:1 v[text]:'a'"))
                .isInstanceOfSatisfying(
                        ChangeEvent.Insert.class,
                        insert -> assertThat(values(insert.after())).isEqualTo("1|a"));
        assertThat(change("public.full_t: DELETE: oid[oid]:16999 id[integer]:1"))
                .isInstanceOf(ChangeEvent.Delete.class);
    }

    @ParameterizedTest
    @CsvSource({
        "(no-flags),false,false",
        "restart_seqs,true,false",
        "cascade,false,true",
        "restart_seqs cascade,true,true"
    })
    void truncates(String flags, boolean restart, boolean cascade) {
        decode("BEGIN 1");
        assertThat(change("public.gone, public.other, public.nokey: TRUNCATE: " + flags))
                .isEqualTo(new ChangeEvent.Truncate(List.of(GONE.schema(), KEYLESS.schema()), cascade, restart));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "BEGIN 2",
                "BEGIN",
                "COMMIT 2 (at 2026-11-26 22:19:22.69+00)",
                "COMMIT 1",
                "COMMIT 1 (at 2026-11-26 22:19:22.69+01)",
                "COMMIT 1 (at noon+00)",
                "table public.gone",
                "table gone: INSERT: id[integer]:1",
                "table public.gone: MERGE: id[integer]:1",
                "table public.gone: INSERT: id[integer]: big[text]:'b' c[integer]:1",
                "table public.gone: INSERT: id[integer]:1 big[text]:'b c[integer]:1",
                "table public.gone: INSERT: id[integer]:1 big[text]:b c[integer]:1",
                "table public.nokey: INSERT: a[integer]:1 b[text]:'b' d[boolean]:t",
                "table public.gone: DELETE: id[integer]:unchanged-toast-datum",
                "table public.\"gone: INSERT: id[integer]:1",
                "table public.gone: TRUNCATE: (no-flags) cascade",
                "message: transactional"
            })
    void whatIsNotUnderstoodStops(String message) {
        decode("BEGIN 1");
        assertThatThrownBy(() -> decode(0x16B1010, message))
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVARIANT_BROKEN))
                .hasMessageContaining("0/016B1010");
    }

    @ParameterizedTest
    @ValueSource(strings = {"table public.gone: INSERT: id[integer]:1", "COMMIT 1 (at 2026-11-26 22:19:22.69+00)"})
    void nothingComesOutsideOfATransaction(String message) {
        assertThatThrownBy(() -> decode(message)).isInstanceOf(SyncException.class);
    }
}
