package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.testkit.postgres.Sql;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A Greenplum destination whose role is no superuser, and has what {@code grants} prints. Needs clusters, as {@link GreenplumTest}. */
@ParameterizedClass
@EnumSource
class GreenplumRoleTest {

    private static final String NAME = "syncline_plain_writer";

    private final GreenplumRelease release;
    private GreenplumLink link;
    private GreenplumRole role;
    private Sql at;
    private Sql there;
    private TaskUnderTest task;

    GreenplumRoleTest(GreenplumRelease release) {
        this.release = release;
    }

    @BeforeEach
    void begin(@TempDir Path folder) {
        link = GreenplumLink.open(release, folder);
        at = link.source().sql();
        there = link.there();
        role = GreenplumRole.create(link.cluster(), NAME);
        task = link.task().destinationAccount(NAME, GreenplumRole.PASSWORD);
        there.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC; REVOKE TEMPORARY ON DATABASE " + link.name()
                + " FROM PUBLIC");
    }

    @AfterEach
    void end() {
        GreenplumRole left = role;
        GreenplumLink opened = link;
        Sql one = at;
        Sql other = there;
        try (left;
                opened;
                one;
                other) {
            // Each is closed, whatever another's end comes to; what did not open is null.
        }
    }

    @Test
    void everyKindOfTableIsLoadedAndFollowed() throws Exception {
        assertThat(task.finish("precheck").requireCode(3).failedItems())
                .contains("destination-ledger", "destination-temporary", "destination-schemas");
        grant();
        assertThat(there.value("SELECT rolsuper FROM pg_roles WHERE rolname = '" + NAME + "'"))
                .isEqualTo("f");
        TaskUnderTest.Outcome precheck = task.finish("precheck").requireCode(0);
        assertThat(precheck.text()).contains("warning destination-replica-role");

        task.finish("run", "--until", "caught-up").requireCode(0).requireNoTrace();
        follow(1);
        at.execute(
                "TRUNCATE rnd, col, keyless; INSERT INTO col VALUES (1, 1, NULL); INSERT INTO keyless VALUES (1, 'a', '{}'), (1, 'a', '{}');"
                        + " ALTER TABLE heap ADD COLUMN more int DEFAULT 7; UPDATE heap SET more = 8 WHERE id < 50");
        task.finish("control", "resync", "public.wide").requireCode(0);
        follow(2);
        link.requireSame();
        task.finish("clean", "--drop-tables", link.name()).requireCode(0);
        assertThat(there.value(
                        "SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname = '"
                                + NAME + "'"))
                .isEqualTo("0");
    }

    @Test
    void appendOptimisedTablesAreFollowed() throws Exception {
        grant();
        task.edited(release::appended);
        task.finish("run", "--until", "caught-up").requireCode(0);
        follow(3);
        at.execute("UPDATE ao SET region = region + 1; UPDATE typed SET a = a || 1; TRUNCATE col");
        follow(4);
        link.requireSame();
    }

    /** T2: such a role cannot silence them. */
    @Test
    void triggersAndForeignKeysThatWouldActAreRefused() throws Exception {
        grant();
        at.execute(
                "CREATE TABLE child (id int PRIMARY KEY, heap int REFERENCES heap); INSERT INTO child VALUES (1, 1)");
        assertThat(task.finish("run", "--until", "caught-up").requireCode(0).text())
                .contains("foreign key public.child.child_heap_fkey: it waits until cutover");
        there.execute(
                "CREATE FUNCTION act() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.v = 'acted'; RETURN NEW; END $$;"
                        + " CREATE TRIGGER acts BEFORE INSERT OR UPDATE ON heap FOR EACH ROW EXECUTE PROCEDURE act()");
        at.execute("UPDATE heap SET v = 'of the source'");
        TaskUnderTest.Outcome refused =
                task.finish("run", "--until", "caught-up").requireCode(4).requireNoTrace();
        assertThat(refused.text()).contains("DESTINATION_SCHEMA", "trigger acts of public.heap");
        there.execute(refused.remedy());
        task.finish("run", "--until", "caught-up").requireCode(0);
        link.requireSame();
    }

    /** What {@code grants} prints for the destination, but for the power of a superuser, which it says is not required. */
    private void grant() {
        String statements = PrintedGrants.of(task)
                .destination()
                .lines()
                .filter(line -> !line.endsWith(" SUPERUSER;"))
                .collect(Collectors.joining("\n"));
        there.execute(statements);
    }

    private void follow(int seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 60; i++) {
            at.execute(GreenplumTables.change(random));
        }
        task.finish("run", "--until", "caught-up").requireCode(0).requireNoTrace();
    }
}
