package io.syncline.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.FileAppender;
import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.cli.command.LogOptions;
import io.syncline.cli.output.Failures;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** The log of this process. logback.xml holds what is always so: standard error, warnings and worse; this adds what the user chose. */
final class LogbackLog implements LogOptions.Log {

    @Override
    public void start(LogOptions.@Nullable Level level, @Nullable Path file) {
        // The driver logs through java.util.logging.
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        if (file != null) {
            FileAppender<ILoggingEvent> appender = appender(context, file);
            root.addAppender(appender);
            context.getLogger(Failures.LOGGER).addAppender(appender);
            root.setLevel(Level.INFO);
        }
        if (level != null) {
            root.setLevel(Level.valueOf(level.name()));
        }
    }

    private static FileAppender<ILoggingEvent> appender(LoggerContext context, Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder) || Files.isDirectory(file)) {
            throw new SyncException(
                    ErrorCode.USAGE,
                    "the log file " + file + " cannot be written: its folder does not exist, or it is a folder itself",
                    "Name a file in a folder that exists.");
        }
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern("%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{36} - %msg%n");
        encoder.start();
        FileAppender<ILoggingEvent> appender = new FileAppender<>();
        appender.setContext(context);
        appender.setName("FILE");
        appender.setFile(file.toString());
        appender.setEncoder(encoder);
        appender.start();
        return appender;
    }
}
