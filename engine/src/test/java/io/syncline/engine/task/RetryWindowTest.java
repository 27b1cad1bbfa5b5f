package io.syncline.engine.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.SourceIdentity;
import io.syncline.api.port.Ledger.TaskEntry;
import io.syncline.api.port.TaskIdentity;
import io.syncline.api.task.Retry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The window of a task, alone and beside others. */
class RetryWindowTest {

    private static final Retry OWN = Retry.DEFAULT;
    private static final String SHOP = "postgresql://a:1/shop";
    private static final TaskEntry MINE = entry("mine", SHOP, null, Duration.ZERO, OWN);

    private final SharedRetry shared = new SharedRetry();
    private Instant now = Instant.parse("2030-01-01T00:00:00Z");
    private final RetryWindow window = new RetryWindow(OWN, shared, () -> now);

    @Test
    void aTaskAloneHasItsOwnWindows() {
        assertThat(minutesUntilGivenUp(ErrorCode.DESTINATION_UNREACHABLE)).isEqualTo(720);
        assertThat(window.told(failure(ErrorCode.DESTINATION_UNREACHABLE)).getMessage())
                .isEqualTo("away");
        assertThat(new RetryWindow(OWN, shared, () -> now).after(failure(ErrorCode.VALUE_REJECTED)))
                .isEmpty();
    }

    @Test
    void theShortestConnectionWindowOfThoseThatRunCountsForAllAndIsNamed() {
        shared.saw("mine", List.of(MINE, running("b", "postgresql://b:1/other", 60), running("c", "x", 30)));

        assertThat(minutesUntilGivenUp(ErrorCode.DESTINATION_UNREACHABLE)).isEqualTo(30);
        assertThat(window.told(failure(ErrorCode.DESTINATION_UNREACHABLE)))
                .hasMessage(
                        "away; it was tried again for 30 minutes, the window of the task c (c), which uses the same destination; this task's own is 720 minutes");
        assertThat(window.told(failure(ErrorCode.SOURCE_UNREACHABLE)).getMessage())
                .isEqualTo("away");
    }

    @Test
    void aSourceIsSharedByThoseThatReadTheSameDatabase() {
        shared.saw("mine", List.of(MINE, running("b", SHOP, 60), running("c", "postgresql://b:1/other", 30)));

        assertThat(minutesUntilGivenUp(ErrorCode.SOURCE_UNREACHABLE)).isEqualTo(60);
        assertThat(window.told(failure(ErrorCode.SOURCE_UNREACHABLE)).getMessage())
                .contains("for 60 minutes, the window of the task b (b), which uses the same source");
    }

    @Test
    void aSourceIsTheSameUnderAnotherAddress() {
        SourceIdentity system = new SourceIdentity("1 shop", "1");
        SourceIdentity promoted = new SourceIdentity("1 shop", "2");
        EffectiveRetry retry = EffectiveRetry.of(
                OWN,
                "mine",
                List.of(
                        entry("mine", SHOP, system, Duration.ZERO, OWN),
                        entry("b", "postgresql://tunnel:7/shop", promoted, Duration.ZERO, minutes(60)),
                        entry("c", "postgresql://a:1/x", new SourceIdentity("1 x", "1"), Duration.ZERO, minutes(30))));

        assertThat(retry.source().whose()).isEqualTo(new TaskIdentity("b", "b"));
        assertThat(retry.destination().whose()).isEqualTo(new TaskIdentity("c", "c"));
    }

    @Test
    void whoDoesNotRunOrIsMorePatientDoesNotCount() {
        EffectiveRetry retry = EffectiveRetry.of(
                OWN,
                "mine",
                List.of(
                        MINE,
                        entry("stopped", SHOP, null, null, minutes(10)),
                        entry("killed", SHOP, null, TaskRun.SILENCE, minutes(10)),
                        entry("as patient", SHOP, null, Duration.ZERO, OWN),
                        entry("more patient", SHOP, null, Duration.ZERO, minutes(1440)),
                        unknown("of another program")));

        assertThat(retry).isEqualTo(EffectiveRetry.of(OWN));
        assertThat(retry.isShared()).isFalse();
    }

    @Test
    void otherCausesHaveTheTasksOwnWindow() {
        shared.saw("mine", List.of(MINE, entry("b", SHOP, null, Duration.ZERO, minutes(60))));

        assertThat(minutesUntilGivenUp(ErrorCode.DESTINATION_BUSY)).isEqualTo(10);
    }

    /** The least patient ends, and is not seen at the next look; the outage is the same. */
    @Test
    void whoGaveUpCountsUntilTheConnectionHasLasted() {
        shared.saw("mine", List.of(MINE, running("b", SHOP, 30)));
        assertThat(window.after(failure(ErrorCode.SOURCE_UNREACHABLE))).isPresent();
        shared.saw("mine", List.of(MINE, entry("b", SHOP, null, null, minutes(30))));
        assertThat(minutesUntilGivenUp(ErrorCode.SOURCE_UNREACHABLE)).isEqualTo(30);

        window.attemptBegins();
        now = now.plus(Duration.ofMinutes(1));
        assertThat(minutesUntilGivenUp(ErrorCode.SOURCE_UNREACHABLE)).isEqualTo(720);
    }

    /** An attempt every minute, none of which lasts. */
    private long minutesUntilGivenUp(ErrorCode cause) {
        long minutes = 0;
        while (window.after(failure(cause)).isPresent()) {
            now = now.plus(Duration.ofMinutes(1));
            window.attemptBegins();
            minutes++;
        }
        return minutes - 1;
    }

    private static SyncException failure(ErrorCode cause) {
        return new SyncException(cause, "away", "Wait.");
    }

    private static TaskEntry running(String name, String source, long minutes) {
        return entry(name, source, null, Duration.ofSeconds(9), minutes(minutes));
    }

    private static Retry minutes(long minutes) {
        return new Retry(Duration.ofMinutes(minutes), Duration.ofMinutes(1));
    }

    private static TaskEntry unknown(String name) {
        return new TaskEntry(
                new TaskIdentity(name, name), SHOP, null, "", "", "", 1, null, Duration.ZERO, "0a1b2c: a digest");
    }

    private static TaskEntry entry(
            String name, String source, @Nullable SourceIdentity identity, @Nullable Duration silence, Retry retry) {
        String words = "retry connection " + retry.connection() + ", other " + retry.other();
        return new TaskEntry(new TaskIdentity(name, name), source, identity, "", "", "", 1, null, silence, words);
    }
}
