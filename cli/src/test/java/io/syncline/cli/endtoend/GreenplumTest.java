package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.testkit.crash.CrashHarness;
import io.syncline.testkit.crash.RunningProcess;
import io.syncline.testkit.postgres.Sql;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A PostgreSQL source and a Greenplum destination, over every kind of table that it has (docs/design/greenplum.md). Needs clusters, whose addresses the environment
 * holds: there is none that can be fetched.
 */
@ParameterizedClass
@EnumSource
class GreenplumTest {

    private final GreenplumRelease release;
    private GreenplumLink link;
    private Sql at;
    private Sql there;
    private TaskUnderTest task;

    GreenplumTest(GreenplumRelease release) {
        this.release = release;
    }

    @BeforeEach
    void begin(@TempDir Path folder) {
        link = GreenplumLink.open(release, folder);
        at = link.source().sql();
        there = link.there();
        task = link.task();
    }

    @AfterEach
    void end() {
        GreenplumLink opened = link;
        Sql one = at;
        Sql other = there;
        try (opened;
                one;
                other) {
            // Each is closed, whatever another's end comes to; what did not open is null.
        }
    }

    @Test
    void everyKindOfTableIsLoadedAndFollowed() throws Exception {
        assertThat(task.finish("precheck").requireCode(0).text())
                .contains("4 tables lie as the task file says", "The destination is Greenplum " + release + ".");
        task.finish("run", "--until", "caught-up").requireCode(0);
        assertThat(there.value("""
                SELECT string_agg(c.relname || ' ' || %s || ' ' || p.policytype || ' ' || pg_get_table_distributedby(c.oid), '; ' ORDER BY c.relname)
                  FROM gp_distribution_policy p JOIN pg_class c ON c.oid = p.localoid
                 WHERE c.relname IN ('ao', 'col', 'flat', 'keyless', 'rep', 'rnd', 'wide', '%s')""".formatted(release.storage(), release.partition())))
                .isEqualTo("""
                ao heap p DISTRIBUTED BY (region); col heap p DISTRIBUTED BY (id); flat heap p DISTRIBUTED BY (id, day); \
                keyless heap p DISTRIBUTED BY (x); %s heap p DISTRIBUTED BY (id, day); rep heap r DISTRIBUTED REPLICATED; \
                rnd heap p DISTRIBUTED RANDOMLY; wide heap p DISTRIBUTED BY (region)""".formatted(release.partition()));
        for (int seed = 1; seed <= 3; seed++) {
            Random random = new Random(seed);
            for (int i = 0; i < 60; i++) {
                at.execute(GreenplumTables.change(random));
            }
            task.finish("run", "--until", "caught-up").requireCode(0);
        }
        at.execute(
                "TRUNCATE rnd, col; INSERT INTO col VALUES (1, 1, NULL); ALTER TABLE heap ADD COLUMN more int DEFAULT 7;"
                        + " UPDATE heap SET more = 8 WHERE id < 50; ALTER TABLE ao ADD COLUMN more text; UPDATE ao SET more = 'm'");
        task.finish("run", "--until", "caught-up").requireCode(0);
        link.requireSame();
        task.finish("clean", "--drop-tables", link.name()).requireCode(0);
        assertThat(
                        there.value(
                                "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public'"))
                .isEqualTo("0");
    }

    /** Rows of a load take the place of former ones in one transaction, with every kind of distribution. */
    @Test
    void tablesAreLoadedAnewAside() throws Exception {
        task.finish("run", "--until", "caught-up").requireCode(0);
        Random random = new Random(4);
        for (int i = 0; i < 60; i++) {
            at.execute(GreenplumTables.change(random));
        }
        for (String table : List.of("ao", "rep", "rnd", "wide", "part", "flat", "keyless", "typed")) {
            task.finish("control", "resync", "public." + table).requireCode(0);
        }
        task.finish("run", "--until", "caught-up").requireCode(0);
        assertThat(there.value("SELECT count(*) FROM syncline.suspended")).isEqualTo("0");
        link.requireSame();
    }

    /** Rows of such tables are deleted and inserted instead of updated: the server fails where a transaction updates one twice. */
    @Test
    void appendOptimisedTablesAreFollowed() throws Exception {
        task.edited(release::appended);
        task.finish("run", "--until", "caught-up").requireCode(0);
        assertThat(there.value("SELECT string_agg(" + release.storage() + ", ' ' ORDER BY c.relname) FROM pg_class c"
                        + " WHERE c.relname IN ('ao', 'col', 'keyless', 'typed')"))
                .isEqualTo("ao_row ao_column ao_row ao_column");
        there.execute("ALTER TABLE ao ADD COLUMN own text DEFAULT 'o'; UPDATE ao SET own = 'mine' WHERE id % 2 = 0");
        for (int seed = 1; seed <= 3; seed++) {
            Random random = new Random(seed);
            at.execute("BEGIN");
            for (int i = 0; i < 60; i++) {
                at.execute(GreenplumTables.change(random));
            }
            at.execute(
                    "COMMIT; UPDATE ao SET v = v || 'more' WHERE id % 2 = 0; UPDATE ao SET region = region + 1 WHERE id % 4 = 0;"
                            + "UPDATE typed SET a = a || 1; UPDATE keyless SET y = 'all'");
            task.finish("run", "--until", "caught-up").requireCode(0);
        }
        assertThat(there.value("SELECT count(*) FROM ao WHERE own = 'mine' AND id % 2 = 0 AND id <= 3000"))
                .as("what only the destination has stays with its row")
                .isEqualTo(at.value("SELECT count(*) FROM ao WHERE id % 2 = 0 AND id <= 3000"));
        there.execute("ALTER TABLE ao DROP COLUMN own");
        for (String table : List.of("ao", "col", "keyless", "typed")) {
            task.finish("control", "resync", "public." + table).requireCode(0);
        }
        task.finish("run", "--until", "caught-up").requireCode(0);
        link.requireSame();
    }

    /** I1, I2: writers go on while the run is killed in each of its stages. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Tag("slow")
    void deathsUnderWritersLoseAndDoubleNothing(boolean appended) throws Exception {
        if (appended) {
            task.edited(release::appended);
        }
        try (GreenplumWriters writers = GreenplumWriters.on(link.source(), 0.01)) {
            for (String mark : List.of(
                    "OBJECT_CREATING",
                    "CHUNK_PAGE_WRITTEN",
                    "CHUNK_COMMITTED",
                    "INDEX_BUILDING",
                    "BATCH_APPLYING",
                    "BATCH_COMMITTED",
                    "BATCH_APPLYING",
                    "BATCH_COMMITTED")) {
                writers.requireWriting();
                try (RunningProcess run = task.command("run").crashAt(mark, 3).start()) {
                    assertThat(run.awaitExit(TaskUnderTest.LIMIT)).isEqualTo(CrashHarness.KILLED);
                }
            }
            writers.stop(100);
        }
        task.finish("run", "--until", "caught-up").requireCode(0);
        link.requireSame();
    }
}
