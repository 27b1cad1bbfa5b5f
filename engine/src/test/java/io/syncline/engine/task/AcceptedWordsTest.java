package io.syncline.engine.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.task.Retry;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What other tasks read of a task's accepted words. */
class AcceptedWordsTest {

    private static final AcceptedWords NOW = AcceptedWords.read("retry connection PT12H, other PT10M");

    @Test
    void theWindowsAreReadBack() {
        assertThat(NOW.retry()).contains(Retry.DEFAULT);
        assertThat(NOW.text()).isEqualTo("retry connection PT12H, other PT10M");
    }

    @Test
    void theWordsOfAnOlderProgramAreNoEdit() {
        AcceptedWords older = AcceptedWords.read("retry Retry[connection=PT12H, other=PT10M]");
        assertThat(older.retry()).contains(Retry.DEFAULT);
        assertThat(older.changes(NOW)).isEmpty();

        AcceptedWords edited = AcceptedWords.read("retry Retry[connection=PT30M, other=PT1M30S]");
        assertThat(edited.retry()).contains(new Retry(Duration.ofMinutes(30), Duration.ofSeconds(90)));
        assertThat(edited.changes(NOW)).containsExactly("retry");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0a1b2c", "retry 30", "retry connection 30m, other 10m", "retry connection PT12H"})
    void whatAnotherProgramWroteIsNotKnown(String words) {
        assertThat(AcceptedWords.read(words).retry()).isEmpty();
    }
}
