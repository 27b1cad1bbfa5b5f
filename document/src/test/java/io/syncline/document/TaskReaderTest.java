package io.syncline.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.task.Accounts;
import io.syncline.api.task.BadValues;
import io.syncline.api.task.Capitalization;
import io.syncline.api.task.Carried;
import io.syncline.api.task.Carry;
import io.syncline.api.task.ConflictPolicy;
import io.syncline.api.task.DatabaseRule;
import io.syncline.api.task.DdlKind;
import io.syncline.api.task.DdlPolicy;
import io.syncline.api.task.EditedStatements;
import io.syncline.api.task.Endpoint;
import io.syncline.api.task.ExistingTables;
import io.syncline.api.task.HoldBack;
import io.syncline.api.task.NamePart;
import io.syncline.api.task.ObjectPattern;
import io.syncline.api.task.ObjectRule;
import io.syncline.api.task.ObjectTarget;
import io.syncline.api.task.Operation;
import io.syncline.api.task.Partitions;
import io.syncline.api.task.Placement;
import io.syncline.api.task.Policies;
import io.syncline.api.task.Retry;
import io.syncline.api.task.Secret;
import io.syncline.api.task.SourceLog;
import io.syncline.api.task.Stage;
import io.syncline.api.task.StartFrom;
import io.syncline.api.task.TableErrors;
import io.syncline.api.task.Task;
import io.syncline.api.task.TaskDocument;
import io.syncline.api.task.Throttle;
import io.syncline.api.task.Tuning;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskReaderTest {

    private static final String LEAST = """
            source:      {type: sample, host: 127.0.0.1, database: shop}
            destination: {type: other, host: db.example, port: 5502, database: shop, user: sync}
            objects: ["public.*"]
            """;

    @TempDir
    private Path folder;

    private final TaskReader reader = new TaskReader(
            TaskSchema.of(List.of(new SampleConnector("sample"), new SampleConnector("other"))),
            Map.of("SRC_PASSWORD", "s3cret"));

    @Test
    void readsHowOftenTablesAreLoadedAnew() throws IOException {
        Task task =
                read("shop-copy.yaml", LEAST.replace("[\"public.*\"]", "[\"public.*\", {table: a.b, refresh: 90m}]"));

        assertThat(task.objects().stream().map(ObjectRule::refresh)).containsExactly(null, Duration.ofMinutes(90));
    }

    @Test
    void fillsInWhatTheLeastFileLeavesOut() throws IOException {
        Task task = read("shop-copy.yaml", LEAST);

        assertThat(task)
                .isEqualTo(new Task(
                        "shop-copy",
                        null,
                        "",
                        "",
                        new Endpoint("sample", Map.of("host", "127.0.0.1", "database", "shop")),
                        new Endpoint(
                                "other",
                                Map.of("host", "db.example", "port", 5502L, "database", "shop", "user", "sync")),
                        Set.of(Stage.values()),
                        null,
                        new StartFrom.Now(),
                        List.of(ObjectRule.of(new ObjectPattern("public", false, "*", false, "public.*"))),
                        List.of(),
                        Capitalization.SOURCE,
                        Policies.DEFAULT,
                        "syncline",
                        "",
                        Tuning.DEFAULT,
                        Retry.DEFAULT,
                        Throttle.NONE,
                        HoldBack.DEFAULT,
                        SourceLog.DEFAULT,
                        Carry.DEFAULT,
                        EditedStatements.NONE,
                        DdlPolicy.DEFAULT));
    }

    @ParameterizedTest
    @CsvSource({
        "now, Now[]",
        "slot, Kept[]",
        "compare, Compared[]",
        "0/16B3748, At[position=0/16B3748]",
        "2027-01-31T22:00:00.5+01:00, Since[time=2027-01-31T21:00:00.500Z]"
    })
    void readsWhereAFollowedCopyBegins(String text, String start) throws IOException {
        assertThat(read("follow.yaml", LEAST + "stages: [incremental]\nstartFrom: " + text + "\n")
                        .startFrom())
                .hasToString(start);
    }

    @Test
    void takesEveryKey() throws IOException {
        Task task = read("full.yaml", """
                $schema: ./task.schema.json
                name: Shop_copy-1
                id: a1b2c3d4
                description: Copies the shop, nightly.
                environment: test
                source: {type: sample, host: h, database: d, weight: 1.5, idle: true, hosts: [a, b], tunnel: {host: t}, any: -3}
                destination: {type: sample, host: h, database: d2}
                stages: [full]
                startAt: 2027-01-31T22:00:00+01:00
                objects:
                  - public.orders
                  - "!public.\\"tmp.1\\""
                  - {table: "crm_*.part_*", to: "*.all_*"}
                  - table: 'sales."a.b*""c"'
                    to: archive."x.y"
                    columns: [id, no, "on"]
                    rename: {no: number}
                    operations: [insert, truncate]
                    partitions: flatten
                    primaryKey: [id, "on"]
                    distributedBy: ["on"]
                    tableType: hash
                    storage: ao_row
                operations: [update, insert]
                schemas:
                  sales: {operations: [delete]}
                capitalization: lower
                conflicts: ignore
                onTableError: suspend
                onBadValue: setNull
                existingTables: clear
                ledgerSchema: sync
                searchPath: checks, public
                tuning:
                  loadWorkers: 4
                  chunkSize: 1GB
                  indexWorkers: 3
                  batchSize: 2048kB
                  batchRows: 5
                  batchDelay: 2s
                  queueSize: 1048576B
                retry: {connection: 2h, other: 90s}
                carry: {views: false, textSearch: false, triggers: true, accounts: ["app_*", "!app_admin"]}
                throttle:
                  load: {queriesPerSecond: 2, rowsPerSecond: 5000, bytesPerSecond: 10MB}
                  stream: {rowsPerSecond: 300}
                holdBack: {time: 2m, size: 64MB}
                sourceLog: {limit: 50GB, whenLost: stop}
                ddl: {dropColumn: stop, addColumn: apply}
                """);

        assertThat(task)
                .isEqualTo(new Task(
                        "Shop_copy-1",
                        "a1b2c3d4",
                        "Copies the shop, nightly.",
                        "test",
                        new Endpoint(
                                "sample",
                                Map.of(
                                        "host",
                                        "h",
                                        "database",
                                        "d",
                                        "weight",
                                        1.5,
                                        "idle",
                                        true,
                                        "hosts",
                                        List.of("a", "b"),
                                        "tunnel",
                                        Map.of("host", "t"),
                                        "any",
                                        -3L)),
                        new Endpoint("sample", Map.of("host", "h", "database", "d2")),
                        Set.of(Stage.FULL),
                        Instant.parse("2027-01-31T21:00:00Z"),
                        new StartFrom.Now(),
                        List.of(
                                ObjectRule.of(new ObjectPattern("public", false, "orders", false, "public.orders")),
                                new ObjectRule(
                                        new ObjectPattern("crm_*", false, "part_*", false, "crm_*.part_*"),
                                        new ObjectTarget(new NamePart("", true, ""), new NamePart("all_", true, "")),
                                        List.of(),
                                        Map.of(),
                                        null,
                                        Map.of(),
                                        Set.of(),
                                        Partitions.KEEP,
                                        null,
                                        null,
                                        Placement.DEFAULT),
                                new ObjectRule(
                                        new ObjectPattern("sales", false, "a.b*\"c", true, "sales.\"a.b*\"\"c\""),
                                        ObjectTarget.exactly("archive", "x.y"),
                                        List.of("id", "no", "on"),
                                        Map.of("no", "number"),
                                        null,
                                        Map.of(),
                                        Set.of(Operation.INSERT, Operation.TRUNCATE),
                                        Partitions.FLATTEN,
                                        null,
                                        null,
                                        new Placement(
                                                List.of("id", "on"),
                                                List.of("on"),
                                                Placement.TableType.HASH,
                                                Placement.Storage.AO_ROW))),
                        List.of(new ObjectPattern("public", false, "tmp.1", true, "public.\"tmp.1\"")),
                        Capitalization.LOWER,
                        new Policies(
                                Set.of(Operation.INSERT, Operation.UPDATE),
                                Map.of("sales", Set.of(Operation.DELETE)),
                                ExistingTables.CLEAR,
                                ConflictPolicy.IGNORE,
                                TableErrors.SUSPEND,
                                BadValues.SET_NULL),
                        "sync",
                        "checks, public",
                        new Tuning(
                                OptionalInt.of(4),
                                OptionalLong.of(1L << 30),
                                3,
                                2L << 20,
                                5,
                                Duration.ofSeconds(2),
                                1L << 20),
                        new Retry(Duration.ofHours(2), Duration.ofSeconds(90)),
                        new Throttle(new Throttle.Limits(2, 5_000, 10 << 20), new Throttle.Limits(0, 300, 0)),
                        new HoldBack(Duration.ofMinutes(2), 64L << 20),
                        new SourceLog(50L << 30, false),
                        new Carry(
                                EnumSet.complementOf(EnumSet.of(Carried.VIEWS, Carried.TEXT_SEARCH)),
                                new Accounts(List.of("app_*", "!app_admin"))),
                        EditedStatements.NONE,
                        new DdlPolicy(EnumSet.complementOf(EnumSet.of(DdlKind.DROP_COLUMN, DdlKind.DROP_TABLE)))));
    }

    @Test
    void readsJson() throws IOException {
        Task task = read("shop.json", """
                {
                \t"source": {"type": "sample", "host": "h", "database": "d"},
                \t"destination": {"type": "sample", "host": "h\\/\\ud83d\\ude00", "database": "d"},
                \t"objects": ["public.*"]
                }
                """);

        assertThat(task.name()).isEqualTo("shop");
        assertThat(task.destination().options()).containsEntry("host", "h/\uD83D\uDE00");
    }

    @Test
    void takesAByteOrderMarkForNothing() throws IOException {
        assertThat(read("marked.yaml", "\uFEFF" + LEAST).name()).isEqualTo("marked");
    }

    @Test
    void resolvesSecrets() throws IOException {
        Files.writeString(folder.resolve("password.txt"), "from file\n");
        Task task = read("secrets.yaml", """
                source: {type: sample, host: h, database: d, password: "env:SRC_PASSWORD"}
                destination: {type: sample, host: h, database: d, tunnel: {key: "file:password.txt"}}
                objects: ["public.*"]
                """);

        assertThat(task.source().options().get("password"))
                .isInstanceOfSatisfying(
                        Secret.class, secret -> assertThat(secret.reveal()).isEqualTo("s3cret"));
        assertThat(task.destination().options().get("tunnel"))
                .isInstanceOfSatisfying(
                        Map.class,
                        tunnel -> assertThat(tunnel.get("key"))
                                .isInstanceOfSatisfying(
                                        Secret.class,
                                        secret -> assertThat(secret.reveal()).isEqualTo("from file")));
        assertThat(task.toString()).doesNotContain("s3cret", "from file");
    }

    @Test
    void startsPathsFromTheFolderOfTheFile() throws IOException {
        Task task = read("paths.yaml", """
                source: {type: sample, host: h, database: d, tlsKey: keys/own.key}
                destination: {type: sample, host: h, database: d, tlsKey: /etc/keys/own.key}
                objects: ["public.*"]
                """);

        assertThat(task.source().options())
                .containsEntry("tlsKey", folder.resolve("keys/own.key").toString());
        assertThat(task.destination().options()).containsEntry("tlsKey", "/etc/keys/own.key");
    }

    @ParameterizedTest
    @CsvSource({
        "shop.yaml, shop",
        "shop-copy.task.yml, shop-copy",
        "a.yaml, task-a",
        "2024 shop.json, task-2024-shop",
        "größe.yaml, gr-e",
        "-.yaml, task--",
        "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz.yaml, abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwx"
    })
    void derivesTheNameFromTheFile(String file, String name) throws IOException {
        String text = file.endsWith(".json")
                ? "{\"source\":{\"type\":\"sample\",\"host\":\"h\",\"database\":\"d\"},"
                        + "\"destination\":{\"type\":\"sample\",\"host\":\"h\",\"database\":\"d\"},\"objects\":[\"a.b\"]}"
                : LEAST;

        assertThat(read(file, text).name()).isEqualTo(name).matches("[A-Za-z][A-Za-z0-9_-]{3,49}");
    }

    /** Where rows are not copied into empty tables, changes of older rows cannot find them. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "[incremental]; REPORT",
                "[full, incremental]; REPORT",
                "[schema, incremental]; OVERWRITE",
                "[schema, full, incremental]; REPORT"
            })
    void stagesAreSwitches(String stages, ConflictPolicy conflicts) throws IOException {
        Task task = read("stages.yaml", LEAST + "stages: " + stages + "\n");

        assertThat(task.conflicts(Set.of(Operation.values()), false)).isEqualTo(conflicts);
        assertThat(task.conflicts(Set.of(Operation.INSERT), false)).isEqualTo(ConflictPolicy.OVERWRITE);
    }

    @Test
    void existingTablesAreOfTasksThatMakeNone() {
        assertThatThrownBy(() -> read("existing.yaml", LEAST + "existingTables: clear\n"))
                .hasMessageContaining(
                        "existing.yaml:4:17: $.existingTables: is for tables that are there and are loaded");
    }

    @Test
    void refusesWhatIsNoReadableFile() throws IOException {
        Path latin = folder.resolve("latin.yaml");
        Files.write(latin, "name: größe".getBytes(StandardCharsets.ISO_8859_1));

        assertRefused(folder.resolve("none.yaml"), "none.yaml does not exist.");
        assertRefused(folder, " is a folder.");
        assertRefused(latin, "latin.yaml is not UTF-8 text.");
    }

    private void assertRefused(Path file, String end) {
        assertThatThrownBy(() -> reader.read(file))
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TASK_FILE_INVALID))
                .hasMessageStartingWith("The task file " + folder)
                .hasMessageEndingWith(end);
    }

    @Test
    void readsManyDatabases() throws IOException {
        TaskDocument document = document("many.yaml", LEAST + """
                databases:
                  - crm_*
                  - '!crm_test*'
                  - shop
                  - '"odd*na""me"'
                  - {database: sales, to: Archive, id: a1b2c3d4, objects: [eu.orders]}
                  - {database: "sa*", objects: ["x.*"]}
                tuning: {batchSize: 32MB, queueSize: 96MB, indexWorkers: 2}
                """);

        assertThat(document.named()).containsExactly("odd*na\"me", "sales", "shop");
        assertThat(document.patterns()).extracting(DatabaseRule::name).containsExactly("crm_*", "sa*");
        assertThat(document.isChosenByPattern("crm_eu")).isTrue();
        assertThat(document.isChosenByPattern("crm_test1")).isFalse();
        assertThat(document.isChosenByPattern("shop")).isFalse();
        assertThat(document.isChosenByPattern("other")).isFalse();

        Task sales = document.of("sales", 3);
        assertThat(sales.source().database()).isEqualTo("sales");
        assertThat(sales.destination()).isEqualTo(document.task().destination().in("Archive"));
        assertThat(sales.id()).isEqualTo("a1b2c3d4");
        assertThat(sales.objects())
                .containsExactly(ObjectRule.of(new ObjectPattern("eu", false, "orders", false, "eu.orders")));
        assertThat(sales.tuning().batchBytes()).isEqualTo((32 << 20) / 3);
        assertThat(sales.tuning().queueBytes()).isEqualTo((96 << 20) / 3);
        assertThat(sales.tuning().indexWorkers()).isEqualTo(1);

        Task other = document.of("odd*na\"me", 1);
        assertThat(other.destination().database()).isEqualTo("odd*na\"me");
        assertThat(other.objects()).isEqualTo(document.task().objects());
        assertThat(document.of("salt", 1).objects())
                .containsExactly(ObjectRule.of(new ObjectPattern("x", false, "*", false, "x.*")));
    }

    @Test
    void aFileWithoutDatabasesIsAboutItsEnds() throws IOException {
        assertThat(document("one.yaml", LEAST).hasManyDatabases()).isFalse();
    }

    private Task read(String name, String text) throws IOException {
        return document(name, text).task();
    }

    private TaskDocument document(String name, String text) throws IOException {
        return reader.read(Files.writeString(folder.resolve(name), text));
    }
}
