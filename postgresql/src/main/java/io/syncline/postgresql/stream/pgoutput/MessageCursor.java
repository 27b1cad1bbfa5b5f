package io.syncline.postgresql.stream.pgoutput;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Reads one message from its start to its end; numbers are in network byte order. Reused from message to message. */
final class MessageCursor {

    private static final byte[] NOTHING = new byte[0];
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private byte[] bytes = NOTHING;
    private int at;

    void open(byte[] message, int offset) {
        bytes = message;
        at = offset;
    }

    /** The message itself: rows point into it. */
    byte[] bytes() {
        return bytes;
    }

    int int8() {
        return bytes[take(1)];
    }

    int uint16() {
        return (short) SHORT.get(bytes, take(2)) & 0xFFFF;
    }

    int int32() {
        return (int) INT.get(bytes, take(4));
    }

    /** An oid, or another number that is never negative. */
    long uint32() {
        return int32() & 0xFFFFFFFFL;
    }

    long int64() {
        return (long) LONG.get(bytes, take(8));
    }

    /** Skips bytes and returns where they begin. */
    int take(int length) {
        int begin = at;
        if (length < 0 || length > bytes.length - begin) {
            throw Malformed.because("it ends at byte " + bytes.length + ", where at least " + length
                    + " bytes from byte " + begin + " were expected");
        }
        at = begin + length;
        return begin;
    }

    /** A text that a zero byte ends. */
    String string() {
        int begin = at;
        int end = begin;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        take(end - begin + 1);
        return new String(bytes, begin, end - begin, StandardCharsets.UTF_8);
    }

    void requireEnd() {
        if (at != bytes.length) {
            throw Malformed.because((bytes.length - at) + " bytes follow its end");
        }
    }
}
