package io.syncline.postgresql.session;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server's place in the network.
 *
 * @param name a name, or an address without brackets
 */
public record ServerHost(String name, int port) {

    /** An address of version 6 that is followed by a port stands in brackets (RFC 3986, 3.2.2). */
    private static final Pattern BRACKETED = Pattern.compile("\\[([^\\]]+)\\]:?(\\d{0,5})");

    private static final Pattern NAMED = Pattern.compile("([^:]+):(\\d{1,5})");

    private static final int LAST_PORT = 65_535;

    /** Reads {@code name}, {@code name:port}, {@code [address]:port}; what is neither is a name as a whole. */
    static ServerHost parse(String text, int port) {
        for (Pattern form : List.of(BRACKETED, NAMED)) {
            Matcher matcher = form.matcher(text);
            if (matcher.matches()) {
                String digits = matcher.group(2);
                return new ServerHost(matcher.group(1), digits.isEmpty() ? port : port(text, digits));
            }
        }
        return new ServerHost(text, port);
    }

    private static int port(String text, String digits) {
        int port = Integer.parseInt(digits);
        if (port < 1 || port > LAST_PORT) {
            throw new SyncException(
                    ErrorCode.TASK_FILE_INVALID,
                    "host: " + text + " has no port from 1 to " + LAST_PORT,
                    "Correct it.");
        }
        return port;
    }

    /** As far as the address tells. */
    boolean isLoopback() {
        return name.equals("localhost") || name.startsWith("127.") || name.equals("::1") || name.startsWith("/");
    }

    /** As an address in a URL. */
    String inUrl() {
        return (name.contains(":") ? "[" + name + "]" : name) + ":" + port;
    }

    @Override
    public String toString() {
        return name + ":" + port;
    }
}
