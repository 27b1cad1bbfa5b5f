package io.syncline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.apply.BadValue;
import io.syncline.api.apply.Conflict;
import io.syncline.api.model.Chunk;
import io.syncline.api.model.Positions;
import io.syncline.api.model.StreamId;
import io.syncline.api.model.TableId;
import io.syncline.api.port.CommandLog;
import io.syncline.api.port.Ledger;
import io.syncline.api.port.TaskIdentity;
import io.syncline.api.port.Upkeep;
import io.syncline.engine.task.EffectiveRetry;
import io.syncline.engine.task.EffectiveRetry.Window;
import io.syncline.engine.task.TaskState;
import io.syncline.engine.task.TaskStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code status} tells of a ledger, in words and to programs. */
class StatusCommandTest {

    private CommandsUnderTest commands;

    @BeforeEach
    void write(@TempDir Path folder) throws IOException {
        commands = new CommandsUnderTest(folder);
    }

    @Test
    void statusTellsWhatTheLedgerKnows() {
        commands.useCases().status = Optional.of(status());

        assertThat(commands.run("status", commands.file())).isZero();
        assertThat(commands.printed()).isEqualTo("""
                task          shop-copy (id a1b2c3d4)
                state         SYNCHRONIZING: following
                run           by host, process 1, seen 3 s ago
                source        postgresql://127.0.0.1:5432/shop
                retry         source 720 m, destination 30 m (of the task billing, id abcd1234), other 10 m
                full          1 of 2 tables, 1,000 rows, 9.8 kB
                stream        main at 7, synchronized from 5
                suspended     public.odd since 2026-01-31T11:00:00Z main at 6, is to be loaded anew: asked for by you
                refreshed     public.cache as of 2026-01-31T11:45:00Z
                skip          0/A0, asked for by you at 2026-01-31T11:00:00Z: left out
                skip          0/B0, asked for by you at 2026-01-31T11:00:00Z: waits for the run
                conflicts     1,200 in public.a: an insert found its key, the source's row was written
                              2026-01-02T03:04:05Z public.a (7, x): another row had a unique value, the other row was deleted (9, x)
                bad values    3 rows of public.a are in quarantine
                              1,200 in public.a: column v was refused (SQLSTATE 22003), the row was quarantined
                              2026-01-02T03:04:05Z public.a (7, x), update: column v was refused (SQLSTATE 22003), the row was quarantined
                dead rows     1,200,000 beside 3,000,000 live ones in public.a: when it is quiet, VACUUM ANALYZE "public"."a";
                not made      view shop.sums: it needs shop.customers, which is not chosen
                """);

        assertThat(commands.run("status", commands.file(), "--json")).isZero();
        assertThat(commands.printed()).endsWith("""
                {"event":"status","name":"shop-copy","id":"a1b2c3d4","environment":null,"state":"SYNCHRONIZING","detail":"following","running":true,"owner":"host, process 1","source":"postgresql://127.0.0.1:5432/shop","retry":{"source":{"connectionMinutes":720,"ofTask":null,"ofId":null},"destination":{"connectionMinutes":30,"ofTask":"billing","ofId":"abcd1234"},"otherMinutes":10},"tables":{"planned":1,"loaded":0,"keyed":1,"stale":0},"merged":{},"rows":1000,"bytes":10000,"streams":[{"stream":"main","position":"7","catchUpTo":null,"synchronizedFrom":"5"}],"refetches":0,"suspended":[{"table":"public.odd","at":"2026-01-31T11:00:00Z","from":"main at 6","returns":"asked","cause":"asked for by you"}],"refreshed":[{"table":"public.cache","asOf":"2026-01-31T11:45:00Z"}],"skips":[{"position":"0/A0","askedBy":"you","askedAt":"2026-01-31T11:00:00Z","outcome":"left_out","answeredAt":"2026-01-31T12:00:00Z","answer":"left out"},{"position":"0/B0","askedBy":"you","askedAt":"2026-01-31T11:00:00Z","outcome":"open","answeredAt":null,"answer":null}],"conflicts":{"total":1200,"counts":[{"table":"public.a","kind":"insert_finds_key","outcome":"written","conflicts":1200}],"last":[{"at":"2026-01-02T03:04:05Z","table":"public.a","kind":"unique_value_taken","outcome":"other_removed","key":["7","x"],"removed":["9","x"]}]},"badValues":{"total":1200,"quarantined":[{"table":"public.a","rows":3}],"counts":[{"table":"public.a","column":"v","constraint":"","sqlState":"22003","outcome":"quarantined","values":1200}],"last":[{"table":"public.a","column":"v","constraint":"","sqlState":"22003","outcome":"quarantined","kind":"update","key":["7","x"],"at":"2026-01-02T03:04:05Z"}]},"deadRows":[{"table":"public.a","dead":1200000,"live":3000000,"remedy":"VACUUM ANALYZE \\"public\\".\\"a\\";"}],"notMade":[{"what":"view shop.sums","why":"it needs shop.customers, which is not chosen"}]}
                """);
    }

