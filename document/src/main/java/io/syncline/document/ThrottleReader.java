package io.syncline.document;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.task.Throttle;
import io.syncline.api.task.Throttle.Limits;
import java.util.Optional;

/** Reads {@code throttle}, and limits in the words of a command. */
public final class ThrottleReader {

    private static final long LEAST_BYTES = 1024;
    private static final long MOST_ROWS = 1_000_000_000;

    Throttle throttle(Cursor throttle, Review review) {
        return new Throttle(limits(throttle.key("load"), review), limits(throttle.key("stream"), review));
    }

    private static Limits limits(Cursor limits, Review review) {
        Cursor size = limits.key("bytesPerSecond");
        long bytes = size.text().flatMap(Quantity::bytes).orElse(0L);
        if (size.exists()
                && bytes < LEAST_BYTES
                && Quantity.bytes(size.text().orElse("")).isPresent()) {
            review.wrong(size, "must be 1kB or more; left out: no limit");
        }
        return new Limits(
                limits.key("queriesPerSecond").number().orElse(0),
                limits.key("rowsPerSecond").number().orElse(0),
                bytes);
    }

    /**
     * One limit of a command, {@code stream.bytesPerSecond=5MB}, as {@code key=number}; {@code none} lifts it.
     *
     * @throws SyncException USAGE
     */
    public String change(String words) {
        int sign = words.indexOf('=');
        String key = sign < 0 ? words : words.substring(0, sign);
        String value = sign < 0 ? "" : words.substring(sign + 1);
        if (!Throttle.KEYS.contains(key)) {
            throw wrong("there is no limit " + key);
        }
        Optional<Long> limit = value.equals("none")
                ? Optional.of(0L)
                : key.endsWith("bytesPerSecond")
                        ? Quantity.bytes(value).filter(bytes -> bytes >= LEAST_BYTES)
                        : number(value);
        return key + "=" + limit.orElseThrow(() -> wrong("\"" + value + "\" is no value of " + key));
    }

    private static Optional<Long> number(String value) {
        return value.matches("[0-9]{1,10}")
                ? Optional.of(Long.parseLong(value)).filter(number -> number > 0 && number <= MOST_ROWS)
                : Optional.empty();
    }

    private static SyncException wrong(String what) {
        return new SyncException(
                ErrorCode.USAGE,
                what,
                "Give limits as " + String.join(", ", Throttle.KEYS)
                        + ", each with = and a number, a size such as 5MB (1kB or more) for bytes, or none.");
    }
}
