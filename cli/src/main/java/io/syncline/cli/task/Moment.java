package io.syncline.cli.task;

import io.syncline.api.port.CrashMarks.Mark;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The n-th time that a mark is reached, counted from 1 and from when this was made. */
record Moment(Mark mark, int time, AtomicInteger reached) {

    private static final Pattern FORM = Pattern.compile("([A-Z_]+)(?::([1-9][0-9]{0,8}))?");

    /** Reads {@code NAME} or {@code NAME:n}; empty when there is no such mark. */
    static Optional<Moment> of(String text) {
        Matcher matcher = FORM.matcher(text);
        for (Mark mark : Mark.values()) {
            if (matcher.matches() && mark.name().equals(matcher.group(1))) {
                int time = matcher.group(2) == null ? 1 : Integer.parseInt(matcher.group(2));
                return Optional.of(new Moment(mark, time, new AtomicInteger()));
            }
        }
        return Optional.empty();
    }

    boolean isNow(Mark now) {
        return now == mark && reached.incrementAndGet() == time;
    }
}