    @Test
    void theEndsAreNamedWhereTheirWindowsDiffer() {
        Window billing = new Window(Duration.ofMinutes(30), new TaskIdentity("billing", "abcd1234"));
        commands.useCases().status = Optional.of(status(new EffectiveRetry(billing, billing, Duration.ofSeconds(90))));

        assertThat(commands.run("status", commands.file())).isZero();
        assertThat(commands.printed())
                .contains("retry         connection 30 m (of the task billing, id abcd1234), other 1.5 m");
    }

    @Test
    void statusOfATaskThatNeverStartedIsWrongUsage() {
        assertThat(commands.run("status", commands.file())).isEqualTo(2);
        assertThat(commands.complained()).startsWith("TASK_UNKNOWN: the destination knows no task shop-copy");
    }

    private static TaskStatus status() {
        return status(new EffectiveRetry(
                new Window(Duration.ofMinutes(720), null),
                new Window(Duration.ofMinutes(30), new TaskIdentity("billing", "abcd1234")),
                Duration.ofMinutes(10)));
    }

    private static TaskStatus status(EffectiveRetry retry) {
        var task = new Ledger.TaskEntry(
                new TaskIdentity("shop-copy", "a1b2c3d4"),
                "postgresql://127.0.0.1:5432/shop",
                null,
                "SYNCHRONIZING",
                "following",
                "host, process 1",
                1,
                CommandsUnderTest.NOW,
                Duration.ofSeconds(3),
                "f");
        var loaded = new Ledger.TableEntry(
                new TableId("shop", "public", "a"),
                new TableId("shop", "public", "a"),
                1,
                "id integer",
                Ledger.LoadStatus.KEYED,
                null,
                null,
                List.of(new Ledger.ChunkEntry(
                        new Chunk(new TableId("shop", "public", "a"), 0, new Chunk.Whole()),
                        new Ledger.ChunkDone(1000, 10_000, Positions.NONE))));
        var planned = new Ledger.TableEntry(
                new TableId("shop", "public", "b"),
                new TableId("shop", "public", "b"),
                2,
                "id integer",
                Ledger.LoadStatus.PLANNED,
                null,
                null,
                List.of());
        var stream = new Ledger.StreamEntry(new StreamId("main"), new TestPosition(7), null, new TestPosition(5));
        var suspended = new Ledger.SuspendedEntry(
                new TableId("shop", "public", "odd"),
                Positions.of(new StreamId("main"), new TestPosition(6)),
                "asked for by you",
                Instant.parse("2026-01-31T11:00:00Z"),
                Ledger.Return.ASKED);
        return new TaskStatus(
                new Ledger.TaskMemory(
                        task, List.of(stream), List.of(loaded, planned), List.of(), List.of(suspended), List.of()),
                true,
                TaskState.SYNCHRONIZING,
                conflicts(),
                badValues(),
                List.of(new Ledger.NotMade("view shop.sums", "it needs shop.customers, which is not chosen", false)),
                List.of(
                        new CommandLog.Entry(
                                skip("0/A0"), new CommandLog.Answer(true, "left out"), CommandsUnderTest.NOW),
                        new CommandLog.Entry(skip("0/B0"), null, null)),
                new TreeMap<>(Map.of(new TableId("shop", "public", "cache"), Instant.parse("2026-01-31T11:45:00Z"))),
                List.of(new Upkeep.DeadRows(
                        new TableId("copy", "public", "a"), 1_200_000, 3_000_000, "VACUUM ANALYZE \"public\".\"a\";")),
                retry);
    }

    private static CommandLog.Command skip(String position) {
        return new CommandLog.Command(
                1, CommandLog.Verb.SKIP, List.of(position), "you", Instant.parse("2026-01-31T11:00:00Z"));
    }

    private static Conflict.Report conflicts() {
        TableId table = new TableId("copy", "public", "a");
        return new Conflict.Report(
                List.of(new Conflict.Count(table, Conflict.Kind.INSERT_FINDS_KEY, Conflict.Outcome.WRITTEN, 1200)),
                List.of(new Conflict(
                        table,
                        Conflict.Kind.UNIQUE_VALUE_TAKEN,
                        Conflict.Outcome.OTHER_REMOVED,
                        List.of("7", "x"),
                        List.of("9", "x"),
                        Instant.parse("2026-01-02T03:04:05Z"))));
    }

    private static BadValue.Report badValues() {
        TableId table = new TableId("copy", "public", "a");
        BadValue.Refused what = new BadValue.Refused("22003", "v", "");
        return new BadValue.Report(
                List.of(new BadValue.Count(table, what, BadValue.Outcome.QUARANTINED, 1200)),
                List.of(new BadValue(
                        table,
                        what,
                        BadValue.Kind.UPDATE,
                        BadValue.Outcome.QUARANTINED,
                        List.of("7", "x"),
                        Instant.parse("2026-01-02T03:04:05Z"))),
                List.of(new BadValue.Quarantined(new TableId("shop", "public", "a"), 3)));
    }
}
