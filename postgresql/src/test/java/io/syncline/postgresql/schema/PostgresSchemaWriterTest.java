package io.syncline.postgresql.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.TableId;
import io.syncline.api.port.CrashMarks;
import io.syncline.api.port.SchemaWriter.Outcome;
import io.syncline.api.schema.Layout;
import io.syncline.api.schema.ObjectRef;
import io.syncline.api.schema.Partitioning;
import io.syncline.api.schema.SchemaObject;
import io.syncline.api.schema.SchemaObject.ColumnDefinition;
import io.syncline.api.schema.SchemaObject.Comment;
import io.syncline.api.schema.SchemaObject.EnumType;
import io.syncline.api.schema.SchemaObject.ForeignKey;
import io.syncline.api.schema.SchemaObject.KeyConstraint;
import io.syncline.api.schema.SchemaObject.Namespace;
import io.syncline.api.schema.SchemaObject.Table;
import io.syncline.api.task.EditedStatements;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.session.Side;
import io.syncline.testkit.postgres.Sql;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresSchemaWriterTest {

    private static final TableId T = new TableId("any", "public", "t");
    private static final TableId U = new TableId("any", "public", "u");
    private static final ForeignKey U_TO_T =
            new ForeignKey(U, "u_to_t", List.of("id"), T, List.of("id"), false, "ON DELETE CASCADE");

    /** I7, T20: a process that was taken over makes nothing. */
    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void i7WhoLostTheLeaseMakesNothing(String version) {
        try (Ends ends = new Ends(version, version);
                Sql sql = ends.destination.sql();
                PostgresSchemaWriter writer = ends.writer()) {
            assertThat(writer.create(table(T, null))).isEqualTo(Outcome.CREATED);
            ends.takeOver();
            assertThatThrownBy(() -> writer.create(table(U, null))).satisfies(code(ErrorCode.FENCED));
            assertThatThrownBy(() -> writer.analyze(T)).satisfies(code(ErrorCode.FENCED));
            assertThat(sql.value("SELECT to_regclass('public.u') IS NULL")).isEqualTo("t");
        }
    }

    /** The object and its mark are one transaction: a crash before the commit leaves neither. */
    @Test
    void aCrashBeforeTheCommitLeavesNeitherObjectNorMark() {
        try (Ends ends = new Ends("15", "15");
                Sql sql = ends.destination.sql()) {
            KeyConstraint key = key(T);
            try (PostgresSchemaWriter crashing = new PostgresSchemaWriter(
                    ends.destinationSessions,
                    Ends.LEDGER,
                    ends.lease,
                    mark -> {
                        if (mark == CrashMarks.Mark.INDEX_BUILDING) {
                            throw new IllegalStateException("crash at " + mark);
                        }
                    },
                    EditedStatements.NONE)) {
                crashing.create(table(T, null));
                assertThatThrownBy(() -> crashing.create(key)).hasMessageContaining("INDEX_BUILDING");
                assertThat(crashing.made()).extracting(ObjectRef::name).containsExactly("t");
            }
            assertThat(sql.number("SELECT count(*) FROM pg_constraint WHERE conname = 't_key'"))
                    .isZero();
            try (PostgresSchemaWriter again = ends.writer()) {
                assertThat(again.create(key)).isEqualTo(Outcome.CREATED);
                assertThat(again.create(key)).isEqualTo(Outcome.ALREADY_OURS);
                assertThat(again.made()).extracting(ObjectRef::name).containsExactly("t_key", "t");
                sql.execute("ALTER TABLE t DROP CONSTRAINT t_key");
                assertThat(again.made()).extracting(ObjectRef::name).containsExactly("t");
                assertThat(again.create(key)).as("an index can be made again").isEqualTo(Outcome.CREATED);
            }
        }
    }

    @Test
    void aTableThatVanishedIsNotMadeAnewWithoutItsRows() {
        try (Ends ends = new Ends("15", "15");
                Sql sql = ends.destination.sql();
                PostgresSchemaWriter writer = ends.writer()) {
            writer.create(table(T, null));
            sql.execute("DROP TABLE t");
            assertThatThrownBy(() -> writer.create(table(T, null))).satisfies(code(ErrorCode.DESTINATION_SCHEMA));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void whatOthersMadeStaysUnlessItMayBeShared(String version) {
        try (Ends ends = new Ends(version, version);
                Sql sql = ends.destination.sql();
                PostgresSchemaWriter writer = ends.writer()) {
            sql.execute("CREATE TABLE t (mine int); CREATE VIEW u AS SELECT 1; CREATE TYPE m AS ENUM ('a', 'b');"
                    + " COMMENT ON SCHEMA public IS 'mine'");

            assertThatThrownBy(() -> writer.create(table(T, null)))
                    .satisfies(code(ErrorCode.DESTINATION_OBJECT_EXISTS))
                    .hasMessageContaining("public.t");
            assertThatThrownBy(() -> writer.create(table(U, null)))
                    .satisfies(code(ErrorCode.DESTINATION_OBJECT_EXISTS));
            assertThat(writer.create(new Namespace("public"))).isEqualTo(Outcome.ALREADY_THERE);
            assertThat(writer.create(new EnumType("public", "m", List.of("a", "b"))))
                    .isEqualTo(Outcome.ALREADY_THERE);
            assertThatThrownBy(() -> writer.create(new EnumType("public", "m", List.of("b", "a"))))
                    .satisfies(code(ErrorCode.DESTINATION_OBJECT_EXISTS));
            ObjectRef schema = new ObjectRef(ObjectRef.Kind.SCHEMA, "", "", "public");
            assertThat(writer.create(new Comment(schema, null, "theirs"))).isEqualTo(Outcome.ALREADY_THERE);
            assertThat(sql.value("SELECT obj_description('public'::regnamespace)"))
                    .isEqualTo("mine");
            assertThat(writer.made()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void aMissingFunctionOrTypeIsToldWithTableAndColumn(String version) {
        try (Ends ends = new Ends(version, version);
                PostgresSchemaWriter writer = ends.writer()) {
            assertThatThrownBy(() -> writer.create(table(T, "shop.next_number('ü𝄞')")))
                    .satisfies(code(ErrorCode.DESTINATION_SCHEMA))
                    .hasMessageContaining("table public.t")
                    .hasMessageContaining("column with \"default");
            Table typed = new Table(
                    T,
                    List.of(column("a", "integer", "7"), column("b", "shop.citext", null), column("c", "text", "'x'")),
                    List.of(),
                    false,
                    List.of(),
                    Partitioning.NONE,
                    Layout.UNSAID);
            assertThatThrownBy(() -> writer.create(typed))
                    .satisfies(code(ErrorCode.DESTINATION_SCHEMA))
                    .hasMessageContaining("column b");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void aMissingRightIsToldWithItsGrant(String version) {
        try (Ends ends = new Ends(version, version);
                Sql sql = ends.destination.sql();
                Role role = new Role(ends, sql);
                PostgresSchemaWriter writer = ends.writer(role.sessions)) {
            assertThatThrownBy(() -> writer.create(new Namespace("shop")))
                    .isInstanceOfSatisfying(SyncException.class, e -> {
                        assertThat(e.code()).isEqualTo(ErrorCode.DESTINATION_RIGHTS);
                        assertThat(e.remedy())
                                .isEqualTo("GRANT CREATE ON DATABASE \"" + ends.destination.name() + "\" TO \""
                                        + role.name + "\";");
                        sql.execute(e.remedy());
                    });
            assertThat(writer.create(new Namespace("shop"))).isEqualTo(Outcome.CREATED);
            sql.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC");
            assertThatThrownBy(() -> writer.create(table(T, null))).isInstanceOfSatisfying(SyncException.class, e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.DESTINATION_RIGHTS);
                sql.execute(e.remedy());
            });
            assertThat(writer.create(table(T, null))).isEqualTo(Outcome.CREATED);
        }
    }

    /** T2: a foreign key that would cascade into applied rows waits, unless the role may keep it silent. */
    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void t2ForeignKeysWaitWhereTheyCannotBeSilenced(String version) {
        try (Ends ends = new Ends(version, version);
                Sql sql = ends.destination.sql();
                Role role = new Role(ends, sql)) {
            sql.execute("GRANT CREATE ON SCHEMA public TO " + role.name);
            ObjectRef ref = U_TO_T.ref();
            try (PostgresSchemaWriter writer = ends.writer(role.sessions)) {
                for (SchemaObject object : List.of(table(T, null), table(U, null), key(T), key(U))) {
                    writer.create(object);
                }
                assertThat(writer.create(U_TO_T)).isEqualTo(Outcome.POSTPONED);
                assertThat(writer.create(new Comment(ref, null, "x"))).isEqualTo(Outcome.POSTPONED);
                assertThat(foreignKeys(sql)).isZero();
                assertThat(writer.enforce(U_TO_T)).isEqualTo(Outcome.CREATED);
                assertThat(writer.create(U_TO_T)).isEqualTo(Outcome.ALREADY_OURS);
                assertThat(foreignKeys(sql)).isOne();
            }
            if (!version.equals("12")) {
                sql.execute("ALTER TABLE u DROP CONSTRAINT u_to_t; GRANT SET ON PARAMETER session_replication_role TO "
                        + role.name);
                try (PostgresSchemaWriter writer = ends.writer(role.sessions)) {
                    assertThat(writer.create(U_TO_T)).isEqualTo(Outcome.CREATED);
                }
            }
        }
    }

    @Test
    void duplicatesUnderAKeyAreToldWithoutTheirValues() {
        try (Ends ends = new Ends("15", "15");
                Sql sql = ends.destination.sql();
                PostgresSchemaWriter writer = ends.writer()) {
            writer.create(table(T, null));
            sql.execute("INSERT INTO t VALUES (4711, 'a'), (4711, 'b')");
            assertThatThrownBy(() -> writer.create(key(T)))
                    .satisfies(code(ErrorCode.CONFLICT_KEY_EXISTS))
                    .hasMessageContaining("t_key")
                    .hasMessageNotContaining("4711");
        }
    }

    private static long foreignKeys(Sql sql) {
        return sql.number("SELECT count(*) FROM pg_constraint WHERE contype = 'f'");
    }

    private static Table table(TableId id, @Nullable String defaultExpression) {
        return new Table(
                id,
                List.of(column("id", "integer", null), column("with \"default", "text", defaultExpression)),
                List.of(),
                false,
                List.of(),
                Partitioning.NONE,
                Layout.UNSAID);
    }

    private static ColumnDefinition column(String name, String type, @Nullable String defaultExpression) {
        return new ColumnDefinition(name, type, null, false, defaultExpression, null, null);
    }

    private static KeyConstraint key(TableId table) {
        return new KeyConstraint(table, table.name() + "_key", ObjectRef.Kind.PRIMARY_KEY, true, "PRIMARY KEY (id)");
    }

    private static Consumer<Throwable> code(ErrorCode code) {
        return e -> assertThat(((SyncException) e).code()).isEqualTo(code);
    }

    /** A role that may use the ledger and nothing else. */
    private static final class Role implements AutoCloseable {

        final String name;
        final Sessions sessions;
        private final Sql sql;

        Role(Ends ends, Sql sql) {
            this.sql = sql;
            this.name = "poor_" + ends.destination.name();
            sql.execute("CREATE ROLE " + name + " LOGIN PASSWORD 'x'; GRANT USAGE ON SCHEMA syncline TO " + name
                    + "; GRANT ALL ON ALL TABLES IN SCHEMA syncline TO " + name
                    + "; GRANT ALL ON ALL SEQUENCES IN SCHEMA syncline TO " + name);
            this.sessions = Ends.sessions(Side.DESTINATION, ends.destination, name, "x");
        }

        @Override
        public void close() {
            sessions.close();
            sql.execute("DROP OWNED BY " + name + " CASCADE; DROP ROLE " + name);
        }
    }
}
