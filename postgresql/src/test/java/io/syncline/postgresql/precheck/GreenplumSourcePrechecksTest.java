package io.syncline.postgresql.precheck;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.model.Column;
import io.syncline.api.model.Key;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.CatalogReader.TableInfo;
import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.api.port.PrecheckItem.Result;
import io.syncline.api.port.Right;
import io.syncline.api.task.Stage;
import io.syncline.api.task.StartFrom;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.catalog.PostgresCatalog;
import io.syncline.postgresql.greenplum.Segments;
import io.syncline.postgresql.session.LogPlace;
import io.syncline.postgresql.session.NamedLog;
import io.syncline.postgresql.session.SegmentAddresses;
import io.syncline.postgresql.session.ServerHost;
import io.syncline.postgresql.session.Sessions;
import io.syncline.testkit.postgres.GreenplumCluster;
import io.syncline.testkit.postgres.SharedPostgres;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A Greenplum source as a role sees it that has no right but those that a test grants. Needs a cluster, whose address the environment holds. */
class GreenplumSourcePrechecksTest {

    private CheckedCluster cluster;

    @BeforeEach
    void open() {
        cluster = CheckedCluster.open(GreenplumCluster.SEVEN);
    }

    @AfterEach
    void close() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void rightsAreMissedOneByOneAndTheirRemediesMendThem() {
        cluster.sql.execute("CREATE SCHEMA shop; CREATE TABLE shop.orders (id serial PRIMARY KEY) DISTRIBUTED BY (id);"
                + " CREATE TABLE shop.lines (a int, b int) DISTRIBUTED RANDOMLY");

        Findings before = cluster.check();
        assertThat(before.troubles())
                .containsOnly(
                        Map.entry("source-select", Result.FAILED),
                        Map.entry("source-sequences", Result.FAILED),
                        Map.entry("source-replication-right", Result.FAILED),
                        Map.entry("source-keyless", Result.WARNING),
                        Map.entry("source-log-place", Result.WARNING),
                        Map.entry("source-restore-points", Result.FAILED),
                        Map.entry("source-publication-right", Result.FAILED),
                        Map.entry("source-table-owner", Result.FAILED),
                        Map.entry("source-replica-identity", Result.FAILED));
        assertThat(before.get("source-version").found()).startsWith("Greenplum 7.");
        assertThat(before.get("source-restore-points").remedy())
                .contains("GRANT EXECUTE ON FUNCTION pg_catalog.gp_create_restore_point(text) TO ");
        for (String id : before.troubles().keySet()) {
            if (!id.equals("source-log-place")) {
                cluster.sql.execute(before.get(id).remedy());
            }
        }
        Findings after = cluster.check();
        assertThat(after.troubles()).containsOnlyKeys("source-keyless");
        assertThat(after.get("source-segments").found()).contains("2 segments let the role in: ");
        assertThat(after.get("source-wal-level").found()).isEqualTo("On every segment: wal_level is logical.");
        assertThat(after.ids()).doesNotContain("source-prepared-transactions", "source-renames");
        assertThat(cluster.check(Stage.FULL).ids()).doesNotContain("source-segments", "source-append-optimised");
    }

    @Test
    void grantsPrintsWhatThePrecheckAsksFor() {
        cluster.sql.execute("CREATE TABLE public.t (id int PRIMARY KEY)");
        assertThat(cluster.rights(Stage.FULL))
                .extracting(Right::statement)
                .noneMatch(statement -> statement.contains("restore_point"));
        List<Right> rights = cluster.rights();
        assertThat(rights)
                .filteredOn(right -> right.statement().contains("create_restore_point"))
                .hasSize(2)
                .noneMatch(Right::held);
        rights.forEach(right -> cluster.sql.execute(right.statement()));
        assertThat(cluster.rights()).allMatch(Right::held);
        assertThat(cluster.check().troubles()).isEmpty();
    }

    @Test
    void appendOptimisedTablesCannotBeFollowed() {
        cluster.sql.execute("CREATE SCHEMA shop");
        cluster.sql.execute("""
                CREATE TABLE shop.heap (a int PRIMARY KEY);
                CREATE TABLE shop."Rows" (a int PRIMARY KEY) USING ao_row;
                CREATE TABLE shop.columns (a int) USING ao_column DISTRIBUTED BY (a);
                CREATE TABLE shop.parts (a int, b int) PARTITION BY LIST (b) DISTRIBUTED BY (a);
                CREATE TABLE shop.part_1 PARTITION OF shop.parts FOR VALUES IN (1) USING ao_row;
                CREATE TABLE shop.part_2 PARTITION OF shop.parts DEFAULT;
                CREATE TABLE shop.tree (a int) PARTITION BY LIST (a) USING ao_column DISTRIBUTED BY (a);
                """);
        Finding found = cluster.check().get("source-append-optimised");
        assertThat(found.result()).isEqualTo(Result.FAILED);
        assertThat(found.found())
                .contains("4 tables that are no heaps: ", "shop.Rows (ao_row)", "shop.columns (ao_column)")
                .contains("shop.part_1 (ao_row)", "shop.tree (ao_column)")
                .doesNotContain("heap (", "part_2", "parts");
        cluster.sql.execute(found.remedy().substring(found.remedy().indexOf("ALTER")));
        assertThat(cluster.check().get("source-append-optimised").result()).isEqualTo(Result.PASSED);
    }

