package io.syncline.engine.load;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.Destination;
import io.syncline.api.port.Ledger.NotMade;
import io.syncline.api.port.SchemaWriter;
import io.syncline.api.schema.SchemaObject;
import io.syncline.engine.run.Stage;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Makes the objects of the schema, phase by phase. Every object is noted in the ledger in its own transaction, so that each phase can be begun again. */
public final class SchemaStage {

    private final Destination.Writers writers;
    private final ObjectListener listener;

    /** Hears what was made. */
    public interface ObjectListener {

        void made(String phase, int done, int total);

        /** Something was not made, or not as it is at the source; the user must know (I4). */
        void notMade(NotMade object);
    }

    public SchemaStage(Destination.Writers writers, ObjectListener listener) {
        this.writers = writers;
        this.listener = listener;
    }

    /**
     * Objects that several workers make at once; with one worker, in the order given.
     *
     * @param workers more than one only for objects that do not depend on each other
     */
    public List<Stage> objects(String phase, List<SchemaObject> objects, int workers) {
        return workers(phase, objects, workers, this::create);
    }

    /** The same for tables that are loaded from their beginning, in the order given. */
    public List<Stage> objectsAgain(String phase, List<SchemaObject> objects) {
        return workers(phase, objects, 1, (writer, object) -> make(object, writer::createAgain));
    }

    /**
     * Objects that rows do without, in the order given: what cannot be made is tried again after the others, as long as that makes any, and then listed.
     *
     * @param enforced for a task that applies no changes: whatever acts on rows acts from now on
     */
    public List<Stage> dependents(String phase, List<SchemaObject> objects, boolean enforced) {
        return List.of(new Dependents(phase, objects, writers, listener, enforced));
    }

    /** Foreign keys of a task that applies no changes: they are made even where this role could not keep them silent (T2). */
    public List<Stage> enforced(String phase, List<SchemaObject> objects) {
        return workers(phase, objects, 1, (writer, key) -> make(key, writer::enforce));
    }

    /** Gives the planner statistics of the loaded tables, so that merges find their plans. */
    public List<Stage> analyze(List<TableRoute> routes, int workers) {
        List<TableId> tables = routes.stream()
                .map(route -> route.destination().table())
                .distinct()
                .toList();
        return workers("analyze", tables, workers, SchemaWriter::analyze);
    }

    private <T> List<Stage> workers(String phase, List<T> items, int workers, BiConsumer<SchemaWriter, T> action) {
        Queue<T> queue = new ConcurrentLinkedQueue<>(items);
        AtomicInteger done = new AtomicInteger();
        BiConsumer<SchemaWriter, T> counted =
                action.andThen((writer, item) -> listener.made(phase, done.incrementAndGet(), items.size()));
        return IntStream.rangeClosed(1, workers)
                .<Stage>mapToObj(n -> new Worker<>(phase + " " + n, queue, counted))
                .toList();
    }

    private void create(SchemaWriter writer, SchemaObject object) {
        make(object, writer::create);
    }

    private void make(SchemaObject object, Function<SchemaObject, SchemaWriter.Outcome> making) {
        try {
            tell(listener, object, making.apply(object));
        } catch (SyncException e) {
            if (!isListed(object, e)) {
                throw e;
            }
            listener.notMade(Dependents.notMade(object, e));
        }
    }

    /** A constraint that the destination has no form for is listed. One that its rows break, or that the role may not make, ends the run: rows or rights are wrong then. */
    private static boolean isListed(SchemaObject object, SyncException failure) {
        if (object.required()) {
            return false;
        }
        return switch (object.phase()) {
            case INDEXES, FOREIGN_KEYS -> failure.code() == ErrorCode.DESTINATION_SCHEMA;
            case BEFORE_LOAD, KEYS, DEPENDENTS, FINISH -> Dependents.isOfTheObject(failure);
        };
    }

    /** Lists what is not at the destination as it is at the source. */
    static void tell(ObjectListener listener, SchemaObject object, SchemaWriter.Outcome outcome) {
        String why = switch (outcome) {
            case CREATED, ALREADY_OURS -> "";
            case ALREADY_THERE ->
                object instanceof SchemaObject.Definition ? "it was there before this task, and stays as it is" : "";
            case SILENCED -> "made, and disabled until cutover: it would act on applied rows";
            case LEFT_OUT -> "the schema files leave it out";
            case POSTPONED -> "it waits until cutover: this role cannot keep it from firing on applied rows";
        };
        if (!why.isEmpty()) {
            listener.notMade(new NotMade(object.ref().toString(), why, false));
        }
    }

    /** Takes items from a queue, one a poll, with a writer of its own. */
    private final class Worker<T> implements Stage {

        private final String name;
        private final Queue<T> queue;
        private final BiConsumer<SchemaWriter, T> action;
        private @Nullable SchemaWriter writer;

        Worker(String name, Queue<T> queue, BiConsumer<SchemaWriter, T> action) {
            this.name = name;
            this.queue = queue;
            this.action = action;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Progress poll() {
            T item = queue.poll();
            if (item == null) {
                return Progress.DONE;
            }
            if (writer == null) {
                writer = writers.schema();
            }
            action.accept(writer, item);
            return Progress.WORKED;
        }

        @Override
        public void close() {
            if (writer != null) {
                writer.close();
                writer = null;
            }
        }
    }
}
