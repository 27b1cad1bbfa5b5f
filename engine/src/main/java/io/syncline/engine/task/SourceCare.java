package io.syncline.engine.task;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.port.RetainedLog;
import io.syncline.api.task.SourceLog;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Tells people what the source keeps for the task before its disk is full, its slot given up, or its catalogs slow. Each grows while the task reads slower than the
 * application writes, or not at all. A mark is told once, the next one again, and that it is over. Beyond the task's own limit the source must not be asked for more.
 */
final class SourceCare {

    static final Duration EVERY = Duration.ofSeconds(10);

    /** Where a server knows no limit itself: 10 GiB, and each doubling. */
    private static final long MUCH = 10L << 30;

    /** PostgreSQL's autovacuum_freeze_max_age as shipped, and each doubling; a server stops near 2 * 10^9. */
    private static final long OLD = 200_000_000;

    private final Supplier<Optional<RetainedLog>> retained;
    private final SourceLog policy;
    private final String source;
    private final Consumer<String> notice;
    private int logMark;
    private int ageMark;

    /** @param source address for messages */
    SourceCare(Supplier<Optional<RetainedLog>> retained, SourceLog policy, String source, Consumer<String> notice) {
        this.retained = retained;
        this.policy = policy;
        this.source = source;
        this.notice = notice;
    }

    /** @throws SyncException as {@link #requireWithin} */
    void look() {
        retained.get().ifPresent(this::look);
    }

    private void look(RetainedLog kept) {
        requireWithin(policy, kept, source);
        RetainedLog retained = kept.ours() ? bounded(kept) : kept;
        int log = mark(retained);
        if (log > logMark) {
            notice.accept(logText(retained));
        } else if (log == 0 && logMark > 0) {
            notice.accept("The source " + source + " keeps " + gigabytes(retained.bytes())
                    + " of log for this task; that is little again.");
        }
        // Between two marks it may go to and fro: only what is over is told anew.
        logMark = log == 0 ? 0 : Math.max(log, logMark);
        int age = doublings(retained.catalogAge(), OLD);
        if (age > ageMark) {
            notice.accept("The source " + source + " keeps dead rows of its catalogs for this task's slot since "
                    + retained.catalogAge()
                    + " transactions; VACUUM cannot remove them, and the server stops before 2000000000."
                    + " See that the task keeps up, or clean it.");
        }
        ageMark = age == 0 ? 0 : Math.max(age, ageMark);
    }

    /**
     * Holds what is kept against the task's limit. A slot that the task did not make is not its to drop.
     *
     * @throws SyncException SOURCE_LOG_LIMIT when it is too much, and the slot is to be dropped
     */
    static void requireWithin(SourceLog policy, RetainedLog kept, String source) {
        if (kept.ours() && kept.bytes() > policy.limit()) {
            throw new SyncException(
                    ErrorCode.SOURCE_LOG_LIMIT,
                    "the source " + source + " keeps " + gigabytes(kept.bytes())
                            + " of log for this task, and sourceLog.limit allows " + gigabytes(policy.limit())
                            + ": the task's replication slot is dropped, so that the source's disk does not fill",
                    "Run heal for this task when both ends can be reached: it begins at a new position and writes the rows that differ."
                            + " See why the task was so far behind.");
        }
    }

    /** The nearer of the server's limit and the task's. */
    private RetainedLog bounded(RetainedLog kept) {
        if (!policy.hasLimit()) {
            return kept;
        }
        long still = policy.limit() - kept.bytes();
        Long left = kept.left();
        return new RetainedLog(
                kept.bytes(), left == null ? still : Long.valueOf(Math.min(still, left)), kept.catalogAge(), true);
    }

    /** With a limit: 1 when less than half of it is left, 2 less than a quarter, and so on; else how often much was doubled. */
    private static int mark(RetainedLog retained) {
        Long left = retained.left();
        if (left == null) {
            return doublings(retained.bytes(), MUCH);
        }
        long all = retained.bytes() + Math.max(0, left);
        return doublings(all, 2 * Math.max(1, left));
    }

    private static int doublings(long amount, long first) {
        return amount < first ? 0 : Long.SIZE - Long.numberOfLeadingZeros(amount / first);
    }

    private String logText(RetainedLog retained) {
        Long left = retained.left();
        String what = "The source " + source + " keeps " + gigabytes(retained.bytes()) + " of log for this task";
        return left == null
                ? what + ", and knows no limit (max_slot_wal_keep_size): its disk may fill. See that the task keeps up,"
                        + " or clean it."
                : what + "; after " + gigabytes(Math.max(0, left))
                        + " more the slot is given up (max_slot_wal_keep_size, sourceLog.limit), and the task cannot go on as it is."
                        + " See that the task keeps up, or allow more.";
    }

    private static String gigabytes(long bytes) {
        return String.format(Locale.ROOT, "%.2f GB", bytes / (double) (1L << 30));
    }
}