    /** What rows look like proves nothing: each of these tables is empty, so that any columns of theirs are unique. */
    @Test
    void tablesWithoutAProvenKeyAreNamed() {
        cluster.grantAll();
        cluster.sql.execute("""
                CREATE TABLE public.keyed (a int PRIMARY KEY) DISTRIBUTED BY (a);
                CREATE TABLE public.proven (a int NOT NULL, b int NOT NULL) DISTRIBUTED BY (a, b);
                CREATE UNIQUE INDEX ON public.proven (b, a);
                CREATE TABLE public.wider (a int NOT NULL, b int NOT NULL, UNIQUE (a, b)) DISTRIBUTED BY (a);
                CREATE TABLE public.bare (a int NOT NULL, "B" int) DISTRIBUTED BY ("B", a);
                CREATE TABLE public.nulls (a int UNIQUE) DISTRIBUTED BY (a);
                CREATE TABLE public.part (a int NOT NULL) DISTRIBUTED BY (a);
                CREATE UNIQUE INDEX ON public.part (a) WHERE a > 0;
                CREATE TABLE public.anywhere (a int NOT NULL) DISTRIBUTED RANDOMLY;
                CREATE TABLE public.everywhere (a int NOT NULL) DISTRIBUTED REPLICATED;
                CREATE TABLE public.tree (a int, b int) DISTRIBUTED BY (a) PARTITION BY LIST (b);
                """);
        Finding found = cluster.check(Stage.FULL).get("source-keyless");
        assertThat(found.result()).isEqualTo(Result.WARNING);
        assertThat(found.found())
                .isEqualTo("6 tables without a key: public.anywhere (distributed at random),"
                        + " public.bare (distributed by B, a: no unique index, B may be NULL),"
                        + " public.everywhere (replicated), public.nulls (distributed by a: a may be NULL),"
                        + " public.part (distributed by a: no unique index),"
                        + " public.tree (distributed by a: no unique index, a may be NULL).");
        cluster.sql.execute(found.remedy());
        assertThat(cluster.check(Stage.FULL).get("source-keyless").found())
                .startsWith("3 tables without a key: ")
                .contains("public.anywhere (", "public.everywhere (", "public.tree (");
        cluster.sql.execute(
                "ALTER TABLE public.anywhere SET DISTRIBUTED BY (a); ALTER TABLE public.anywhere ADD PRIMARY KEY (a);"
                        + " ALTER TABLE public.everywhere ADD PRIMARY KEY (a); ALTER TABLE public.tree ADD PRIMARY KEY (a, b)");
        assertThat(cluster.check(Stage.FULL).get("source-keyless").result()).isEqualTo(Result.PASSED);
    }

    /** docs/design/segment-streams.md, within an interval. */
    @Test
    void keysAtTheDestinationHoldTheDistributionColumns() {
        cluster.sql.execute(
                "CREATE TABLE public.t (a int, b int, c int, PRIMARY KEY (a, b)) DISTRIBUTED BY (b);"
                        + " CREATE TABLE public.r (a int, b int) DISTRIBUTED RANDOMLY; CREATE TABLE public.e (a int PRIMARY KEY, b int) DISTRIBUTED REPLICATED");
        Key both = new Key(Key.Kind.PRIMARY, List.of(0, 1), false);
        Key other = new Key(Key.Kind.PRIMARY, List.of(0), false);

        assertThat(keys(
                                route("t", List.of(0, 1), both),
                                route("r", List.of(0), Key.NONE),
                                route("e", List.of(0), other))
                        .result())
                .isEqualTo(Result.PASSED);
        Finding lacking = keys(route("t", List.of(0, 1, 2), other));
        assertThat(lacking.result()).isEqualTo(Result.FAILED);
        assertThat(lacking.found()).contains("the key of public.t is without b of ");
        assertThat(lacking.remedy()).contains("primaryKey");
        assertThat(keys(route("t", List.of(0, 2), other)).found()).contains("public.t is without b");
        assertThat(keys(route("t", List.of(0, 1), Key.NONE)).result())
                .as("whole rows hold the distribution columns")
                .isEqualTo(Result.PASSED);
    }

    private Finding keys(TableRoute... routes) {
        return cluster.check(NamedLog.NONE, CheckedCluster.scope(List.of(routes)))
                .get("source-distribution-keys");
    }

    /** @param columns of the source's table, which arrive in this order */
    private TableRoute route(String table, List<Integer> columns, Key key) {
        try (Sessions sessions = cluster.administrator()) {
            TableSchema source = new PostgresCatalog(sessions)
                    .tables(id -> id.name().equals(table)).stream()
                            .map(TableInfo::schema)
                            .findFirst()
                            .orElseThrow();
            List<Column> arriving =
                    columns.stream().map(index -> source.columns().get(index)).toList();
            TableId id = new TableId("there", "public", table);
            return new TableRoute(source, new TableSchema(id, 0, arriving, key), columns);
        }
    }

