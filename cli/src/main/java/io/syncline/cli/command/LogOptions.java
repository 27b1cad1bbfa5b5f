package io.syncline.cli.command;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every command can be told about its log. */
public final class LogOptions {

    /** How much is logged. */
    public enum Level {
        ERROR,
        WARN,
        INFO,
        DEBUG
    }

    /** Starts the log. */
    @FunctionalInterface
    public interface Log {

        /**
         * @param level null = as without the option
         * @param file where to log to beside standard error, or null
         */
        void start(@Nullable Level level, @Nullable Path file);
    }

    private final Log log;

    @Option(
            names = "--log-file",
            paramLabel = "FILE",
            description = "Writes the log to this file too, with traces; its level is info then.")
    private @Nullable Path file;

    @Option(names = "--log-level", paramLabel = "LEVEL", description = "How much is logged: error, warn, info, debug.")
    private @Nullable Level level;

    public LogOptions(Log log) {
        this.log = log;
    }

    void start() {
        log.start(level, file);
    }
}
