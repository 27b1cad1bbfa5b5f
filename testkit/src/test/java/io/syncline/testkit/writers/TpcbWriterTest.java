package io.syncline.testkit.writers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.embedded.PostgresServer;
import io.syncline.testkit.postgres.Await;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import io.syncline.testkit.seed.Seed;
import io.syncline.testkit.seed.Seeds;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Seeds.class)
class TpcbWriterTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final TpcbSchema SCHEMA = new TpcbSchema(1);

    @Test
    void keepsTheSumsEqualInEveryStateWhateverItMixes(Seed seed) throws SQLException {
        try (TestDatabase database = SharedPostgres.sourceDatabase("17");
                Sql sql = database.sql()) {
            SCHEMA.create(sql.connection());
            TpcbMix mix = new TpcbMix(150, 150, 300, 50, 50, 500);
            try (TpcbObserver observer = TpcbObserver.start(database::connect);
                    TpcbWriter writer = TpcbWriter.on(database::connect, SCHEMA, seed)
                            .clients(4)
                            .mix(mix)
                            .start()) {
                writer.awaitCommits(500, LIMIT);
                TpcbWriter.Result result = writer.stop();
                observer.stop();
                assertThat(observer.distinctStates()).isGreaterThan(1);
                assertThat(result.byKind())
                        .allSatisfy((_, commits) -> assertThat(commits).isPositive());
                assertThat(result.unknown()).isZero();
                TpcbSums sums = TpcbSums.read(sql.connection());
                assertThat(sums.agree()).isTrue();
                assertThat(sums.transactions()).isEqualTo(result.of(TpcbMix.Kind.TPCB) + result.of(TpcbMix.Kind.BIG));
                assertThat(sql.number("SELECT count(*) FROM pgbench_accounts")).isEqualTo(SCHEMA.accounts());
                assertThat(sql.number("SELECT count(*) FROM pgbench_accounts WHERE aid < 0"))
                        .isPositive();
            }
        }
    }

    @Test
    void writesAtTheRateThatIsAskedFor(Seed seed) throws SQLException {
        try (TestDatabase database = SharedPostgres.sourceDatabase("17");
                Sql sql = database.sql()) {
            SCHEMA.create(sql.connection());
            long begin = System.nanoTime();
            TpcbWriter writer = TpcbWriter.on(database::connect, SCHEMA, seed)
                    .clients(2)
                    .rate(50)
                    .start();
            writer.awaitCommits(50, LIMIT);
            writer.stop();
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(900));
        }
    }

    @Test
    void goesOnWhenTheServerComesBack(Seed seed) throws SQLException {
        try (PostgresServer server = PostgresServer.builder("17").start();
                Sql sql = Sql.open(() -> server.connect("postgres"))) {
            SCHEMA.create(sql.connection());
            try (TpcbWriter writer = TpcbWriter.on(() -> server.connect("postgres"), SCHEMA, seed)
                    .clients(2)
                    .start()) {
                writer.awaitCommits(20, LIMIT);
                server.crash();
                server.start();
                writer.awaitCommits(20, LIMIT);
                TpcbWriter.Result result = writer.stop();
                try (Sql after = Sql.open(() -> server.connect("postgres"))) {
                    assertThat(TpcbSums.read(after.connection()).transactions())
                            .isBetween(result.commits(), result.commits() + result.unknown());
                }
            }
        }
    }

    @Test
    void reportsWhatAClientCannotDo(Seed seed) {
        try (TestDatabase database = SharedPostgres.sourceDatabase("17")) {
            TpcbWriter writer = TpcbWriter.on(database::connect, SCHEMA, seed).start();
            assertThatThrownBy(() -> writer.awaitCommits(1, LIMIT))
                    .isInstanceOf(AssertionError.class)
                    .hasRootCauseMessage("ERROR: relation \"pgbench_accounts\" does not exist\n  Position: 8");
            assertThatThrownBy(writer::stop).isInstanceOf(AssertionError.class);
        }
    }

    @Test
    void theObserverSeesHalfOfATransaction() throws SQLException {
        try (TestDatabase database = SharedPostgres.sourceDatabase("17");
                Sql sql = database.sql()) {
            SCHEMA.create(sql.connection());
            try (TpcbObserver observer = TpcbObserver.start(database::connect)) {
                sql.execute("UPDATE pgbench_tellers SET tbalance = 7 WHERE tid = 1");
                Await.until(
                        "the violation is seen",
                        LIMIT,
                        () -> observer.violation().isPresent());
                assertThatThrownBy(observer::stop)
                        .isInstanceOf(AssertionError.class)
                        .hasMessageContaining("tellers=7");
            }
        }
    }

    @Test
    void theTablesAreThoseOfPgbench() throws SQLException {
        try (TestDatabase database = SharedPostgres.sourceDatabase("17");
                Sql sql = database.sql()) {
            SCHEMA.create(sql.connection());
            assertThat(sql.column("""
                            SELECT attrelid::regclass || ' ' || attname || ' ' || format_type(atttypid, atttypmod) || ' ' || attnotnull
                            FROM pg_attribute WHERE attrelid IN ('pgbench_accounts'::regclass, 'pgbench_history'::regclass)
                            AND attnum > 0 ORDER BY attrelid::regclass::text, attnum"""))
                    .containsExactly(
                            "pgbench_accounts aid integer true",
                            "pgbench_accounts bid integer false",
                            "pgbench_accounts abalance integer false",
                            "pgbench_accounts filler character(84) false",
                            "pgbench_history tid integer false",
                            "pgbench_history bid integer false",
                            "pgbench_history aid integer false",
                            "pgbench_history delta integer false",
                            "pgbench_history mtime timestamp without time zone false",
                            "pgbench_history filler character(22) false");
            assertThat(sql.value("SELECT reloptions::text FROM pg_class WHERE relname = 'pgbench_accounts'"))
                    .isEqualTo("{fillfactor=100}");
            assertThat(sql.number(
                            "SELECT count(*) FROM pgbench_accounts WHERE filler = '' AND bid = 1 AND abalance = 0"))
                    .isEqualTo(100_000);
            assertThat(sql.number("SELECT count(*) FROM pgbench_tellers WHERE filler IS NULL"))
                    .isEqualTo(10);
        }
    }
}
