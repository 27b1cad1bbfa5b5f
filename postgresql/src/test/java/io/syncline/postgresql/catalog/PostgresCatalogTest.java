package io.syncline.postgresql.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Column;
import io.syncline.api.model.Key;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import io.syncline.api.model.TextForm;
import io.syncline.api.port.SessionOptions;
import io.syncline.api.task.Secret;
import io.syncline.postgresql.session.ConnectionOptions;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.session.Side;
import io.syncline.postgresql.session.Tls;
import io.syncline.postgresql.session.TlsMode;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresCatalogTest {

    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void readsColumnsWithTheTypesThatStagingAndTextNeed(String version) {
        try (TestDatabase database = SharedPostgres.sourceDatabase(version);
                Sql sql = database.sql();
                Sessions sessions = sessions(database)) {
            sql.execute("""
                    CREATE SCHEMA x;
                    CREATE EXTENSION citext SCHEMA x;
                    CREATE COLLATION x.loose (provider = icu, locale = 'und', deterministic = false);
                    CREATE DOMAIN x.short AS varchar(3);
                    CREATE DOMAIN x.shorter AS x.short NOT NULL;
                    CREATE TYPE x."Mood.y" AS ENUM ('so', 'la');
                    CREATE TYPE x.pair AS (a int, b numeric);
                    CREATE TYPE x.span AS RANGE (subtype = int4);
                    CREATE TABLE x.t (
                        i int PRIMARY KEY, gone int, v varchar(3), c char(4), n numeric(9,2), f float4, d float8, b bit(3), vb varbit(5),
                        t text COLLATE x.loose, ci x.citext, s x.shorter, sa x.short[], m x."Mood.y", ma x."Mood.y"[], na numeric[],
                        p x.pair, iv interval, js jsonb, ts timestamptz(3), q "char", r int4range, u x.span, g int GENERATED ALWAYS AS (i + 1) STORED);
                    ALTER TABLE x.t DROP COLUMN gone;
                    """);

            TableSchema table =
                    new PostgresCatalog(sessions).table(id(database, "x", "t")).orElseThrow();

            assertThat(table.version()).isEqualTo(sql.number("SELECT 'x.t'::regclass::oid"));
            assertThat(table.columns())
                    .extracting(
                            Column::name,
                            column -> column.type().name(),
                            column -> column.type().unconstrained(),
                            column -> column.type().textForm())
                    .containsExactly(
                            tuple("i", "integer", "integer", TextForm.UNIQUE),
                            tuple("v", "character varying(3)", "character varying", TextForm.UNIQUE),
                            tuple("c", "character(4)", "bpchar", TextForm.BLANK_PADDED),
                            tuple("n", "numeric(9,2)", "numeric", TextForm.NUMERIC),
                            tuple("f", "real", "real", TextForm.FLOAT),
                            tuple("d", "double precision", "double precision", TextForm.FLOAT),
                            tuple("b", "bit(3)", "\"bit\"", TextForm.UNIQUE),
                            tuple("vb", "bit varying(5)", "bit varying", TextForm.UNIQUE),
                            tuple("t", "text", "text", TextForm.OPAQUE),
                            tuple("ci", "x.citext", "x.citext", TextForm.OPAQUE),
                            tuple("s", "x.shorter", "character varying", TextForm.UNIQUE),
                            tuple("sa", "x.short[]", "x.short[]", TextForm.UNIQUE),
                            tuple("m", "x.\"Mood.y\"", "x.\"Mood.y\"", TextForm.UNIQUE),
                            tuple("ma", "x.\"Mood.y\"[]", "x.\"Mood.y\"[]", TextForm.UNIQUE),
                            tuple("na", "numeric[]", "numeric[]", TextForm.OPAQUE),
                            tuple("p", "x.pair", "x.pair", TextForm.OPAQUE),
                            tuple("iv", "interval", "interval", TextForm.OPAQUE),
                            tuple("js", "jsonb", "jsonb", TextForm.OPAQUE),
                            tuple("ts", "timestamp(3) with time zone", "timestamp with time zone", TextForm.UNIQUE),
                            tuple("q", "\"char\"", "\"char\"", TextForm.UNIQUE),
                            tuple("r", "int4range", "int4range", TextForm.UNIQUE),
                            tuple("u", "x.span", "x.span", TextForm.OPAQUE),
                            tuple("g", "integer", "integer", TextForm.UNIQUE));
            assertThat(table.columns())
                    .filteredOn(Column::generated)
                    .extracting(Column::name)
                    .containsExactly("g");
            assertThat(table.columns())
                    .filteredOn(column -> !column.nullable())
                    .extracting(Column::name)
                    .containsExactly("i");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void choosesTheKeyThatTheLogCarries(String version) {
        try (TestDatabase database = SharedPostgres.sourceDatabase(version);
                Sql sql = database.sql();
                Sessions sessions = sessions(database)) {
            sql.execute("""
                    CREATE TABLE pk (a int, b int, c int, PRIMARY KEY (c, a) INCLUDE (b));
                    CREATE TABLE pk_full (a int PRIMARY KEY);
                    ALTER TABLE pk_full REPLICA IDENTITY FULL;
                    CREATE TABLE pk_late (a int PRIMARY KEY DEFERRABLE);
                    CREATE TABLE ident (a int PRIMARY KEY, b int NOT NULL);
                    CREATE UNIQUE INDEX ident_b ON ident (b);
                    ALTER TABLE ident REPLICA IDENTITY USING INDEX ident_b;
                    CREATE TABLE uniq (a int NOT NULL, b int NOT NULL, c int NOT NULL UNIQUE DEFERRABLE, d int UNIQUE);
                    CREATE UNIQUE INDEX uniq_ab ON uniq (a, b);
                    CREATE UNIQUE INDEX uniq_part ON uniq (a) WHERE b > 0;
                    CREATE UNIQUE INDEX uniq_expr ON uniq (abs(a));
                    CREATE TABLE none (a int UNIQUE, b int NOT NULL);
                    """);

            PostgresCatalog catalog = new PostgresCatalog(sessions);

            assertThat(key(catalog, database, "pk")).isEqualTo(new Key(Key.Kind.PRIMARY, List.of(2, 0), false));
            assertThat(key(catalog, database, "pk_full")).isEqualTo(new Key(Key.Kind.PRIMARY, List.of(0), false));
            assertThat(key(catalog, database, "pk_late")).isEqualTo(new Key(Key.Kind.PRIMARY, List.of(0), true));
            assertThat(key(catalog, database, "ident")).isEqualTo(new Key(Key.Kind.UNIQUE, List.of(1), false));
            assertThat(key(catalog, database, "uniq")).isEqualTo(new Key(Key.Kind.UNIQUE, List.of(0, 1), false));
            assertThat(key(catalog, database, "none")).isEqualTo(Key.NONE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void t49ListsOrdinaryTablesOfUsersOnly(String version) {
        try (TestDatabase database = SharedPostgres.sourceDatabase(version);
                Sql sql = database.sql();
                Sessions sessions = sessions(database)) {
            sql.execute("""
                    CREATE SCHEMA syncline; CREATE TABLE syncline.task (a int);
                    CREATE SCHEMA books; CREATE TABLE books.mark (a int);
                    CREATE SCHEMA "A b.c""d"; CREATE TABLE "A b.c""d"."select" (a int);
                    INSERT INTO "A b.c""d"."select" SELECT generate_series(1, 1000); ANALYZE "A b.c""d"."select";
                    CREATE TABLE empty ();
                    CREATE TEMP TABLE passing (a int);
                    CREATE TABLE parts (a int) PARTITION BY LIST (a); CREATE TABLE part PARTITION OF parts DEFAULT;
                    CREATE TABLE parent (a int); CREATE TABLE child () INHERITS (parent);
                    CREATE VIEW seen AS SELECT 1 AS a; CREATE MATERIALIZED VIEW kept AS SELECT 1 AS a;
                    """);

            PostgresCatalog catalog = new PostgresCatalog(sessions, "books");

            assertThat(catalog.tables(_ -> true))
                    .extracting(info -> info.schema().table(), info -> info.estimatedRows())
                    .containsExactly(
                            tuple(id(database, "A b.c\"d", "select"), 1000L),
                            tuple(id(database, "public", "empty"), version.equals("12") ? 0L : -1L),
                            tuple(id(database, "public", "parts"), version.equals("12") ? 0L : -1L));
            assertThat(catalog.tables(table -> table.name().equals("select"))
                            .getFirst()
                            .bytes())
                    .isGreaterThan(8192);
            assertThat(catalog.table(id(database, "public", "missing"))).isEmpty();
            for (String other : List.of("part", "parent", "child", "seen", "kept")) {
                assertThatThrownBy(() -> catalog.table(id(database, "public", other)))
                        .isInstanceOfSatisfying(
                                SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OBJECT_NOT_CARRIED));
            }
        }
    }

    /** Set-wise reading (T41): many tables take no more queries, and no locks that would exhaust the server's table. */
    @ParameterizedTest
    @ValueSource(strings = {"18"})
    void t41ReadsThousandsOfTablesAtOnce(String version) {
        try (TestDatabase database = SharedPostgres.sourceDatabase(version);
                Sql sql = database.sql();
                Sessions sessions = sessions(database)) {
            for (int batch = 0; batch < 6; batch++) {
                sql.execute("DO $$ BEGIN FOR i IN 1..500 LOOP EXECUTE format('CREATE TABLE t_" + batch
                        + "_%s (id int PRIMARY KEY, v text)', i); END LOOP; END $$");
            }
            assertThat(new PostgresCatalog(sessions).tables(_ -> true))
                    .hasSize(3000)
                    .allSatisfy(info -> {
                        assertThat(info.schema().columns()).hasSize(2);
                        assertThat(info.schema().key().kind()).isEqualTo(Key.Kind.PRIMARY);
                    });
        }
    }

    private static Key key(PostgresCatalog catalog, TestDatabase database, String table) {
        return catalog.table(id(database, "public", table)).orElseThrow().key();
    }

    private static TableId id(TestDatabase database, String schema, String name) {
        return new TableId(database.name(), schema, name);
    }

    private static Sessions sessions(TestDatabase database) {
        ConnectionOptions options = ConnectionOptions.to(
                database.server().host(),
                database.server().port(),
                database.name(),
                database.user(),
                new Secret(database.password()),
                Tls.of(TlsMode.DISABLE));
        return new Sessions(Side.SOURCE, options, new SessionOptions("syncline test", ""));
    }
}
