package io.syncline.postgresql.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.Position;
import io.syncline.api.model.TableId;
import io.syncline.api.port.ChangeStream;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.Sessions;
import io.syncline.testkit.postgres.Sql;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every dialogue, on the oldest and the newest versions of each plugin; on those between in the slow profile. */
class DialogueTest {

    private static final Set<String> LATER = Set.of("floats.txt", "truncate.txt");

    static Stream<Arguments> dialogues() throws IOException {
        return dialogues("9.5", "10", "18");
    }

    static Stream<Arguments> dialoguesBetween() throws IOException {
        return dialogues("9.6", "11", "12", "15", "17");
    }

    private static Stream<Arguments> dialogues(String... versions) throws IOException {
        List<Dialogue> all = Dialogue.all();
        return Stream.of(versions)
                .flatMap(version -> all.stream()
                        .filter(dialogue -> dialogue.spokenBy(major(version)))
                        .map(dialogue -> Arguments.of(version, dialogue)));
    }

    private static int major(String version) {
        return Integer.parseInt(version.replaceFirst("\\..*", ""));
    }

    /** Those that servers before 10 speak as well, and what is told of TRUNCATE. */
    static Stream<Arguments> printed() throws IOException {
        List<Dialogue> all = Dialogue.all();
        return Stream.of("10", "18")
                .flatMap(version -> all.stream()
                        .filter(dialogue -> dialogue.spokenBy(9) || LATER.contains(dialogue.name()))
                        .filter(dialogue -> dialogue.spokenBy(major(version)))
                        .map(dialogue -> Arguments.of(version, dialogue)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("dialogues")
    void theStreamSaysWhatTheSessionsDid(String version, Dialogue dialogue) {
        try (StreamFixture fixture = new StreamFixture(version)) {
            fixture.sql.execute(dialogue.setup());
            check(fixture, fixture.run(), dialogue);
        }
    }

    @Tag("slow")
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("dialoguesBetween")
    void theStreamOfEveryOtherVersionSaysWhatTheSessionsDid(String version, Dialogue dialogue) {
        theStreamSaysWhatTheSessionsDid(version, dialogue);
    }

    /** A role that may read and replicate, and nothing else. */
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("printed")
    void aRoleThatMakesNoPublicationHearsTheSame(String version, Dialogue dialogue) {
        try (StreamFixture fixture = new StreamFixture(version)) {
            fixture.sql.execute(dialogue.setup());
            String reader = fixture.reader();
            try {
                check(fixture, fixture.run("syncline " + fixture.taskId(), reader, "secret"), dialogue);
                assertThat(fixture.sql.value(
                                "SELECT plugin FROM pg_replication_slots WHERE slot_name = ?", fixture.slot()))
                        .isEqualTo("test_decoding");
            } finally {
                fixture.sql.execute("DROP OWNED BY " + reader + "; DROP ROLE " + reader);
            }
        }
    }

    /** T26: where a commit begins is not printed. The slot remembers by which plugin it is read; a new one is made as the role may. */
    @ParameterizedTest
    @ValueSource(strings = {"10", "18"})
    void aRoleThatMakesNoPublicationGetsNoLaterExactSnapshot(String version) {
        try (StreamFixture fixture = new StreamFixture(version)) {
            fixture.sql.execute("CREATE TABLE item (id int PRIMARY KEY)");
            List<TableId> tables = fixture.tables("item");
            String reader = fixture.reader();
            PostgresChangeLog printing = fixture.log(fixture.run("syncline " + fixture.taskId(), reader, "secret"));
            StreamFixture.create(printing, tables);
            PostgresChangeLog later = fixture.log(fixture.run());
            for (PostgresChangeLog log : List.of(printing, later)) {
                assertThatThrownBy(log::requireExactSnapshots)
                        .isInstanceOfSatisfying(
                                SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_SETTINGS));
            }
            PostgresChangeLog publishing = fixture.log(fixture.run());
            StreamFixture.create(publishing, tables);
            publishing.requireExactSnapshots();
            assertThat(publishing.drop()).isEmpty();
            fixture.sql.execute("DROP OWNED BY " + reader + "; DROP ROLE " + reader);
        }
    }

    private static void check(StreamFixture fixture, Sessions sessions, Dialogue dialogue) {
        PostgresChangeLog log = fixture.log(sessions);
        List<TableId> tables = dialogue.tables().stream().map(fixture::table).toList();
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
                        ChangeEvent.Named _,
                        ChangeEvent.Moved _,
                        ChangeEvent.Part _,
                        ChangeEvent.Untold _,
                        ChangeEvent.Dropped _,
                        ChangeEvent.SchemaChange _ -> events.add(EventText.of(event));
            }
        }
    }
}
