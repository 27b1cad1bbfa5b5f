package io.syncline.postgresql.stream.testdecoding;

import io.syncline.api.error.SyncException;
import io.syncline.postgresql.stream.message.DataHeader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads one message from its start to its end. Reused from message to message. */
final class LineCursor {

    private static final byte[] NOTHING = new byte[0];

    private byte[] bytes = NOTHING;
    private int begin;
    private int at;

    void open(byte[] message, int offset) {
        bytes = message;
        begin = offset;
        at = offset;
    }

    DataHeader header() {
        return DataHeader.before(bytes, begin);
    }

    /** The message itself: rows point into it. */
    byte[] bytes() {
        return bytes;
    }

    int at() {
        return at;
    }

    void back(int earlier) {
        at = earlier;
    }

    boolean atEnd() {
        return at == bytes.length;
    }

    /** Passes these bytes, or stays. */
    boolean skip(byte[] expected) {
        int end = at + expected.length;
        if (end > bytes.length || !Arrays.equals(bytes, at, end, expected, 0, expected.length)) {
            return false;
        }
        at = end;
        return true;
    }

    boolean isNext(int letter) {
        return at < bytes.length && bytes[at] == letter;
    }

    void require(byte[] expected) {
        if (!skip(expected)) {
            throw unreadable("\"" + new String(expected, StandardCharsets.UTF_8) + "\" was expected");
        }
    }

    void requireEnd() {
        if (!atEnd()) {
            throw unreadable("something follows its end");
        }
    }

    /** Passes {@code schema.table}, each in double quotes where needed. */
    void qualifiedName() {
        identifier();
        if (!isNext('.')) {
            throw unreadable("a schema's name does not end");
        }
        at++;
        identifier();
    }

    private void identifier() {
        if (isNext('"')) {
            at++;
            quoted('"', "a name");
            return;
        }
        int first = at;
        while (at < bytes.length && isBare(bytes[at])) {
            at++;
        }
        if (at == first) {
            throw unreadable("a name was expected");
        }
    }

    /** What quote_identifier() leaves without quotes. */
    private static boolean isBare(byte letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '_';
    }

    /**
     * Passes the rest of something quoted and its last quote; true when quotes within are doubled.
     *
     * @param what for messages
     */
    boolean quoted(int quote, String what) {
        boolean doubled = false;
        while (at < bytes.length) {
            if (bytes[at++] != quote) {
                continue;
            }
            if (!isNext(quote)) {
                return doubled;
            }
            doubled = true;
            at++;
        }
        throw unreadable(what + " in quotes does not end");
    }

    /** Passes up to the next space, or to the end. */
    void bare() {
        int first = at;
        while (at < bytes.length && bytes[at] != ' ') {
            at++;
        }
        if (at == first) {
            throw unreadable("a value was expected");
        }
    }

    String digits() {
        int first = at;
        while (at < bytes.length && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        if (at == first) {
            throw unreadable("a number was expected");
        }
        return text(first, at);
    }

    String text(int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }

    /** All that is left. */
    String rest() {
        String rest = text(at, bytes.length);
        at = bytes.length;
        return rest;
    }

    SyncException unreadable(String what) {
        return Unreadable.because(what, at - begin, header().place());
    }
}
