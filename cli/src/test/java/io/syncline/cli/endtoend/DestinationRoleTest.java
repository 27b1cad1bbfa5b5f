package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.port.CrashMarks;
import io.syncline.embedded.Signal;
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
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Destinations whose role is no superuser: one that may only create, and from PostgreSQL 15 on one that was granted to set session_replication_role. With either, no
 * trigger and no cascade of the destination ever acts on rows that are applied (T2), and the user is told what differs.
 */
@ExtendWith(Seeds.class)
class DestinationRoleTest {

    private static final TpcbSchema SCHEMA = new TpcbSchema(1);
    private static final String FOREIGN_KEYS =
            "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND convalidated";

    /** Before PostgreSQL 15 nobody but a superuser may set session_replication_role. */
    private static final int PARAMETER_GRANTS = 15;

    @Tag("slow")
    @ParameterizedTest
    @CsvSource({"12", "15", "18"})
    void aPlainRoleGetsEverythingButForeignKeys(String version, @TempDir Path folder, Seed seed) throws Exception {
        plainRole(version, 2, 1_000, folder, seed);
    }

    @Tag("slow")
    @ParameterizedTest
    @CsvSource({"15", "18"})
    void aRoleThatMaySilenceTriggersGetsForeignKeysToo(String version, @TempDir Path folder, Seed seed)
            throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase(version);
                Role role = Role.create(destination, "plain", rights(true))) {
            TaskUnderTest task = task(folder, source, destination, role);
            assertThat(task.finish("precheck").requireCode(0).text()).contains("passed  destination-replica-role");

            run(task, seed, 1_000);
            try (Sql sql = destination.sql()) {
                assertThat(sql.number(FOREIGN_KEYS)).isEqualTo(FamilyWriter.FOREIGN_KEY_COUNT);
                sql.execute(Audit.TABLE);
                TpcbSchema.TABLE_NAMES.forEach(table -> sql.execute(Audit.triggers(table)));
                FamilyWriter.NAMES.forEach(table -> sql.execute(Audit.triggers(table)));
            }
            run(task, seed.part(9), 2_000);
            requireQuiet(destination);
            task.finish("clean").requireCode(0);
        }
    }

    /** What the precheck looked at once may change: each start looks again, before it writes. */
    @Test
    void aTriggerOrForeignKeyThatIsMadeLaterStopsAPlainRole(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("15");
                Role role = Role.create(destination, "plain", rights(false));
                Sql from = source.sql();
                Sql to = destination.sql()) {
            FamilyWriter.create(from);
            TaskUnderTest task = account(new TaskUnderTest(folder, source, destination), role);
            task.requireSameAfterCatchingUp();

            to.execute(
                    Audit.TABLE + Audit.triggers("purchase")
                            + "ALTER TABLE purchase ADD CONSTRAINT later FOREIGN KEY (customer) REFERENCES customer ON DELETE CASCADE");
            from.execute("DELETE FROM customer WHERE id = 1; UPDATE purchase SET total = 0 WHERE id = 2");
            TaskUnderTest.Outcome refused =
                    task.finish("run", "--until", "caught-up").requireCode(4).requireNoTrace();
            assertThat(refused.text())
                    .contains(
                            "DESTINATION_SCHEMA",
                            "trigger audit of public.purchase",
                            "foreign key later of public.purchase");

            role.administer(refused.remedy());
            task.requireSameAfterCatchingUp();
            assertThat(to.number("SELECT count(*) FROM audit.log")).isZero();
        }
    }

    /** The foreign keys that a copy has made itself act on none of its rows, since every row is there before them. */
    @Test
    void aCopyThatDiesAfterItsForeignKeysWereMadeIsFinished(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("15");
                Role role = Role.create(destination, "plain", rights(false));
                Sql from = source.sql();
                Sql to = destination.sql();
                Sql lock = destination.sql()) {
            FamilyWriter.create(from);
            from.execute("CREATE SEQUENCE ticket; SELECT nextval('ticket')");
            TaskUnderTest task = account(new TaskUnderTest(folder, source, destination), role)
                    .stages("[schema, full]");
            String mark = CrashMarks.Mark.CHUNK_COMMITTED.name();
            try (RunningProcess run = task.command("run").holdLater().start()) {
                run.holdAt(mark, 1);
                run.awaitMark(mark, TaskUnderTest.LIMIT);
                lock.execute("BEGIN; ALTER SEQUENCE ticket CACHE 2");
                run.goOn();
                to.await(FOREIGN_KEYS, Integer.toString(FamilyWriter.FOREIGN_KEY_COUNT), TaskUnderTest.LIMIT);
                run.kill();
            } finally {
                lock.execute("ROLLBACK");
            }

            task.finish("run").requireCode(0).requireNoTrace();
            task.requireSame();
            assertThat(to.number(FOREIGN_KEYS)).isEqualTo(FamilyWriter.FOREIGN_KEY_COUNT);
            assertThat(to.number("SELECT last_value FROM ticket")).isEqualTo(1);
        }
    }

    @Tag("slow")
    @ParameterizedTest
    @CsvSource({"12", "15", "18"})
    void existingTriggersRulesAndForeignKeysFailThePrecheckUntilTheyAreSilent(String version, @TempDir Path folder)
            throws Exception {
        existingTables(version, folder);
    }

    private static void plainRole(String version, int runs, int transactions, Path folder, Seed seed) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase(version);
                Role role = Role.create(destination, "plain", rights(false))) {
            TaskUnderTest task = task(folder, source, destination, role);
            TaskUnderTest.Outcome precheck = task.finish("precheck").requireCode(0);
            assertThat(precheck.text())
                    .contains("warning destination-replica-role", "foreign keys are made at cutover only");
            assertThat(precheck.stdout()).last().isEqualTo("The precheck is passed.");

            TaskUnderTest.Outcome first = run(task, seed, transactions);
            assertThat(first.text()).contains("foreign key public.purchase.purchase_customer_fkey waits until cutover");
            for (int more = 1; more < runs; more++) {
                run(task, seed.part(more), transactions);
            }
            try (Sql sql = destination.sql()) {
                assertThat(sql.number(FOREIGN_KEYS)).isZero();
            }
            task.finish("clean").requireCode(0);
        }
    }

    /** Tables that a person made, with everything that may act on rows: the task copies into them. */
    private static void existingTables(String version, Path folder) throws Exception {
        boolean mayBeGranted = Integer.parseInt(version) >= PARAMETER_GRANTS;
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase(version);
                Role role = Role.create(destination, "plain", rights(false));
                Sql to = destination.sql()) {
            try (Sql from = source.sql()) {
                FamilyWriter.create(from);
            }
            TaskUnderTest task = account(new TaskUnderTest(folder, source, destination), role)
                    .stages("[full]");
            to.execute(FamilyWriter.TABLES + FamilyWriter.FOREIGN_KEYS + Audit.TABLE);
            FamilyWriter.NAMES.forEach(table -> to.execute(Audit.triggers(table)));
            to.execute("CREATE RULE twice AS ON INSERT TO customer DO ALSO INSERT INTO audit.log VALUES ('rule');"
                    + " GRANT ALL ON ALL TABLES IN SCHEMA public TO " + role.name());

            TaskUnderTest.Outcome poor = task.finish("run").requireCode(3).requireNoTrace();
            assertThat(poor.text())
                    .contains(
                            "FAILED  destination-triggers",
                            "ALTER TABLE public.purchase DISABLE TRIGGER audit;",
                            "ALTER TABLE public.customer DISABLE RULE twice;",
                            "ALTER TABLE public.item DROP CONSTRAINT item_purchase_fkey;");

            if (mayBeGranted) {
                role.administer("GRANT SET ON PARAMETER session_replication_role TO " + role.name()
                        + "; ALTER TABLE customer ENABLE ALWAYS TRIGGER audit; ALTER TABLE item ENABLE REPLICA TRIGGER audit;"
                        + " ALTER TABLE customer ENABLE ALWAYS RULE twice");
                TaskUnderTest.Outcome always = task.finish("run").requireCode(3);
                assertThat(always.text())
                        .contains(
                                "trigger audit of public.customer",
                                "trigger audit of public.item",
                                "rule twice of public.customer")
                        .doesNotContain("public.purchase", "_fkey");
                role.administer(always.remedy("destination-triggers"));
            } else {
                role.administer(poor.remedy("destination-triggers"));
            }
            task.finish("precheck").requireCode(0);
            task.finish("run").requireCode(0).requireNoTrace();
            task.requireSame();
            assertThat(to.number(FOREIGN_KEYS)).isEqualTo(mayBeGranted ? FamilyWriter.FOREIGN_KEY_COUNT : 0);
            requireQuiet(destination);
        }
    }

    private static String rights(boolean silence) {
        return "GRANT CREATE ON DATABASE %d TO %r; GRANT CREATE ON SCHEMA public TO %r;"
                + (silence ? " GRANT SET ON PARAMETER session_replication_role TO %r;" : "");
    }

    private static TaskUnderTest task(Path folder, TestDatabase source, TestDatabase destination, Role role)
            throws Exception {
        try (var connection = source.connect();
                Sql sql = source.sql()) {
            SCHEMA.create(connection);
            FamilyWriter.create(sql);
        }
        return account(new TaskUnderTest(folder, source, destination), role);
    }

    private static TaskUnderTest account(TaskUnderTest task, Role role) {
        return task.destinationAccount(role.name(), Role.PASSWORD);
    }

    /** Follows writers for a while, compares meanwhile, stops, catches up, and compares what has come to rest. */
    private static TaskUnderTest.Outcome run(TaskUnderTest task, Seed seed, int transactions) throws Exception {
        TaskUnderTest.Outcome outcome;
        try (TpcbWriter writer = TpcbWriter.on(task.source()::connect, SCHEMA, seed)
                        .clients(4)
                        .rate(200)
                        .mix(TpcbMix.VARIED)
                        .start();
                FamilyWriter family = FamilyWriter.start(task.source(), seed.part(100));
                RunningProcess run = task.command("run").start()) {
            run.awaitLine("SYNCHRONIZING", TaskUnderTest.LIMIT);
            writer.awaitCommits(transactions, TaskUnderTest.LIMIT);
            family.awaitCommits(transactions);
            task.finish("compare").requireCode(0);
            run.signal(Signal.TERM);
            outcome = new TaskUnderTest.Outcome(run.awaitExit(TaskUnderTest.LIMIT), run.stdout(), run.stderr());
            outcome.requireCode(143).requireNoTrace();
            writer.stop();
            family.stop();
        }
        task.requireSameAfterCatchingUp();
        return outcome;
    }

    private static void requireQuiet(TestDatabase destination) {
        try (Sql sql = destination.sql()) {
            assertThat(sql.column("SELECT what FROM audit.log")).isEmpty();
        }
    }
}
