package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A role that lacks a right: the run does not start, exit 3, and prints what an administrator has to execute. Executed exactly as printed, it makes the precheck pass
 * and the task work.
 */
class RightsTest {

    private static final String ALL = "[schema, full, incremental]";
    private static final String COPY = "[schema, full]";
    private static final String EXISTING = "[full]";

    /** One right that is missing; the statements take it away from roles that have all that the task needs. */
    enum Missing {
        REPLICATION(ALL, "source-replication-right", "ALTER ROLE %source NOREPLICATION", ""),
        REPLICA_IDENTITY(
                ALL,
                "source-replica-identity",
                "ALTER TABLE shop.customer DROP CONSTRAINT customer_pkey; ALTER TABLE shop.customer OWNER TO CURRENT_USER;"
                        + " GRANT SELECT ON shop.customer TO %source",
                ""),
        SELECT(
                COPY,
                "source-select",
                "REVOKE %owner FROM %source; GRANT USAGE ON SCHEMA shop TO %source; GRANT SELECT ON shop.orders TO %source;"
                        + " GRANT SELECT ON ALL SEQUENCES IN SCHEMA shop TO %source",
                ""),
        SCHEMA_USAGE(
                COPY,
                "source-select",
                "REVOKE %owner FROM %source; GRANT SELECT ON ALL TABLES IN SCHEMA shop TO %source;"
                        + " GRANT SELECT ON ALL SEQUENCES IN SCHEMA shop TO %source",
                ""),
        SEQUENCES(
                COPY,
                "source-sequences",
                "REVOKE %owner FROM %source; GRANT USAGE ON SCHEMA shop TO %source; GRANT SELECT ON ALL TABLES IN SCHEMA shop TO %source",
                ""),
        ROW_SECURITY(
                ALL,
                "source-row-security",
                "ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY; ALTER TABLE shop.orders FORCE ROW LEVEL SECURITY",
                ""),
        LEDGER_SCHEMA(
                ALL,
                "destination-ledger",
                "",
                "CREATE SCHEMA shop AUTHORIZATION %destination; REVOKE CREATE ON DATABASE %database FROM %destination"),
        SCHEMAS(
                ALL,
                "destination-schemas",
                "",
                "CREATE SCHEMA syncline AUTHORIZATION %destination; REVOKE CREATE ON DATABASE %database FROM %destination"),
        SCHEMA_OF_ANOTHER(ALL, "destination-schemas", "", "CREATE SCHEMA shop"),
        TEMPORARY(ALL, "destination-temporary", "", "REVOKE TEMP ON DATABASE %database FROM PUBLIC"),
        WRITING(
                EXISTING,
                "destination-table-rights",
                "",
                "CREATE SCHEMA shop; GRANT USAGE ON SCHEMA shop TO %destination; " + Missing.TABLES),
        POLICIES(
                EXISTING,
                "destination-row-security",
                "",
                "CREATE SCHEMA shop; GRANT USAGE ON SCHEMA shop TO %destination; " + Missing.TABLES
                        + " GRANT ALL ON ALL TABLES IN SCHEMA shop TO %destination; ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY");

        static final String TABLES =
                "CREATE TABLE shop.customer (id int PRIMARY KEY, name text); CREATE TABLE shop.orders (id serial PRIMARY KEY, customer int);";

        private final String stages;
        private final String item;
        private final String atSource;
        private final String atDestination;

        Missing(String stages, String item, String atSource, String atDestination) {
            this.stages = stages;
            this.item = item;
            this.atSource = atSource;
            this.atDestination = atDestination;
        }
    }

    /** Those that can be missing together; the remedy of the ownership gives all that the owner has. */
    private static final Set<Missing> TOGETHER =
            EnumSet.of(Missing.REPLICATION, Missing.ROW_SECURITY, Missing.LEDGER_SCHEMA, Missing.TEMPORARY);

    @Test
    void whatIsMissingIsToldAtOnceAndMendedAsPrinted(@TempDir Path folder) throws Exception {
        check("17", TOGETHER, folder);
    }

    @Tag("slow")
    @ParameterizedTest
    @EnumSource
    void aMissingRightIsToldAndMendedAsPrinted(Missing missing, @TempDir Path folder) throws Exception {
        check("17", EnumSet.of(missing), folder);
    }

