package io.syncline.postgresql.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.Position;
import io.syncline.api.model.TableId;
import io.syncline.api.port.ChangeStream;
import io.syncline.postgresql.session.Lsn;
import io.syncline.testkit.postgres.Sql;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every dialogue, on the oldest and the newest versions and some between. */
class DialogueTest {

    static Stream<Arguments> dialogues() throws IOException {
        List<Dialogue> all = Dialogue.all();
        return Stream.of("9.5", "9.6", "10", "11", "12", "15", "17", "18")
                .flatMap(version -> all.stream()
                        .filter(dialogue -> dialogue.spokenBy(major(version)))
                        .map(dialogue -> Arguments.of(version, dialogue)));
    }

    private static int major(String version) {
        return Integer.parseInt(version.replaceFirst("\\..*", ""));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("dialogues")
    void theStreamSaysWhatTheSessionsDid(String version, Dialogue dialogue) {
        try (StreamFixture fixture = new StreamFixture(version)) {
            fixture.sql.execute(dialogue.setup());
            PostgresChangeLog log = fixture.log(fixture.run());
            List<TableId> tables =
                    dialogue.tables().stream().map(fixture::table).toList();
            Lsn start = StreamFixture.create(log, tables);
            try (ChangeStream stream = StreamFixture.open(log, start, tables)) {
                speak(fixture, dialogue);
                Position end = StreamFixture.lsn(log.now());
                // What the last session wrote without a commit reaches the disk, and so the stream, with the next
                // commit.
                fixture.sql.execute("SELECT txid_current()");
                assertThat(events(stream, end)).isEqualTo(dialogue.expected());
            }
        }
    }

    private static void speak(StreamFixture fixture, Dialogue dialogue) {
        Map<Integer, Sql> sessions = new HashMap<>();
        try {
            for (Dialogue.Line line : dialogue.run()) {
                sessions.computeIfAbsent(line.session(), _ -> fixture.database.sql())
                        .execute(line.sql());
            }
        } finally {
            sessions.values().forEach(Sql::close);
        }
    }

    /** All events up to a position; transactions without any change of a row are left out. */
    private static List<String> events(ChangeStream stream, Position end) {
        List<String> events = new ArrayList<>();
        while (true) {
            ChangeEvent event = stream.poll(Duration.ofSeconds(20));
            if (event == null) {
                throw new AssertionError("the stream fell silent before " + end.text() + " after " + events);
            }
            switch (event) {
                case ChangeEvent.Commit commit -> {
                    if (events.getLast().equals("begin")) {
                        events.removeLast();
                    } else {
                        events.add("commit");
                    }
                    if (commit.position().reached(end)) {
                        return events;
                    }
                }
                case ChangeEvent.Idle idle -> {
                    if (idle.position().reached(end)) {
                        return events;
                    }
                }
                case ChangeEvent.Begin _,
                        ChangeEvent.RowChange _,
                        ChangeEvent.Truncate _,
                        ChangeEvent.Altered _,
                        ChangeEvent.SchemaChange _ -> events.add(EventText.of(event));
            }
        }
    }
}
