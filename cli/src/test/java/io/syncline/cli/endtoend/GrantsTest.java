package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The printed statements, and nothing more, let two roles that may do nothing run a task. */
class GrantsTest {

    @Test
    void whatIsPrintedSufficesForATask(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                Role owner = Role.create(source, "owner", "");
                Role reader = Role.create(source, "reader", "");
                Role writer = Role.create(destination, "writer", "");
                Sql from = source.sql()) {
            from.execute("CREATE SCHEMA shop AUTHORIZATION " + owner.name() + """
                    ; CREATE TABLE shop.customer (id serial PRIMARY KEY, name text);
                    CREATE TABLE shop.log (line text);
                    INSERT INTO shop.customer (name) VALUES ('a'), ('b');
                    INSERT INTO shop.log VALUES ('x'), ('x');
                    ALTER TABLE shop.log ENABLE ROW LEVEL SECURITY;
                    ALTER TABLE shop.customer OWNER TO\s""" + owner.name()
                    + "; ALTER TABLE shop.log OWNER TO " + owner.name());
            TaskUnderTest task = new TaskUnderTest(folder, source, destination)
                    .schema("shop")
                    .sourceAccount(reader.name(), Role.PASSWORD)
                    .destinationAccount(writer.name(), Role.PASSWORD);
            task.finish("run").requireCode(3);

            PrintedGrants printed = PrintedGrants.of(task);
            reader.administer(printed.source());
            writer.administer(printed.destination());

            PrintedGrants after = PrintedGrants.of(task);
            assertThat(after.source() + after.destination()).isEmpty();
            assertThat(after.lines()).contains("-- The role has every right that the task needs.");
            task.finish("run", "--until", "caught-up").requireCode(0);
            from.execute("UPDATE shop.customer SET name = 'c' WHERE id = 1; DELETE FROM shop.log WHERE line = 'x'");
            task.requireSameAfterCatchingUp();

            from.execute(
                    "ALTER TABLE shop.customer ADD COLUMN n int DEFAULT 5; UPDATE shop.customer SET n = 6 WHERE id = 2");
            assertThat(task.finish("run", "--until", "caught-up").requireCode(0).text())
                    .as("event triggers that a superuser has made tell of it")
                    .doesNotContain("loading anew");
            task.requireSame();
            task.finish("clean", "--drop-tables", destination.name()).requireCode(0);
        }
    }
}
