package io.syncline.engine.task;

import io.syncline.api.port.Ledger.NotMade;
import io.syncline.engine.load.SchemaStage;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Passes on what the schema stage made, and keeps what it did not make. */
final class ObjectNews implements SchemaStage.ObjectListener {

    private final RunContext context;
    private final List<NotMade> notMade = new CopyOnWriteArrayList<>();

    ObjectNews(RunContext context) {
        this.context = context;
    }

    @Override
    public void made(String phase, int done, int total) {
        context.listener().on(new TaskEvent.ObjectsMade(phase, done, total));
    }

    @Override
    public void notMade(NotMade object) {
        if (!notMade.contains(object)) {
            notMade.add(object);
            context.notice("Not made: " + object.what() + ": " + object.why());
        }
    }

    /** In the order in which it was told. */
    List<NotMade> notMade() {
        return List.copyOf(notMade);
    }
}
