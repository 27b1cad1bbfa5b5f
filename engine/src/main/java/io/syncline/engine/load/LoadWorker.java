package io.syncline.engine.load;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Chunk;
import io.syncline.api.model.Column;
import io.syncline.api.model.CopyPage;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.CrashMarks;
import io.syncline.api.port.CrashMarks.Mark;
import io.syncline.api.port.Loader;
import io.syncline.api.port.SchemaWriter;
import io.syncline.api.port.Snapshot;
import io.syncline.api.port.SnapshotReader;
import io.syncline.api.schema.SchemaObject;
import io.syncline.api.task.BadValues;
import io.syncline.engine.run.Stage;
import io.syncline.engine.throttle.Pace;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Copies chunks from a snapshot to the destination, one page a poll, and builds the keys of the tables whose chunks are done. It waits for its turn where other tasks of this
 * process read the source too.
 */
final class LoadWorker implements Stage {

    private final String name;
    private final LoadBoard board;
    private final LoadEnds ends;
    private final LoadCounters counters;
    private final Pace pace;
    private final CrashMarks marks;
    private final int together;

    private @Nullable SnapshotReader reader;
    private @Nullable Loader loader;
    private @Nullable SchemaWriter writer;
    private @Nullable ChunkCopy copy;
    private boolean hasTurn;

    /** @param together how many workers may copy at once, those of other tasks with the same pace included */
    LoadWorker(
            String name,
            LoadBoard board,
            LoadEnds ends,
            LoadCounters counters,
            Pace pace,
            CrashMarks marks,
            int together) {
        this.name = name;
        this.board = board;
        this.ends = ends;
        this.counters = counters;
        this.pace = pace;
        this.marks = marks;
        this.together = together;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Progress poll() {
        if (!pace.isOpen()) {
            return Progress.WAITING;
        }
        if (copy != null) {
            if (step(copy)) {
                board.copied(copy.route);
                copy = null;
                endTurn();
                marks.reach(Mark.CHUNK_COMMITTED);
            }
            return Progress.WORKED;
        }
        if (board.isDone()) {
            return Progress.DONE;
        }
        if (!hasTurn && !pace.turns().take(together)) {
            return Progress.WAITING;
        }
        hasTurn = true;
        Progress progress = work();
        if (copy == null) {
            endTurn();
        }
        return progress;
    }

    private Progress work() {
        LoadBoard.Job job = board.take();
        return switch (job) {
            case null -> board.isDone() ? Progress.DONE : Progress.WAITING;
            case LoadBoard.Copy(TableRoute route, Chunk chunk) -> {
                copy = new ChunkCopy(route, chunk, BadValues.STOP);
                yield Progress.WORKED;
            }
            case LoadBoard.Complete(TableRoute route, List<SchemaObject> keys) -> {
                complete(route, keys);
                yield Progress.WORKED;
            }
        };
    }

    /** A chunk that holds what the destination refuses is read once more, under the same snapshot, and written as the task file asks for (docs/design/bad-values.md). */
    private boolean step(ChunkCopy current) {
        try {
            return current.step();
        } catch (SyncException e) {
            BadValues policy = ends.badValues(current.route);
            if (e.code() != ErrorCode.VALUE_REJECTED || current.policy == policy) {
                throw e;
            }
            current.close();
            counters.add(-current.rows, -current.bytes);
            copy = new ChunkCopy(current.route, current.chunk, policy);
            return false;
        }
    }

    private void endTurn() {
        if (hasTurn) {
            hasTurn = false;
            pace.turns().giveBack();
        }
    }

    private void complete(TableRoute route, List<SchemaObject> keys) {
        loader().loaded(route, ends.rules().readAt());
        marks.reach(Mark.TABLE_LOADED);
        if (writer == null) {
            writer = ends.writers().schema();
        }
        keys.forEach(writer::create);
        ends.keyed(route);
        board.completed();
    }

    private SnapshotReader reader() {
        if (reader == null) {
            reader = ends.snapshot().reader();
        }
        return reader;
    }

    private Loader loader() {
        if (loader == null) {
            loader = ends.writers().loader(ends.rules().former());
        }
        return loader;
    }

    @Override
    public void close() {
        try (Loader closingLoader = loader;
                SnapshotReader closingReader = reader;
                SchemaWriter closingWriter = writer;
                ChunkCopy closingCopy = copy) {
            copy = null;
        } finally {
            endTurn();
        }
    }

    /** One chunk on its way: the destination's transaction is open until the chunk's mark commits with it (I2). */
    private final class ChunkCopy implements AutoCloseable {

        private final TableRoute route;
        private final Chunk chunk;
        private final BadValues policy;
        private final Snapshot snapshot = ends.snapshot();
        private final SnapshotReader.Pages pages;
        private final Loader.ChunkWrite write;
        private long rows;
        private long bytes;

        ChunkCopy(TableRoute route, Chunk chunk, BadValues policy) {
            this.route = route;
            this.chunk = chunk;
            this.policy = policy;
            this.pages = reader().read(route.source(), chunk, columns(route));
            this.write = loader().begin(route, chunk, policy);
            pace.asked();
        }

        /** Moves one page; true when the chunk is committed. */
        boolean step() {
            CopyPage page = pages.next();
            if (page == null) {
                write.commit(rows, bytes, snapshot.positions());
                close();
                return true;
            }
            write.write(page);
            rows += page.rows();
            bytes += page.length();
            counters.add(page.rows(), page.length());
            pace.took(page.rows(), page.length());
            marks.reach(Mark.CHUNK_PAGE_WRITTEN);
            return false;
        }

        @Override
        public void close() {
            try (pages) {
                write.close();
            }
        }

        private static List<String> columns(TableRoute route) {
            TableSchema source = route.source();
            return route.readColumns().stream()
                    .map(source.columns()::get)
                    .map(Column::name)
                    .toList();
        }
    }
}
