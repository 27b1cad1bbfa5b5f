package io.syncline.cli.output;

import java.time.Duration;
import java.util.Locale;

/** Numbers with their units, as people read them. */
public final class Amounts {

    private static final String[] BYTE_UNITS = {"B", "kB", "MB", "GB", "TB", "PB"};

    private Amounts() {}

    /** {@code 1,203,000}. */
    public static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** {@code 45.3 MB}; 1 MB is 1024 kB. */
    public static String bytes(long bytes) {
        double number = (double) bytes;
        int unit = 0;
        while (number >= 1023.95 && unit < BYTE_UNITS.length - 1) {
            number /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", number, BYTE_UNITS[unit]);
    }

    /** {@code 2 min 5 s}; the two largest units. */
    public static String time(Duration time) {
        long seconds = Math.max(0, time.toSeconds());
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return seconds / 60 + " min " + seconds % 60 + " s";
        }
        return seconds < 86_400
                ? seconds / 3600 + " h " + seconds % 3600 / 60 + " min"
                : seconds / 86_400 + " d " + seconds % 86_400 / 3600 + " h";
    }

    /** {@code 4.2 ms}. */
    public static String latency(Duration latency) {
        double millis = latency.toNanos() / 1e6;
        if (millis < 10) {
            return String.format(Locale.ROOT, "%.1f ms", millis);
        }
        return millis < 10_000 ? Math.round(millis) + " ms" : String.format(Locale.ROOT, "%,.1f s", millis / 1000);
    }

    /** How many a second; 0 when no time has passed. */
    public static double rate(long amount, Duration time) {
        return time.isZero() ? 0 : (double) amount / (time.toNanos() / 1e9);
    }
}
