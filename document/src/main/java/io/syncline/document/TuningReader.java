package io.syncline.document;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.api.task.HoldBack;
import io.syncline.api.task.Retry;
import io.syncline.api.task.SourceLog;
import io.syncline.api.task.Tuning;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads {@code tuning}, {@code retry}, {@code holdBack} and {@code sourceLog}: sizes and times with units, held against their limits. */
final class TuningReader {

    private static final long MB = 1L << 20;
    private static final long GB = 1L << 30;

    private final JsonNode definitions;
    private final Review review;

    TuningReader(TaskSchema schema, Review review) {
        this.definitions = schema.root().path("$defs");
        this.review = review;
    }

    Tuning tuning(Cursor tuning) {
        Tuning defaults = Tuning.DEFAULT;
        return new Tuning(
                tuning.key("loadWorkers").number().map(OptionalInt::of).orElse(defaults.loadWorkers()),
                tuning.key("chunkSize").exists()
                        ? OptionalLong.of(size(tuning.key("chunkSize"), MB, 16 * GB))
                        : defaults.chunkBytes(),
                tuning.key("indexWorkers").number().orElse(defaults.indexWorkers()),
                size(tuning.key("batchSize"), defaults.batchBytes(), GB),
                tuning.key("batchRows").number().orElse(defaults.batchRows()),
                time(tuning.key("batchDelay"), defaults.batchDelay(), Duration.ZERO, Duration.ofMinutes(1)),
                size(tuning.key("queueSize"), defaults.queueBytes(), 16 * GB));
    }

    Retry retry(Cursor retry) {
        Duration day = Duration.ofDays(1);
        Cursor connection = retry.key("connection");
        Cursor other = retry.key("other");
        Retry read = new Retry(
                time(connection, Retry.DEFAULT.connection(), Duration.ofMinutes(10), day),
                time(other, Retry.DEFAULT.other(), Duration.ofMinutes(1), day));
        if (read.other().compareTo(read.connection()) >= 0) {
            review.wrong(
                    other.exists() ? other : connection,
                    "other must be shorter than connection; other is " + minutes(read.other()) + ", connection is "
                            + minutes(read.connection()));
        }
        return read;
    }

    HoldBack holdBack(Cursor holdBack) {
        return new HoldBack(
                time(holdBack.key("time"), HoldBack.DEFAULT.time(), Duration.ZERO, Duration.ofDays(7)),
                holdBack.key("size").exists()
                        ? size(holdBack.key("size"), HoldBack.DEFAULT.bytes(), 1024 * GB)
                        : HoldBack.DEFAULT.bytes());
    }

    /** @param holdBack what is kept for the task in any case */
    SourceLog sourceLog(Cursor sourceLog, HoldBack holdBack) {
        Cursor limit = sourceLog.key("limit");
        SourceLog read = new SourceLog(
                size(limit, SourceLog.UNLIMITED, 1_000_000 * GB),
                sourceLog.key("whenLost").text().orElse("").equals("heal"));
        if (!holdBack.isOff() && read.limit() <= holdBack.bytes()) {
            review.wrong(
                    limit,
                    "must be more than holdBack.size, which the source keeps for the task in any case; that is "
                            + holdBack.bytes() / MB + "MB");
        }
        return read;
    }

    private static String minutes(Duration time) {
        return time.toMinutes() + "m";
    }

    private long size(Cursor value, long fallback, long most) {
        Optional<Long> bytes = value.text().flatMap(Quantity::bytes);
        if (bytes.isPresent() && (bytes.get() < MB || bytes.get() > most)) {
            outOfRange(value);
            return fallback;
        }
        return bytes.orElse(fallback);
    }

    private Duration time(Cursor value, Duration fallback, Duration least, Duration most) {
        Optional<Duration> time = value.text().flatMap(Quantity::time);
        if (time.isPresent() && (time.get().compareTo(least) < 0 || time.get().compareTo(most) > 0)) {
            outOfRange(value);
            return fallback;
        }
        return time.orElse(fallback);
    }

    /** In the words of the schema, so that its titles hold the limits for editors too. */
    private void outOfRange(Cursor value) {
        JsonNode rule = definitions
                .path(value.path().parent().steps().getLast().toString())
                .path("properties")
                .path(value.name());
        review.wrong(value, Allowed.sentence(value.node(), rule));
    }
}
