package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.embedded.Signal;
import io.syncline.testkit.crash.RunningProcess;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** I7 with real processes: two runs of one file. */
class FencingTest {

    @Test
    void i7SecondRunIsRefusedAndATakenOverOneWritesNoMore(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                Sql sql = source.sql();
                Sql there = destination.sql()) {
            sql.execute("CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'a')");
            TaskUnderTest task = new TaskUnderTest(folder, source, destination);
            try (RunningProcess first = task.command("run").start()) {
                first.awaitLine("SYNCHRONIZING", TaskUnderTest.LIMIT);
                assertThat(task.finish("run").requireCode(2).text()).contains("TASK_RUNNING");
                assertThat(task.finish("clean").text()).contains("TASK_RUNNING");

                first.signal(Signal.STOP);
                there.await(
                        "SELECT (seen < clock_timestamp() - interval '11 s')::text FROM syncline.task",
                        "true",
                        TaskUnderTest.LIMIT);
                try (RunningProcess second = task.command("run").start()) {
                    second.awaitLine("SYNCHRONIZING", TaskUnderTest.LIMIT);
                    sql.execute("INSERT INTO t VALUES (2, 'b')");
                    there.await("SELECT count(*)::text FROM t", "2", TaskUnderTest.LIMIT);

                    first.signal(Signal.CONT);
                    assertThat(first.awaitExit(TaskUnderTest.LIMIT)).isEqualTo(4);
                    sql.execute("INSERT INTO t VALUES (3, 'c')");
                    there.await("SELECT count(*)::text FROM t", "3", TaskUnderTest.LIMIT);
                    second.signal(Signal.INT);
                    assertThat(second.awaitExit(TaskUnderTest.LIMIT)).isEqualTo(130);
                }
            }
            task.requireSameAfterCatchingUp();
        }
    }
}
