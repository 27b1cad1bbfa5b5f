package io.syncline.postgresql.session;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server's place in the network.
 *
 * @param name a name, or an address without brackets
 */
public record ServerHost(String name, int port) {

    /** An address of version 6 that is followed by a port stands in brackets (RFC 3986, 3.2.2). */
    private static final Pattern WITH_PORT = Pattern.compile("\\[(?<address>[^\\]]+)\\](:(?<port>\\d{1,5}))?|(?<name>[^:]+):(?<after>\\d{1,5})");

    private static final int LAST_PORT = 65_535;

    /** Reads {@code name}, {@code name:port}, {@code [address]:port}; what is neither is a name as a whole. */
    static ServerHost parse(String text, int port) {
        Matcher matcher = WITH_PORT.matcher(text);
        if (!matcher.matches()) {
            return new ServerHost(text, port);
        }
        String name = matcher.group("address") == null ? matcher.group("name") : matcher.group("address");
        String digits = matcher.group("address") == null ? matcher.group("after") : matcher.group("port");
        int given = digits == null ? port : Integer.parseInt(digits);
        if (given < 1 || given > LAST_PORT) {
            throw new SyncException(
                    ErrorCode.TASK_FILE_INVALID, "host: " + text + " has no port from 1 to " + LAST_PORT, "Correct it.");
        }
        return new ServerHost(name, given);
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
