package io.syncline.postgresql.stream.pgoutput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.Column;
import io.syncline.api.model.ColumnType;
import io.syncline.api.model.Key;
import io.syncline.api.model.Row;
import io.syncline.api.model.RowBuilder;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import io.syncline.api.model.TextForm;
import io.syncline.postgresql.session.Lsn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PgOutputDecoderTest {

    private static final int OID = 16_400;

    private final PgOutputDecoder decoder = new PgOutputDecoder(PgOutputDecoderTest::shape, new Lsn(100));

    private static TableSchema shape(RelationMessage message) {
        ColumnType text = new ColumnType("text", "text", 25, TextForm.UNIQUE);
        List<Column> columns = message.columns().stream()
                .map(column -> new Column(column.name(), text, true, false))
                .toList();
        return new TableSchema(
                new TableId("db", message.schema(), message.name()),
                message.oid(),
                columns,
                new Key(Key.Kind.PRIMARY, List.of(0), false));
    }

    private @Nullable ChangeEvent decode(byte[] message) {
        return decoder.decode(message, 0);
    }

    private void open() {
        decode(Message.begin(200, 7));
        decode(Message.relation(OID, "item", 2));
    }

    /** Position is the end of the commit record; a snapshot contains the transaction from one byte behind that record's begin. */
    @Test
    void positionsAreThoseOfTheCommitRecord() {
        assertThat(decode(Message.begin(200, -1))).isInstanceOfSatisfying(ChangeEvent.Begin.class, begin -> {
            assertThat(begin.containedFrom()).isEqualTo(new Lsn(201));
            assertThat(begin.transaction()).isEqualTo("4294967295");
            assertThat(begin.committedAt()).isEqualTo("2000-01-01T00:00:00Z");
        });
        assertThat(decode(Message.commit(200, 248)))
                .isInstanceOfSatisfying(
                        ChangeEvent.Commit.class,
                        commit -> assertThat(commit.position()).isEqualTo(new Lsn(248)));
    }

    /** T19: a transaction that ends at the start or before it is not delivered again, whoever sends it. */
    @Test
    void t19TransactionsBeforeTheStartAreLeftOut() {
        assertThat(decode(Message.begin(60, 7))).isNull();
        assertThat(decode(Message.relation(OID, "item", 2))).isNull();
        assertThat(decode(Message.of('I').int32(OID).tuple('N', "1", "a").bytes()))
                .isNull();
        assertThat(decode(Message.commit(60, 100))).isNull();
        assertThat(decode(Message.begin(100, 8))).isInstanceOf(ChangeEvent.Begin.class);
        assertThat(decode(Message.of('I').int32(OID).tuple('N', "1", "a").bytes()))
                .isInstanceOf(ChangeEvent.Insert.class);
        assertThat(decode(Message.commit(100, 140))).isInstanceOf(ChangeEvent.Commit.class);
    }

    /** In a key tuple 'n' means "not sent", elsewhere NULL. */
    @Test
    void aKeyTupleKnowsNothingOfOtherColumns() {
        open();
        ChangeEvent event = decode(Message.of('U')
                .int32(OID)
                .tuple('K', "1", null)
                .tuple('N', "2", null)
                .bytes());
        assertThat(event).isInstanceOfSatisfying(ChangeEvent.Update.class, update -> {
            assertThat(update.before())
                    .isEqualTo(new RowBuilder(2).value("1").state(Row.ABSENT).build());
            assertThat(update.after()).isEqualTo(RowBuilder.of("2", null));
        });
        assertThat(decode(Message.of('D').int32(OID).tuple('O', "1", null).bytes()))
                .isInstanceOfSatisfying(
                        ChangeEvent.Delete.class,
                        delete -> assertThat(delete.before()).isEqualTo(RowBuilder.of("1", null)));
    }

    /** A row is its message: no byte is copied. */
    @Test
    void rowsShareTheMessage() {
        open();
        byte[] message = Message.of('I').int32(OID).tuple('N', "1", "ü").bytes();
        assertThat(decode(message)).isInstanceOfSatisfying(ChangeEvent.Insert.class, insert -> {
            assertThat(insert.after().page()).isSameAs(message);
            assertThat(insert.after().text(1)).isEqualTo("ü");
        });
    }

    @Test
    void manyTablesAreToldApart() {
        open();
        List<Integer> oids = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            oids.add(i * 1024 - 7);
        }
        oids.forEach(
                oid -> assertThat(decode(Message.relation(oid, "t" + oid, 1))).isNull());
        for (int oid : oids) {
            assertThat(decode(Message.of('I').int32(oid).tuple('N', "1").bytes()))
                    .isInstanceOfSatisfying(
                            ChangeEvent.Insert.class,
                            insert -> assertThat(insert.table().table().name()).isEqualTo("t" + oid));
        }
    }

    /** The engine compares shapes by reference first: a description without a difference keeps the object. */
    @Test
    void aDescriptionWithoutDifferenceKeepsTheShape() {
        open();
        byte[] row = Message.of('I').int32(OID).tuple('N', "1", "a").bytes();
        TableSchema first = ((ChangeEvent.Insert) notNull(decode(row))).table();
        assertThat(decode(Message.relation(OID, "item", 2))).isNull();
        assertThat(((ChangeEvent.Insert) notNull(decode(row))).table()).isSameAs(first);
        assertThat(decode(Message.relation(OID, "item", 3)))
                .isEqualTo(new ChangeEvent.SchemaChange(first, shape("item", OID, 3)));
        assertThat(decode(Message.relation(OID + 1, "item", 3)))
                .isEqualTo(new ChangeEvent.SchemaChange(shape("item", OID, 3), shape("item", OID + 1, 3)));
    }

    private static TableSchema shape(String name, int oid, int columns) {
        List<RelationMessage.Column> described = new ArrayList<>();
        for (int i = 0; i < columns; i++) {
            described.add(new RelationMessage.Column("c" + i, 25, -1, i == 0));
        }
        return shape(new RelationMessage(oid, "public", name, RelationMessage.Identity.DEFAULT, described));
    }

    /** I4: what is not known is an error. */
    @Test
    void i4WhatIsUnknownIsAnError() {
        assertMalformed(Message.of('S').int32(1).bytes(), "its type is 83");
        assertMalformed(Message.of('I').int32(OID).tuple('N', "1", "a").bytes(), "outside of any transaction");
        assertMalformed(Message.commit(1, 2), "outside of any transaction");
        open();
        assertMalformed(Message.begin(300, 8), "inside of another");
        assertMalformed(Message.of('I').int32(1).tuple('N', "1", "a").bytes(), "not described before");
        assertMalformed(Message.of('I').int32(OID).tuple('K', "1", "a").bytes(), "a tuple is marked");
        assertMalformed(Message.of('D').int32(OID).tuple('N', "1", "a").bytes(), "an old tuple is marked");
        assertMalformed(Message.of('I').int32(OID).tuple('N', "1").bytes(), "has 1 columns where 2");
        assertMalformed(Message.of('I').int32(OID).int8('N').int16(2).int8('b').bytes(), "is marked 98");
        assertMalformed(Message.of('D').int32(OID).int8('K').int16(2).int8('u').bytes(), "lacks a value");
        assertMalformed(Message.of('I').int32(OID).tuple('N', "1", "a").int8(0).bytes(), "follow its end");
        assertMalformed(
                Message.of('I')
                        .int32(OID)
                        .int8('N')
                        .int16(2)
                        .int8('t')
                        .int32(-5)
                        .bytes(),
                "it ends at");
        assertMalformed(Message.of('T').int32(1).int8(4).int32(OID).bytes(), "unknown options");
        assertMalformed(Message.of('C').int8(1).int64(1).int64(2).int64(3).bytes(), "unknown flags");
    }

    /** A message that is cut anywhere is refused; no value is made up of what is missing. */
    @Test
    void aCutMessageIsAnError() {
        open();
        byte[] update = Message.of('U')
                .int32(OID)
                .tuple('K', "1", null)
                .tuple('N', "2", "text")
                .bytes();
        for (int length = 0; length < update.length; length++) {
            assertMalformed(Arrays.copyOf(update, length), "");
        }
        byte[] relation = Message.relation(OID + 9, "cut", 3);
        for (int length = 0; length < relation.length; length++) {
            assertMalformed(Arrays.copyOf(relation, length), "");
        }
    }

    private void assertMalformed(byte[] message, String words) {
        assertThatThrownBy(() -> decode(message))
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVARIANT_BROKEN))
                .hasMessageContaining(words);
    }

    private static ChangeEvent notNull(@Nullable ChangeEvent event) {
        assertThat(event).isNotNull();
        return event;
    }
}
