package io.syncline.cli.command;

import io.syncline.cli.output.Failures;
import io.syncline.cli.output.Output;
import io.syncline.cli.task.UseCases;
import io.syncline.document.TaskReader;
import io.syncline.document.TaskSchema;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * What the commands work with. The suppliers make the expensive parts when a command needs them, so that {@code --help} is quick.
 *
 * @param useCases may throw USAGE, such as for an unknown crash mark
 */
public record Context(
        Output output,
        Failures failures,
        Stopping stopping,
        InstantSource clock,
        Supplier<TaskSchema> schema,
        Supplier<TaskReader> reader,
        Supplier<UseCases> useCases) {}
