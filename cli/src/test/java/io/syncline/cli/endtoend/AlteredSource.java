package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.port.CrashMarks.Mark;
import io.syncline.testkit.crash.CrashHarness;
import io.syncline.testkit.crash.RunningProcess;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/** A task between two databases, of which the source is going to be altered. */
final class AlteredSource implements AutoCloseable {

    private static final String COLUMNS = """
            SELECT n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid)
              FROM pg_class c
              JOIN pg_namespace n ON n.oid = c.relnamespace
              JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
              LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
             WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'syncline')
             ORDER BY 1, 2, 3""";

    private final TestDatabase source;
    private final TestDatabase destination;
    private final Sql sql;
    private final Sql there;
    private final TaskUnderTest task;

    /** @param tables statements that make the source's tables */
    AlteredSource(Path folder, String from, String to, String tables) {
        source = SharedPostgres.sourceDatabase(from);
        destination = SharedPostgres.destinationDatabase(to);
        sql = source.sql();
        there = destination.sql();
        sql.execute(tables);
        task = new TaskUnderTest(folder, source, destination);
    }

    TaskUnderTest task() {
        return task;
    }

    Sql sql() {
        return sql;
    }

    Sql there() {
        return there;
    }

    /** Statement by statement, so that each is a transaction unless the text says otherwise. */
    void each(String statements) {
        for (String statement : statements.split(";", -1)) {
            sql.execute(statement);
        }
    }

    AlteredSource synchronize() {
        task.finish("run", "--until", "caught-up").requireCode(0);
        return this;
    }

    /** A run that stops with its error code 4, and what it said. */
    String stopped() {
        String said = task.finish("run", "--until", "caught-up").requireCode(4).text();
        assertThat(said).doesNotContain("at io.syncline");
        return said;
    }

    /** A run that is killed when it reaches a mark for the nth time, if it does. */
    void die(Mark mark, int n) {
        try (RunningProcess run = task.command("run", "--until", "caught-up")
                .crashAt(mark.name(), n)
                .start()) {
            assertThat(run.awaitExit(TaskUnderTest.LIMIT))
                    .as(String.join("\n", run.stderr()))
                    .isIn(CrashHarness.KILLED, 0);
        }
    }

    /** Catches up; then rows, columns and names are the same at both ends. */
    void requireSame() throws SQLException {
        task.requireSameAfterCatchingUp();
        assertThat(columns(there)).isEqualTo(columns(sql));
    }

    private static List<List<String>> columns(Sql database) {
        return database.rows(COLUMNS);
    }

    @Override
    public void close() throws Exception {
        try (source;
                destination;
                sql;
                there) {}
    }
}
