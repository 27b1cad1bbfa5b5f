package io.syncline.cli.history;

import io.syncline.cli.history.Histories.Alterations;
import io.syncline.cli.local.LocalTask;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Two databases in which one history after another happens, each in a schema of its own. */
final class HistoryEnds implements AutoCloseable {

    /** The log shows of a row without a key what it was only if the table says so; this task's tables are made while it runs. */
    private static final String WHOLE_OLD_ROWS = """
            CREATE FUNCTION public.whole_old_rows() RETURNS event_trigger LANGUAGE plpgsql AS $$
              DECLARE made text;
              BEGIN
                FOR made IN SELECT object_identity FROM pg_event_trigger_ddl_commands()
                             WHERE object_type = 'table' AND schema_name LIKE 'history%' LOOP
                  EXECUTE 'ALTER TABLE ' || made || ' REPLICA IDENTITY FULL';
                END LOOP;
              END $$;
            CREATE EVENT TRIGGER whole_old_rows ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION public.whole_old_rows();
            ALTER EVENT TRIGGER whole_old_rows ENABLE ALWAYS;
            """;

    private static final String OPTIONS = """
            tuning: {batchRows: %d, batchDelay: %dms, chunkSize: 1MB}
            ddl: {dropTable: apply}
            """;

    private final TestDatabase source;
    private final TestDatabase destination;
    private final Sql left;
    private final Sql right;
    private final ServerLog sourceLog;
    private final ServerLog destinationLog;
    private final Path folder;
    private int histories;
    private int killed;
    private int deaths;
    private long alterations;

    HistoryEnds(String sourceVersion, String destinationVersion) {
        source = SharedPostgres.sourceDatabase(sourceVersion);
        destination = SharedPostgres.destinationDatabase(destinationVersion);
        left = source.sql();
        right = destination.sql();
        ShapeTriggers.make(left);
        ShapeTriggers.make(right);
        right.execute(WHOLE_OLD_ROWS);
        sourceLog = ServerLog.open(left, "source");
        destinationLog = ServerLog.open(right, "destination");
        try {
            folder = Files.createTempDirectory("histories");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets a history happen, carries it, and looks at every state that the destination had once the task streamed. */
    void carry(Histories kind, long seed) {
        History history = kind.of(seed);
        String schema = "history" + ++histories;
        try (Writers writers = new Writers(source, schema)) {
            try {
                carry(history, schema, writers, check(kind, schema));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "the history of seed " + seed + ", with " + history.kills() + ", "
                                + OPTIONS.formatted(history.batchRows(), history.batchDelay()) + writers.script()
                                + e.getMessage(),
                        e);
            }
        }
        left.execute("DROP SCHEMA " + schema + " CASCADE");
        right.execute("DROP SCHEMA IF EXISTS " + schema + " CASCADE");
    }

    private void carry(History history, String schema, Writers writers, StateCheck check) {
        left.execute("CREATE SCHEMA " + schema);
        history.tables().forEach(table -> writers.create(table.create(schema)));
        String options = OPTIONS.formatted(history.batchRows(), history.batchDelay());
        LocalTask task = LocalTask.of(folder, schema, source, destination, schema, options);
        writers.write(history.before());
        try (RunsThatDie runs = RunsThatDie.start(task, history.kills())) {
            writers.write(history.during());
            // A slot is ready once every transaction that was open has ended.
            writers.finish();
            runs.awaitStreaming();
            writers.write(history.after());
            writers.finish();
            int died = runs.end();
            deaths += died;
            killed += died > 0 ? 1 : 0;
        }
        task.catchUp();
        List<List<LogLine>> written = sourceLog.transactions();
        alterations += written.stream()
                        .flatMap(List::stream)
                        .filter(line -> !(line instanceof LoggedChange))
                        .count()
                - 2L * history.tables().size();
        check.requireStatesOfTheSource(written, destinationLog.transactions());
        task.clean();
    }

    private static StateCheck check(Histories kind, String schema) {
        return new StateCheck(
                schema, kind.alterations() == Alterations.LOADED ? StateCheck.Tables.LEVEL : StateCheck.Tables.ALL);
    }

    @Override
    public void close() {
        System.out.printf(
                "%d random histories with %d alterations; in %d of them %d runs died%n",
                histories, alterations, killed, deaths);
        left.close();
        right.close();
        source.close();
        destination.close();
    }
}