    @Tag("slow")
    @ParameterizedTest
    @EnumSource
    void aMissingRightIsToldAndMendedAsPrintedBefore15(Missing missing, @TempDir Path folder) throws Exception {
        check("12", EnumSet.of(missing), folder);
    }

    /** Two tasks of two roles into one database: the ledger belongs to the first one. */
    @Tag("slow")
    @Test
    void theLedgerOfAnotherRoleIsToldAndMendedAsPrinted(@TempDir Path folder, @TempDir Path second) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                Role first = Role.create(destination, "first", "GRANT CREATE ON DATABASE %d TO %r");
                Role writer = Role.create(destination, "writer", "GRANT CREATE ON DATABASE %d TO %r");
                Sql from = source.sql()) {
            from.execute("CREATE SCHEMA one; CREATE TABLE one.t (id int PRIMARY KEY); CREATE SCHEMA shop; "
                    + Missing.TABLES);
            TaskUnderTest one = new TaskUnderTest(folder, source, destination)
                    .name("first-task")
                    .schema("one")
                    .destinationAccount(first.name(), Role.PASSWORD);
            one.finish("run", "--until", "caught-up").requireCode(0);

            TaskUnderTest two = new TaskUnderTest(second, source, destination)
                    .name("second-task")
                    .schema("shop")
                    .destinationAccount(writer.name(), Role.PASSWORD);
            TaskUnderTest.Outcome refused = two.finish("run").requireCode(3).requireNoTrace();
            assertThat(refused.failedItems()).containsExactly("destination-ledger");
            writer.administer(refused.remedy("destination-ledger"));
            two.requireSameAfterCatchingUp();
            two.finish("clean").requireCode(0);
            one.finish("clean").requireCode(0);
        }
    }

    private static void check(String version, Set<Missing> missing, Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase(version);
                TestDatabase destination = SharedPostgres.destinationDatabase(version);
                Role owner = Role.create(source, "owner", "");
                Role reader = Role.create(
                        source,
                        "reader",
                        "ALTER ROLE %r REPLICATION; GRANT CREATE ON DATABASE %d TO %r; GRANT " + owner.name()
                                + " TO %r");
                Role writer = Role.create(destination, "writer", "GRANT CREATE ON DATABASE %d TO %r")) {
            owner.administer("CREATE SCHEMA shop AUTHORIZATION " + owner.name() + "; " + Missing.TABLES
                    + " INSERT INTO shop.customer VALUES (1, 'a'), (2, 'b'); INSERT INTO shop.orders (customer) VALUES (1), (2);"
                    + " ALTER TABLE shop.customer OWNER TO " + owner.name() + "; ALTER TABLE shop.orders OWNER TO "
                    + owner.name());
            for (Missing right : missing) {
                reader.administer(right.atSource
                        .replace("%source", reader.name())
                        .replace("%owner", owner.name())
                        .replace("%database", source.name()));
                writer.administer(right.atDestination
                        .replace("%destination", writer.name())
                        .replace("%database", destination.name()));
            }
            Missing any = missing.iterator().next();
            TaskUnderTest task = new TaskUnderTest(folder, source, destination)
                    .schema("shop")
                    .stages(any.stages)
                    .sourceAccount(reader.name(), Role.PASSWORD)
                    .destinationAccount(writer.name(), Role.PASSWORD);

            TaskUnderTest.Outcome refused = task.finish("run").requireCode(3).requireNoTrace();
            assertThat(refused.text()).contains("PRECHECK_FAILED").doesNotContain(Role.PASSWORD);
            assertThat(refused.failedItems())
                    .containsAll(missing.stream().map(right -> right.item).toList());
            for (String item : refused.failedItems()) {
                (item.startsWith("source-") ? reader : writer).administer(refused.remedy(item));
            }
            TaskUnderTest.Outcome mended = task.finish("precheck").requireCode(0);
            assertThat(mended.stdout()).last().isEqualTo("The precheck is passed.");
            work(task, any);
        }
    }

    private static void work(TaskUnderTest task, Missing right) throws Exception {
        if (right.stages.contains("incremental")) {
            task.finish("run", "--until", "caught-up").requireCode(0);
            try (Sql sql = task.source().sql()) {
                sql.execute("UPDATE shop.orders SET customer = 1; INSERT INTO shop.customer VALUES (3, 'c')");
            }
            task.requireSameAfterCatchingUp();
        } else {
            task.finish("run").requireCode(0);
            task.requireSame();
        }
        task.finish("clean").requireCode(0);
    }
}
