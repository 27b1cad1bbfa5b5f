package io.syncline.engine.task;

import io.syncline.engine.load.SchemaStage;

/** Passes on what the schema stage made. */
record ObjectNews(RunContext context) implements SchemaStage.ObjectListener {

    @Override
    public void made(String phase, int done, int total) {
        context.listener().on(new TaskEvent.ObjectsMade(phase, done, total));
    }

    @Override
    public void notMade(String what) {
        context.notice(what);
    }
}
