package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.port.CrashMarks.Mark;
import io.syncline.cli.endtoend.LinkUnderFault.Side;
import io.syncline.testkit.crash.RunningProcess;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import io.syncline.testkit.proxy.Cut;

/** The stage that a run stands still in when a fault strikes. */
enum StruckStage {
    /** Some tables are made, one is about to be committed. */
    SCHEMA(Mark.OBJECT_CREATING, 3, "SELECT count(*) = 0 FROM syncline.table_load"),
    /** Some chunks are copied, one has a page at the destination. */
    FULL(Mark.CHUNK_PAGE_WRITTEN, 5, "SELECT bool_or(done_at IS NULL) FROM syncline.chunk"),
    /** A primary key is about to be committed while other tables are copied. */
    KEYS(Mark.INDEX_BUILDING, 1, "SELECT bool_or(status <> 'KEYED') FROM syncline.table_load"),
    /** Chunks were read at different positions, and the stream is on its way to the highest. */
    CATCH_UP(Mark.BATCH_APPLYING, 1, "SELECT bool_and(catch_up_to IS NOT NULL) FROM syncline.stream"),
    /** All rows are there, an index that is no key is about to be committed. */
    INDEXES(Mark.INDEX_BUILDING, 6, "SELECT bool_and(status = 'KEYED') FROM syncline.table_load"),
    /** A batch is applied, its end is not. */
    INCREMENTAL(Mark.BATCH_APPLYING, 3, "SELECT bool_and(state = 'SYNCHRONIZING') FROM syncline.task");

    private final Mark mark;
    private final int time;
    private final String proof;

    /** @param proof a query on the ledger that is true in this stage alone */
    StruckStage(Mark mark, int time, String proof) {
        this.mark = mark;
        this.time = time;
        this.proof = proof;
    }

    /** Starts a run and returns it once it stands still in the middle of this stage. */
    RunningProcess enter(TaskUnderTest task, LinkUnderFault link) {
        RunningProcess run = switch (this) {
            case SCHEMA, FULL, KEYS, INDEXES ->
                task.command("run").holdAt(mark.name(), time).start();
            case CATCH_UP ->
                task.command("run").holdAt(Mark.CHUNK_COMMITTED.name(), 3).start();
            case INCREMENTAL -> task.command("run").holdLater().start();
        };
        try {
            switch (this) {
                case SCHEMA, FULL, KEYS, INDEXES -> {}
                case CATCH_UP -> {
                    run.awaitMark(Mark.CHUNK_COMMITTED.name(), TaskUnderTest.LIMIT);
                    // The snapshot is lost, and the chunks that are left are read under a later one.
                    link.end(Side.SOURCE).proxy().cut(Cut.RESET);
                    run.holdAt(mark.name(), time);
                }
                case INCREMENTAL -> {
                    run.awaitLine("SYNCHRONIZING", TaskUnderTest.LIMIT);
                    run.holdAt(mark.name(), time);
                }
            }
            run.awaitMark(mark.name(), TaskUnderTest.LIMIT);
            requireIn(task.destination());
            return run;
        } catch (Throwable e) {
            run.close();
            throw e;
        }
    }

    /** Whether the run cannot go on from here over the connections that it has, when those to one end are lost. */
    boolean needs(Side side) {
        return switch (this) {
            case SCHEMA, KEYS, INDEXES -> side == Side.DESTINATION;
            case FULL, CATCH_UP, INCREMENTAL -> true;
        };
    }

    /** Whether a walsender serves the run. */
    boolean streams() {
        return switch (this) {
            case SCHEMA, FULL, KEYS, INDEXES -> false;
            case CATCH_UP, INCREMENTAL -> true;
        };
    }

    /** The ledger says that the run is in this stage. */
    void requireIn(TestDatabase destination) {
        try (Sql sql = destination.sql()) {
            assertThat(sql.value(proof)).as(proof).isEqualTo("t");
        }
    }
}
