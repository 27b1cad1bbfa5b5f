package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** T24 across runs: a table that is rewritten while the task is down tells nothing of it in the log until its next row. */
class AlteredTableTest {

    @Test
    void t24ATableThatWasRewrittenBetweenTwoRunsStopsTheTask(@TempDir Path folder) {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                Sql sql = source.sql();
                Sql there = destination.sql()) {
            sql.execute("CREATE TABLE t (id int PRIMARY KEY, cents int); INSERT INTO t VALUES (1, 1), (2, 2)");
            TaskUnderTest task = new TaskUnderTest(folder, source, destination).with("ddl: stop");
            task.finish("run", "--until", "caught-up").requireCode(0);

            sql.execute("ALTER TABLE t ALTER cents TYPE bigint USING cents * 100");
            TaskUnderTest.Outcome outcome =
                    task.finish("run", "--until", "caught-up").requireCode(4);
            assertThat(outcome.text())
                    .contains("SOURCE_SCHEMA_CHANGED", "cents integer", "cents bigint")
                    .doesNotContain("at io.syncline");

            sql.execute("ALTER TABLE t ALTER cents TYPE int USING cents / 100; INSERT INTO t VALUES (3, 3)");
            task.finish("run", "--until", "caught-up").requireCode(0);
            assertThat(there.value("SELECT string_agg(cents::text, ',' ORDER BY id) FROM t"))
                    .isEqualTo("1,2,3");
        }
    }
}