    @Test
    void logsThatSomebodyElseMadeAreRefused() {
        cluster.grantAll();
        assertThat(cluster.check(new NamedLog("given", null), CheckedCluster.scope(List.of()))
                        .failed())
                .containsExactly("source-publication");
        assertThat(cluster.check(new NamedLog(null, "given"), CheckedCluster.scope(List.of()))
                        .failed())
                .containsExactly("source-slot");
        ClusterLogChecks checks = new ClusterLogChecks(NamedLog.NONE, false, Duration.ZERO);
        assertThat(checks.start(new StartFrom.At("0/10")).result()).isEqualTo(Result.FAILED);
        assertThat(checks.start(new StartFrom.Now()).result()).isEqualTo(Result.PASSED);
    }

    /** Addresses as they are seen from here: one that leads nowhere, one that the map mends, one of a segment that there is not. */
    @Test
    void segmentsAreReachedWhereTheTaskFileSays() {
        cluster.grantAll();
        int port = Integer.parseInt(
                cluster.sql.value("SELECT port FROM gp_segment_configuration WHERE content = 1 AND role = 'p'"));
        String address =
                cluster.sql.value("SELECT address FROM gp_segment_configuration WHERE content = 1 AND role = 'p'");

        Findings nowhere = cluster.check(new SegmentAddresses(Map.of(1, new ServerHost("127.0.0.1", 1))));
        Finding unreached = nowhere.get("source-segments");
        assertThat(unreached.result()).isEqualTo(Result.FAILED);
        assertThat(unreached.found()).startsWith("segment 1 at 127.0.0.1:1: ").doesNotContain("segment 0");
        assertThat(unreached.remedy()).contains("segments: {1: \"HOST:PORT\"}");
        assertThat(nowhere.get("source-wal-level").found()).isEqualTo("not checked");
        assertThat(nowhere.get("source-wal-level").why()).isEqualTo("Segment 1 could not be asked.");

        assertThat(cluster.check(new SegmentAddresses(Map.of(1, new ServerHost(address, port))))
                        .troubles())
                .isEmpty();

        Finding unknown = cluster.check(new SegmentAddresses(Map.of(7, new ServerHost(address, port))))
                .get("source-segments");
        assertThat(unknown.result()).isEqualTo(Result.FAILED);
        assertThat(unknown.found()).contains("$.source.segments[\"7\"] is no segment of the source");
    }

    /** In the place of a segment whose pg_hba.conf or role does not fit stands a server that does not know the role. */
    @Test
    void aSegmentThatDoesNotLetTheRoleInIsNamed() {
        cluster.grantAll();
        ServerHost stranger =
                new ServerHost("127.0.0.1", SharedPostgres.source("12").port());
        Finding refused =
                cluster.check(new SegmentAddresses(Map.of(1, stranger))).get("source-segments");
        assertThat(refused.result()).isEqualTo(Result.FAILED);
        assertThat(refused.found()).startsWith("segment 1 at " + stranger).contains("SQLSTATE 28");
        assertThat(refused.remedy())
                .startsWith("Add to pg_hba.conf of segment 1 (" + stranger + "): host \"pc_syncline_source\" \""
                        + cluster.role + "\" 127.0.0.1/32 md5")
                .contains("gpstop -u");
    }

    /** 7.0.0 decodes no log of a coordinator. */
    @Test
    void theCoordinatorsLogIsReadWhereItCanBeDecoded() {
        cluster.grantAll();
        assertThat(cluster.check().get("source-log-place").found())
                .isEqualTo("The log of each segment is read: the coordinator's cannot be decoded.");
        assertThat(cluster.check(LogPlace.SEGMENTS).get("source-log-place").found())
                .isEqualTo("The log of each segment is read, as the task file says.");
        Findings coordinator = cluster.check(LogPlace.COORDINATOR);
        assertThat(coordinator.failed()).containsExactly("source-log-place");
        assertThat(coordinator.ids()).contains("source-replication-slots").doesNotContain("source-segments");
    }

    /** Whatever the coordinator's own two-phase commits look like at that moment. */
    @Test
    void longTransactionsAreTold() throws SQLException {
        cluster.grantAll();
        cluster.sql.execute("CREATE TABLE public.t (id int PRIMARY KEY)");
        ClusterLogChecks checks = new ClusterLogChecks(NamedLog.NONE, false, Duration.ZERO);
        try (Sessions sessions = cluster.administrator();
                Segments segments = new Segments(sessions)) {
            SegmentsItem item = new SegmentsItem(
                    new SegmentProbes(segments), "source-long-transactions", "", checks::longTransactions);
            cluster.sql.execute("BEGIN; INSERT INTO public.t SELECT generate_series(1, 20)");
            Finding told = item.check();
            assertThat(told.result()).isEqualTo(Result.WARNING);
            assertThat(told.found()).contains("1 writing transaction open for long: session ");
            cluster.sql.execute("ROLLBACK");
            try (CatalogSession _ = CatalogSession.open(sessions)) {
                assertThat(item.check().found()).doesNotContain("user " + cluster.role);
            }
        }
    }
}
