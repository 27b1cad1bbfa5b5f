package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.port.CrashMarks.Mark;
import io.syncline.testkit.crash.CrashHarness;
import io.syncline.testkit.crash.RunningProcess;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The one transaction that stops the task is left out, and no other (docs/design/skip.md). */
class SkipTest {

    private static final Pattern END = Pattern.compile("in the source transaction that ends at ([0-9A-F]+/[0-9A-F]+)");

    /** Its second change is refused by the destination. */
    private static final String REFUSED =
            "BEGIN; INSERT INTO b VALUES (2); INSERT INTO a VALUES (3, 500); UPDATE a SET v = 7 WHERE id = 1; COMMIT";

    private TestDatabase source;
    private TestDatabase destination;
    private Sql at;
    private Sql there;
    private TaskUnderTest task;

    @BeforeEach
    void begin(@TempDir Path folder) {
        source = SharedPostgres.sourceDatabase("17");
        destination = SharedPostgres.destinationDatabase("17");
        at = source.sql();
        there = destination.sql();
        at.execute("CREATE TABLE a (id int PRIMARY KEY, v int); INSERT INTO a VALUES (1, 1);"
                + "CREATE TABLE b (id int PRIMARY KEY)");
        task = new TaskUnderTest(folder, source, destination);
        task.finish("run", "--until", "caught-up").requireCode(0);
        there.execute("ALTER TABLE a ADD CONSTRAINT small CHECK (v < 100)");
    }

    @AfterEach
    void end() {
        at.close();
        there.close();
        source.close();
        destination.close();
    }

    @Test
    void isLeftOutByItsExactPosition() {
        write(REFUSED);
        String end = failed();
        requireApplied("1 1, 2 5", "1");

        String within = before(end);
        task.finish("control", "skip", within).requireCode(0);
        task.finish("control", "skip", end).requireCode(0);
        assertThat(task.finish("run", "--until", "caught-up").requireCode(0).text())
                .contains("no transaction ends at " + within);

        requireApplied("1 1, 2 5, 4 4", "1, 3");
        assertThat(task.finish("status").requireCode(0).text())
                .contains(
                        "it was not left out: no transaction ends at " + within,
                        "that ends at " + end + ": 1 INSERT of public.a, 1 UPDATE of public.a, 1 INSERT of public.b");
    }

    /** A crash leaves out either nothing and asks again, or what was asked for, once. */
    @Tag("slow")
    @ParameterizedTest
    @EnumSource(
            value = Mark.class,
            names = {"BATCH_APPLYING", "BATCH_COMMITTED"})
    void i2IsLeftOutOnceWhateverKillsTheRun(Mark mark) {
        write(REFUSED);
        String end = failed();
        task.finish("control", "skip", end).requireCode(0);
        try (RunningProcess run = task.command("run").crashAt(mark.name(), 1).start()) {
            assertThat(run.awaitExit(TaskUnderTest.LIMIT)).isEqualTo(CrashHarness.KILLED);
        }
        assertThat(there.value("SELECT (SELECT position::pg_lsn >= '" + end + "' FROM syncline.stream) ="
                        + " (SELECT answered_at IS NOT NULL FROM syncline.command)"))
                .as("answered with the position, and not before")
                .isEqualTo("t");

        task.finish("run", "--until", "caught-up").requireCode(0);

        requireApplied("1 1, 2 5, 4 4", "1, 3");
        assertThat(there.value("SELECT count(*) FROM syncline.command WHERE obeyed"))
                .isEqualTo("1");
    }

    @Tag("slow")
    @Test
    void anyOtherPositionLeavesOutNothing() {
        write(REFUSED);
        String end = failed();
        String applied = there.value("SELECT position FROM syncline.stream");
        assertThat(task.finish("control", "skip", applied).requireCode(2).text())
                .contains("COMMAND_REFUSED", "is applied already");
        assertThat(task.finish("control", "skip", "next").requireCode(2).text()).contains("is no position");
        task.finish("control", "skip", before(end)).requireCode(0);
        task.finish("control", "skip", "FFFF/0").requireCode(0);

        assertThat(task.finish("run", "--until", "caught-up").requireCode(4).text())
                .contains("no transaction ends at " + before(end), "does not reach to FFFF/0", "that ends at " + end);
        requireApplied("1 1, 2 5", "1");
    }

    @Tag("slow")
    @Test
    void t10WhatAltersATableIsNotLeftOut() {
        write(REFUSED.replace("COMMIT", "ALTER TABLE b ADD COLUMN w text; COMMIT"));
        String end = failed();
        task.finish("control", "skip", end).requireCode(0);

        assertThat(task.finish("run", "--until", "caught-up").requireCode(4).text())
                .contains("alters a table", "that ends at " + end);
        requireApplied("1 1, 2 5", "1");
    }

    private void write(String refused) {
        at.execute("BEGIN; INSERT INTO a VALUES (2, 5); INSERT INTO b VALUES (1); COMMIT");
        at.execute(refused);
        at.execute("BEGIN; INSERT INTO b (id) VALUES (3); INSERT INTO a VALUES (4, 4); COMMIT");
    }

    /** The position that the failure names. */
    private String failed() {
        String text = task.finish("run", "--until", "caught-up").requireCode(4).text();
        Matcher end = END.matcher(text);
        assertThat(end.find()).as(text).isTrue();
        return end.group(1);
    }

    /** A byte before a position, within the transaction that ends there. */
    private static String before(String end) {
        int slash = end.indexOf('/');
        long low = Long.parseLong(end.substring(slash + 1), 16);
        return String.format(Locale.ROOT, "%s/%08X", end.substring(0, slash), low - 1);
    }

    private void requireApplied(String a, String b) {
        assertThat(there.value("SELECT string_agg(id || ' ' || v, ', ' ORDER BY id) FROM a"))
                .isEqualTo(a);
        assertThat(there.value("SELECT string_agg(id::text, ', ' ORDER BY id) FROM b"))
                .isEqualTo(b);
    }
}
