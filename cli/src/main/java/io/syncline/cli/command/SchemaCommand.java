package io.syncline.cli.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code syncline schema}. */
@Command(
        name = "schema",
        description = {
            "Prints the JSON Schema of task files.",
            "Editors complete and check a file that names it: # yaml-language-server: $schema=task.schema.json"
        })
final class SchemaCommand implements Callable<Integer> {

    private final Context context;

    SchemaCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        context.output().out().print(context.schema().get().json());
        context.output().out().flush();
        return ExitCode.DONE;
    }
}
