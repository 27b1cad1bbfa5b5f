package io.syncline.engine.load;

import io.syncline.api.error.SyncException;
import io.syncline.api.port.Destination;
import io.syncline.api.port.Ledger.NotMade;
import io.syncline.api.port.SchemaWriter;
import io.syncline.api.schema.SchemaObject;
import io.syncline.engine.run.Stage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes objects that rows do without, one a poll. Those that fail are tried again in rounds, since one may need another in a way that no catalog tells. */
final class Dependents implements Stage {

    private final String phase;
    private final Destination.Writers writers;
    private final SchemaStage.ObjectListener listener;
    private final boolean enforced;
    private final int total;
    private final Deque<SchemaObject> waiting;
    private final List<Failed> failed = new ArrayList<>();
    private boolean progress;
    private @Nullable SchemaWriter writer;

    private record Failed(SchemaObject object, SyncException failure) {}

    Dependents(
            String phase,
            List<SchemaObject> objects,
            Destination.Writers writers,
            SchemaStage.ObjectListener listener,
            boolean enforced) {
        this.phase = phase;
        this.writers = writers;
        this.listener = listener;
        this.enforced = enforced;
        this.total = objects.size();
        this.waiting = new ArrayDeque<>(objects);
    }

    @Override
    public String name() {
        return phase;
    }

    @Override
    public Progress poll() {
        SchemaObject object = waiting.poll();
        if (object != null) {
            make(object);
            return Progress.WORKED;
        }
        if (progress && !failed.isEmpty()) {
            progress = false;
            failed.forEach(each -> waiting.add(each.object()));
            failed.clear();
            return Progress.WORKED;
        }
        failed.forEach(each -> listener.notMade(notMade(each.object(), each.failure())));
        return Progress.DONE;
    }

    private void make(SchemaObject object) {
        if (writer == null) {
            writer = writers.schema();
        }
        try {
            SchemaStage.tell(listener, object, enforced ? writer.enforce(object) : writer.create(object));
            progress = true;
            listener.made(phase, total - waiting.size() - failed.size(), total);
        } catch (SyncException e) {
            if (!isOfTheObject(e)) {
                throw e;
            }
            failed.add(new Failed(object, e));
        }
    }

    /** What says something about the object alone is listed with it; everything else ends the run. */
    static boolean isOfTheObject(SyncException failure) {
        return switch (failure.code()) {
            case DESTINATION_SCHEMA,
                    DESTINATION_RIGHTS,
                    DESTINATION_OBJECT_EXISTS,
                    VALUE_REJECTED,
                    CONFLICT_KEY_EXISTS,
                    CONFLICT_ROW_MISSING -> true;
            default -> false;
        };
    }

    static NotMade notMade(SchemaObject object, SyncException failure) {
        return new NotMade(object.ref().toString(), failure.getMessage() + ". " + failure.remedy(), true);
    }

    @Override
    public void close() {
        if (writer != null) {
            writer.close();
            writer = null;
        }
    }
}
