package io.syncline.postgresql.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.ChangeEvent;
import io.syncline.api.task.HoldBack;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.Side;
import io.syncline.postgresql.session.SqlErrors;
import io.syncline.postgresql.stream.pgoutput.PgOutputDecoder;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a stream makes of keepalives, frame by frame: a server sends them when it likes. */
class KeepaliveTest {

    private static final int HEADER = 25;

    private final Script script = new Script();
    private final PostgresChangeStream stream = new PostgresChangeStream(
            script,
            new PgOutputDecoder(
                    message -> {
                        throw new AssertionError("no table is described here");
                    },
                    new Lsn(100)),
            new StreamErrors(new SqlErrors(Side.SOURCE, "postgresql://test"), new ChangeLogName("slot")),
            new Lsn(100),
            new HeldBack(HoldBack.NONE, new Lsn(100)),
            _ -> {},
            Duration.ofHours(1));

    /** Frames to be read, and those that were written. */
    private static final class Script implements Frames {
        private final ArrayDeque<byte[]> frames = new ArrayDeque<>();
        private final List<byte[]> answers = new ArrayList<>();

        @Override
        public byte @Nullable [] read(Duration wait) {
            return frames.poll();
        }

        @Override
        public void write(byte[] frame) {
            answers.add(frame);
        }

        @Override
        public void close() {}
    }

    private void keepalive(long end, boolean reply) {
        script.frames.add(ByteBuffer.allocate(18)
                .put((byte) 'k')
                .putLong(end)
                .putLong(0)
                .put((byte) (reply ? 1 : 0))
                .array());
    }

    private void begin(long commit) {
        script.frames.add(ByteBuffer.allocate(HEADER + 21)
                .put((byte) 'w')
                .position(HEADER)
                .put((byte) 'B')
                .putLong(commit)
                .putLong(0)
                .putInt(7)
                .array());
    }

    private void commit(long commit, long end) {
        script.frames.add(ByteBuffer.allocate(HEADER + 26)
                .put((byte) 'w')
                .position(HEADER)
                .put((byte) 'C')
                .put((byte) 0)
                .putLong(commit)
                .putLong(end)
                .putLong(0)
                .array());
    }

    private @Nullable ChangeEvent poll() {
        return stream.poll(Duration.ZERO);
    }

    /** Inside of a transaction, and before what was already delivered, a keepalive says nothing of what is complete. */
    @Test
    void onlyAKeepaliveBetweenTransactionsIsIdle() {
        keepalive(100, false);
        keepalive(90, false);
        assertThat(poll()).isNull();
        begin(200);
        assertThat(poll()).isInstanceOf(ChangeEvent.Begin.class);
        keepalive(190, false);
        assertThat(poll()).isNull();
        commit(200, 248);
        assertThat(poll()).isInstanceOf(ChangeEvent.Commit.class);
        assertThat(poll()).isNull();
        keepalive(248, false);
        assertThat(poll()).isNull();
        keepalive(300, false);
        keepalive(310, false);
        assertThat(poll()).isEqualTo(new ChangeEvent.Idle(new Lsn(310)));
        assertThat(poll()).isNull();
    }

    /** A keepalive that a transaction follows at once is not worth an event: the commit will say more. */
    @Test
    void aTransactionSupersedesAKeepalive() {
        keepalive(150, false);
        begin(200);
        assertThat(poll()).isInstanceOf(ChangeEvent.Begin.class);
        assertThat(poll()).isNull();
    }

    /** I1: whatever the server has sent, only what was confirmed is told to be flushed, once; all other answers leave it open. */
    @Test
    void i1OnlyWhatWasConfirmedIsToldToBeFlushed() {
        begin(200);
        commit(200, 248);
        poll();
        poll();
        keepalive(300, true);
        assertThat(poll()).isEqualTo(new ChangeEvent.Idle(new Lsn(300)));
        assertThat(answers()).containsExactly("read 300, flushed 0");
        stream.confirm(new Lsn(248));
        stream.confirm(new Lsn(120)); // an older one takes nothing back
        keepalive(310, true);
        poll();
        assertThat(answers()).containsExactly("read 300, flushed 0", "read 310, flushed 248", "read 310, flushed 0");
        keepalive(310, true);
        keepalive(310, false);
        poll();
        assertThat(answers()).hasSize(4).last().isEqualTo("read 310, flushed 0");
    }

    private List<String> answers() {
        return script.answers.stream().map(KeepaliveTest::words).toList();
    }

    private static String words(byte[] frame) {
        ByteBuffer answer = ByteBuffer.wrap(frame);
        assertThat(answer.capacity()).isEqualTo(34);
        assertThat(answer.get()).isEqualTo((byte) 'r');
        long read = answer.getLong();
        long flushed = answer.getLong();
        assertThat(answer.getLong()).as("applied").isEqualTo(flushed);
        return "read " + read + ", flushed " + flushed;
    }

    @Test
    void anUnknownFrameIsAnError() {
        script.frames.add(new byte[] {'x', 1, 2});
        assertThatThrownBy(this::poll)
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVARIANT_BROKEN));
        script.frames.add(new byte[] {'k', 1, 2});
        assertThatThrownBy(this::poll)
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVARIANT_BROKEN));
    }
}
