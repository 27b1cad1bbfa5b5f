package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.testkit.crash.RunningProcess;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import io.syncline.testkit.proxy.Cut;
import io.syncline.testkit.proxy.FaultProxy;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How much log the source may keep, and what becomes of the task when it is gone (sourceLog). */
class SourceLogTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    private static final String TABLES = """
            CREATE TABLE t (id int PRIMARY KEY, v text);
            INSERT INTO t SELECT g, 'first' FROM generate_series(1, 1000) g;
            CREATE TABLE unkeyed (v text);
            INSERT INTO unkeyed VALUES ('a'), ('a'), ('b');
            CREATE TABLE bulk (id int PRIMARY KEY, v text)""";

    /** Some 30 MB of log, and changes of all kinds. */
    private static final String MUCH = """
            INSERT INTO bulk SELECT g, (SELECT string_agg(md5(g::text || i::text), '') FROM generate_series(1, 30) i)
              FROM generate_series(1, 25000) g;
            UPDATE t SET v = 'second' WHERE id % 3 = 0;
            DELETE FROM t WHERE id % 7 = 0;
            INSERT INTO t VALUES (2000, 'new');
            DELETE FROM unkeyed WHERE ctid = (SELECT min(ctid) FROM unkeyed WHERE v = 'a')""";

    private static final String SLOTS = "SELECT count(*) FROM pg_replication_slots WHERE database = current_database()";

    /** While the destination is away the source's disk is spared; when it is back, the rows are made the source's again. */
    @Test
    void t17TheSlotGoesWhileTheDestinationIsAwayAndTheRunHealsItself(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("15");
                FaultProxy toDestination = FaultProxy.to(destination.server());
                Sql here = source.sql();
                Sql there = destination.sql()) {
            here.execute(TABLES);
            TaskUnderTest task = new TaskUnderTest(folder, source, destination)
                    .destinationPort(toDestination.port())
                    .with("sourceLog: {limit: 16MB, whenLost: heal}");
            try (RunningProcess run = task.command("run").start()) {
                run.awaitLine("SYNCHRONIZING", SOON);
                toDestination.refuse();
                toDestination.cut(Cut.RESET);
                here.execute(MUCH);
                here.await(SLOTS, "0", SOON);
                here.execute("INSERT INTO t VALUES (3000, 'in the gap')");
                toDestination.accept();
                there.await("SELECT count(*) FROM t WHERE id = 3000", "1", SOON);
                here.execute("INSERT INTO t VALUES (4000, 'afterwards')");
                there.await("SELECT count(*) FROM t WHERE id = 4000", "1", SOON);
                assertThat(String.join("\n", run.stdout()))
                        .contains("sourceLog.limit allows 0.02 GB", "has it healed", "rows were not the source's");
            }
            task.requireSameAfterCatchingUp();
            assertThat(here.value(SLOTS)).isEqualTo("1");
        }
    }

    /** A slot that somebody dropped: without the word the task stops, with it goes on. */
    @Test
    void aLostSlotIsHealedOnlyWhereThatIsChosen(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                Sql here = source.sql()) {
            here.execute(TABLES);
            TaskUnderTest task = new TaskUnderTest(folder, source, destination);
            task.finish("run", "--until", "caught-up").requireCode(0);
            here.execute(
                    "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = current_database()");
            here.execute("DELETE FROM t WHERE id < 50; UPDATE t SET v = 'changed' WHERE id > 950");
            assertThat(task.finish("run", "--until", "caught-up").requireCode(4).text())
                    .contains("SLOT_MISSING");
            task.with("sourceLog: {whenLost: heal}").requireSameAfterCatchingUp();
        }
    }

    /** A destination that is there and cannot keep up: the slot goes, and the task stops until somebody heals it. */
    @Test
    @Tag("slow")
    void theSlotGoesWhileTheDestinationIsStuck(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("13");
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                Sql here = source.sql();
                Sql there = destination.sql()) {
            here.execute(TABLES);
            TaskUnderTest task = new TaskUnderTest(folder, source, destination).with("sourceLog: {limit: 16MB}");
            try (RunningProcess run = task.command("run").start()) {
                run.awaitLine("SYNCHRONIZING", SOON);
                there.execute("BEGIN; LOCK TABLE t, bulk");
                here.execute(MUCH);
                assertThat(run.awaitExit(TaskUnderTest.LIMIT)).isEqualTo(4);
                assertThat(String.join("\n", run.stderr())).contains("SOURCE_LOG_LIMIT", "Run heal");
                there.execute("ROLLBACK");
            }
            assertThat(here.value(SLOTS)).isEqualTo("0");
            assertThat(task.finish("status").text()).contains("FAILED", "SOURCE_LOG_LIMIT");
            task.finish("heal").requireCode(0);
            task.requireSameAfterCatchingUp();
        }
    }
}
