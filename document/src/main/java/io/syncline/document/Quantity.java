package io.syncline.document;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes and times with their unit, as in postgresql.conf: {@code 256MB} (1 MB = 1024 kB), {@code 5ms}, {@code 12h}. */
final class Quantity {

    private static final Pattern SIZE = Pattern.compile("([0-9]{1,12})(B|kB|MB|GB)");
    private static final Pattern TIME = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");

    private Quantity() {}

    /** The bytes, or empty when the text is no size. */
    static Optional<Long> bytes(String text) {
        Matcher matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long number = Long.parseLong(matcher.group(1));
        int shift = switch (matcher.group(2)) {
            case "B" -> 0;
            case "kB" -> 10;
            case "MB" -> 20;
            case "GB" -> 30;
            case String unit -> throw new IllegalStateException("no unit: " + unit);
        };
        return number > Long.MAX_VALUE >> shift ? Optional.of(Long.MAX_VALUE) : Optional.of(number << shift);
    }

    /** The time, or empty when the text is none. */
    static Optional<Duration> time(String text) {
        Matcher matcher = TIME.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long number = Long.parseLong(matcher.group(1));
        return Optional.of(
                switch (matcher.group(2)) {
                    case "ms" -> Duration.ofMillis(number);
                    case "s" -> Duration.ofSeconds(number);
                    case "m" -> Duration.ofMinutes(number);
                    case "h" -> Duration.ofHours(number);
                    case String unit -> throw new IllegalStateException("no unit: " + unit);
                });
    }
}
