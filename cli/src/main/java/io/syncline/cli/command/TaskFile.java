package io.syncline.cli.command;

import io.syncline.api.task.TaskDocument;
import io.syncline.engine.task.Bundle;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What tells the task that a command is about. */
final class TaskFile {

    @Parameters(index = "0", paramLabel = "FILE", description = "The task file, YAML or JSON.")
    private Path file;

    @Option(
            names = "--database",
            paramLabel = "NAME",
            description = "One database alone, by its name at the source, of a task file with databases.")
    private @Nullable String database;

    TaskDocument read(Context context) {
        return context.reader().get().read(file);
    }

    /** Whether one of many databases is meant alone. */
    boolean namesOne() {
        return database != null;
    }

    /** The databases that a run takes up. */
    Bundle chosen(Context context, TaskDocument document) {
        return asked(context.useCases().get().chosen(document));
    }

    Bundle chosen(Context context) {
        return chosen(context, read(context));
    }

    /** The databases that have started. */
    Bundle known(Context context, TaskDocument document) {
        return asked(context.useCases().get().known(document));
    }

    Bundle known(Context context) {
        return known(context, read(context));
    }

    private Bundle asked(Bundle bundle) {
        return database == null ? bundle : bundle.only(database);
    }
}
