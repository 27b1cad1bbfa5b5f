package io.syncline.cli.history;

import io.syncline.cli.local.LocalTask;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

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

    private final TestDatabase source;
    private final TestDatabase destination;
    private final Sql left;
    private final Sql right;
    private final ServerLog sourceLog;
    private final ServerLog destinationLog;
    private final Path folder;
    private int histories;
    private int deaths;

    HistoryEnds(String sourceVersion, String destinationVersion) {
        source = SharedPostgres.sourceDatabase(sourceVersion);
        destination = SharedPostgres.destinationDatabase(destinationVersion);
        left = source.sql();
        right = destination.sql();
        sourceLog = ServerLog.open(left, "source");
        destinationLog = ServerLog.open(right, "destination");
        right.execute(WHOLE_OLD_ROWS);
        try {
            folder = Files.createTempDirectory("histories");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets a history happen, carries it, and looks at every state that the destination had once the task streamed. */
    void carry(History history) {
        String schema = "history" + ++histories;
        left.execute("CREATE SCHEMA " + schema);
        history.tables().forEach(table -> left.execute(table.create(schema)));
        LocalTask task = LocalTask.of(
                folder,
                schema,
                source,
                destination,
                schema,
                "tuning: {batchRows: %d, batchDelay: %dms, chunkSize: 1MB}"
                        .formatted(history.batchRows(), history.batchDelay()));
        try (Writers writers = new Writers(source, schema, history.tables())) {
            writers.write(history.before());
            try (RunsThatDie runs = RunsThatDie.start(task, history.kills())) {
                writers.write(history.during());
                // A slot is ready once every transaction that was open has ended.
                writers.finish();
                runs.awaitStreaming();
                writers.write(history.after());
                writers.finish();
                deaths += runs.end();
            }
        }
        task.catchUp();
        new StateCheck(schema, history.keys())
                .requireStatesOfTheSource(sourceLog.transactions(), destinationLog.transactions());
        task.clean();
        left.execute("DROP SCHEMA " + schema + " CASCADE");
        right.execute("DROP SCHEMA IF EXISTS " + schema + " CASCADE");
    }

    @Override
    public void close() {
        System.out.printf("%d random histories, in which %d runs died%n", histories, deaths);
        left.close();
        right.close();
        source.close();
        destination.close();
    }
}
