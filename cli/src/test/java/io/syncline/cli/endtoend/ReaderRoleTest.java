package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.testkit.crash.RunningProcess;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import io.syncline.testkit.seed.Seed;
import io.syncline.testkit.seed.Seeds;
import io.syncline.testkit.writers.TpcbMix;
import io.syncline.testkit.writers.TpcbSchema;
import io.syncline.testkit.writers.TpcbWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A source's role that may read and replicate, and owns nothing: by itself through test_decoding, or with what an administrator made for it. */
@ExtendWith(Seeds.class)
class ReaderRoleTest {

    private static final TpcbSchema SCHEMA = new TpcbSchema(1);

    /** A little of everything; of TRUNCATE no server tells before 11. */
    private static final TpcbMix MIX = new TpcbMix(50, 50, 200, 0, 5, 2_000);

    private static final String RIGHTS =
            "ALTER ROLE %r REPLICATION; GRANT CONNECT ON DATABASE %d TO %r; GRANT USAGE ON SCHEMA public TO %r;"
                    + " GRANT SELECT ON ALL TABLES IN SCHEMA public TO %r; GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO %r";

    private static final String CHANGES = "INSERT INTO computed (id, a) SELECT g, g FROM generate_series(100, 150) g;"
            + " UPDATE computed SET a = a + 1 WHERE id % 2 = 0; UPDATE computed SET id = -id WHERE id % 3 = 0; DELETE FROM computed WHERE id % 5 = 0;"
            + " UPDATE keyless SET v = NULL WHERE v LIKE '1%'; DELETE FROM keyless WHERE v = '2'; INSERT INTO keyless VALUES ('3'), (NULL)";

    @Test
    void readsThroughTestDecodingOn15(@TempDir Path folder, Seed seed) throws Exception {
        readsThroughTestDecoding("15", folder, seed);
    }

    @Tag("slow")
    @ParameterizedTest
    @ValueSource(strings = {"10", "18"})
    void readsThroughTestDecodingOnOthers(String version, @TempDir Path folder, Seed seed) throws Exception {
        readsThroughTestDecoding(version, folder, seed);
    }

