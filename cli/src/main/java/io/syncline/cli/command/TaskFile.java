package io.syncline.cli.command;

import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/** The one argument of commands that are about a task. */
final class TaskFile {

    @Parameters(index = "0", paramLabel = "FILE", description = "The task file, YAML or JSON.")
    private Path file;

    Path path() {
        return file;
    }
}
