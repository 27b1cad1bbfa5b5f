package io.syncline.postgresql.apply;

import static io.syncline.postgresql.apply.ApplyFixture.all;
import static io.syncline.postgresql.apply.ApplyFixture.inserts;
import static io.syncline.postgresql.apply.ApplyFixture.row;
import static io.syncline.postgresql.apply.ApplyFixture.updates;
import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.apply.NetChange;
import io.syncline.api.apply.Round;
import io.syncline.api.apply.Round.Mode;
import io.syncline.api.model.Row;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.Applier;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** T41: whatever is kept per table is kept for a bounded number of tables. */
class ManyTablesApplyTest {

    private static final int TABLES = 300;
    private static final int MANY = 2_100;

    @Test
    void t41StagingTablesAndStatementsAreFewForManyTables() {
        String script = "DO $$ BEGIN FOR i IN 1.." + TABLES
                + " LOOP EXECUTE 'CREATE TABLE t' || i || ' (id int PRIMARY KEY, v text)'; END LOOP; END $$";
        try (ApplyFixture fixture = new ApplyFixture("15", script)) {
            TableRoute model = fixture.route("t1");
            List<TableRoute> routes = IntStream.rangeClosed(1, TABLES)
                    .mapToObj(i -> named(model, "t" + i))
                    .toList();
            for (TableRoute route : routes) {
                fixture.apply(
                        Mode.STRICT, inserts(route, row("0", "a")), updates(route, all(route), same(row("0", "b"))));
            }
            assertThat(prepared(fixture)).isLessThanOrEqualTo(300);
            Row[] rows = IntStream.rangeClosed(1, MANY)
                    .mapToObj(i -> row("" + i, "x"))
                    .toArray(Row[]::new);
            for (TableRoute route : routes.subList(0, 70)) {
                try (Applier.Transaction undone = fixture.applier.begin(fixture.position())) {
                    undone.apply(new Round(Mode.CATCHING_UP, List.of(inserts(route, rows)), List.of(), List.of()));
                }
                fixture.apply(Mode.CATCHING_UP, inserts(route, rows));
            }
            // In one transaction, more tables than the pool holds.
            fixture.transaction(transaction -> {
                for (TableRoute route : routes.subList(0, 140)) {
                    transaction.apply(new Round(Mode.CATCHING_UP, List.of(inserts(route, rows)), List.of(), List.of()));
                }
            });
            assertThat(fixture.sql.number("SELECT count(*) FROM pg_class WHERE relpersistence = 't' AND relkind = 'r'"))
                    .isLessThanOrEqualTo(64);
            List<String> sizes = new ArrayList<>();
            for (int i = 1; i <= 140; i++) {
                sizes.add(fixture.sql.value("SELECT count(*) FROM t" + i));
            }
            assertThat(sizes).containsOnly("" + (MANY + 1));
            assertThat(
                            fixture.sql.number(
                                    "SELECT count(*) FROM pg_class WHERE relpersistence = 't' AND relkind = 'r' AND pg_relation_size(oid) > 0"))
                    .as("staging tables are empty between transactions")
                    .isZero();
        }
    }

    private static long prepared(ApplyFixture fixture) {
        // A session shows its prepared statements to itself alone: a generated column of what it writes tells their
        // number.
        fixture.sql.execute("CREATE TABLE counted (id int PRIMARY KEY, n int)");
        TableRoute route = fixture.route("counted");
        fixture.sql.execute("""
                CREATE FUNCTION count_prepared() RETURNS trigger LANGUAGE plpgsql AS
                  $$ BEGIN NEW.n := (SELECT count(*) FROM pg_prepared_statements); RETURN NEW; END $$;
                CREATE TRIGGER c BEFORE INSERT ON counted FOR EACH ROW EXECUTE FUNCTION count_prepared();
                ALTER TABLE counted ENABLE ALWAYS TRIGGER c""");
        fixture.apply(Mode.STRICT, inserts(route, row("1", null)));
        return fixture.sql.number("SELECT n FROM counted");
    }

    private static NetChange same(Row row) {
        return new NetChange(row, row);
    }

    private static TableRoute named(TableRoute model, String name) {
        var source = model.source();
        var id = new io.syncline.api.model.TableId(
                source.table().database(), source.table().schema(), name);
        var schema = new io.syncline.api.model.TableSchema(id, 0, source.columns(), source.key());
        return new TableRoute(schema, schema, model.sourceColumns());
    }
}