    private static void readsThroughTestDecoding(String version, Path folder, Seed seed) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase(version);
                TestDatabase destination = SharedPostgres.destinationDatabase("18");
                Sql admin = source.sql()) {
            create(source, admin, version);
            try (Role reader = Role.create(source, "reader", RIGHTS)) {
                TaskUnderTest task =
                        new TaskUnderTest(folder, source, destination).sourceAccount(reader.name(), Role.PASSWORD);
                TaskUnderTest.Outcome refused =
                        task.finish("run").requireCode(3).requireNoTrace();
                assertThat(refused.failedItems()).containsExactly("source-replica-identity");
                reader.administer(refused.remedy("source-replica-identity"));
                assertThat(task.finish("precheck").requireCode(0).text())
                        .contains("warning source-publication-right", "warning source-table-owner", "test_decoding");

                follow(task, admin, seed);
                assertThat(admin.value("SELECT plugin FROM pg_replication_slots WHERE database = current_database()"))
                        .isEqualTo("test_decoding");
                assertThat(admin.number("SELECT count(*) FROM pg_publication")).isZero();

                // The slot tells how it is read, whatever the role may do by now.
                admin.execute("ALTER ROLE " + reader.name() + " SUPERUSER; " + CHANGES.replace("100, 150", "200, 250"));
                task.requireSameAfterCatchingUp();
                admin.execute("ALTER ROLE " + reader.name() + " NOSUPERUSER");
                task.finish("clean").requireCode(0);
                assertThat(admin.number(
                                "SELECT count(*) FROM pg_replication_slots WHERE database = current_database()"))
                        .isZero();
            }
        }
    }

    @Tag("slow")
    @ParameterizedTest
    @ValueSource(strings = {"10", "15", "18"})
    void readsWhatAnAdministratorMade(String version, @TempDir Path folder, Seed seed) throws Exception {
        readsWithPublicationAndSlot(version, folder, seed);
    }

    private static void readsWithPublicationAndSlot(String version, Path folder, Seed seed) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase(version);
                TestDatabase destination = SharedPostgres.destinationDatabase("18");
                Sql admin = source.sql()) {
            create(source, admin, version);
            String slot = "given_" + source.name();
            try (Role reader = Role.create(source, "reader", RIGHTS)) {
                TaskUnderTest task = new TaskUnderTest(folder, source, destination)
                        .sourceAccount(reader.name(), Role.PASSWORD)
                        .edited(text -> text.replaceFirst(
                                "PASSWORD\"\\}", "PASSWORD\", publication: given, slot: " + slot + "}"));
                admin.execute(
                        "CREATE PUBLICATION given FOR TABLE computed, keyless;"
                                + " ALTER TABLE keyless REPLICA IDENTITY FULL; ALTER TABLE pgbench_history REPLICA IDENTITY FULL");
                TaskUnderTest.Outcome refused =
                        task.finish("run").requireCode(3).requireNoTrace();
                assertThat(refused.failedItems()).containsExactlyInAnyOrder("source-publication", "source-slot");
                admin.execute("DROP PUBLICATION given; CREATE PUBLICATION given FOR ALL TABLES"
                        + (version.equals("18") ? " WITH (publish_generated_columns = stored)" : ""));
                reader.administer(refused.remedy("source-slot"));
                // In the slot, and in the snapshot: it must not arrive twice.
                admin.execute(
                        "INSERT INTO keyless VALUES ('once'), ('once'); INSERT INTO computed (id, a) VALUES (77, 7)");

                follow(task, admin, seed);
                assertThat(admin.column(
                                "SELECT slot_name::text FROM pg_replication_slots WHERE database = current_database()"))
                        .containsExactly(slot);
                assertThat(admin.column("SELECT pubname::text FROM pg_publication"))
                        .containsExactly("given");

                admin.execute("DROP PUBLICATION given; CREATE PUBLICATION given FOR TABLE computed");
                TaskUnderTest.Outcome gap = task.finish("run", "--until", "caught-up");
                assertThat(gap.code()).isNotZero();
                assertThat(gap.requireNoTrace().text()).contains("it lacks public.keyless");

                TaskUnderTest.Outcome cleaned = task.finish("clean");
                assertThat(cleaned.text()).contains("pg_drop_replication_slot('" + slot + "')");
                assertThat(admin.column("SELECT pubname::text FROM pg_publication"))
                        .containsExactly("given");
                admin.execute("SELECT pg_drop_replication_slot('" + slot + "')");
            }
        }
    }

    private static void create(TestDatabase source, Sql admin, String version) throws Exception {
        try (var connection = source.connect()) {
            SCHEMA.create(connection);
        }
        boolean generated = !version.equals("10");
        admin.execute("CREATE TABLE computed (id int PRIMARY KEY, a int, "
                + (generated ? "b int GENERATED ALWAYS AS (a * 2) STORED, " : "")
                + "c numeric(10,2) DEFAULT 1.5); INSERT INTO computed (id, a) SELECT g, g FROM generate_series(1, 50) g;"
                + " CREATE TABLE keyless (v text); INSERT INTO keyless SELECT g % 10 FROM generate_series(1, 100) g");
    }

    private static void follow(TaskUnderTest task, Sql admin, Seed seed) throws Exception {
        try (TpcbWriter writer = TpcbWriter.on(task.source()::connect, SCHEMA, seed)
                .clients(4)
                .rate(200)
                .mix(MIX)
                .start()) {
            try (RunningProcess run = task.command("run").start()) {
                run.awaitLine("SYNCHRONIZING", TaskUnderTest.LIMIT);
                admin.execute(CHANGES);
                writer.awaitCommits(200, TaskUnderTest.LIMIT);
                run.kill();
            }
            try (RunningProcess run = task.command("run").start()) {
                run.awaitLine("SYNCHRONIZING", TaskUnderTest.LIMIT);
                writer.awaitCommits(200, TaskUnderTest.LIMIT);
                task.finish("compare").requireCode(0);
                run.kill();
            }
            writer.stop();
        }
        task.requireSameAfterCatchingUp();
    }
}
