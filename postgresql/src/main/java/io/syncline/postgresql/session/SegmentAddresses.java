package io.syncline.postgresql.session;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.task.Endpoint;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where the segments of a cluster are reached from here, as far as the task file says it: elsewhere than the coordinator reaches them, where addresses are translated on the way.
 *
 * @param byContent by content id
 */
public record SegmentAddresses(Map<Integer, ServerHost> byContent) {

    /** Every segment is reached where the coordinator reaches it. */
    public static final SegmentAddresses NONE = new SegmentAddresses(Map.of());

    static final String KEY = "segments";

    /** The JSON Schema of these, for {@link ConnectionOptions#SCHEMA}. */
    static final String SCHEMA = """
            {
              "type": "object",
              "minProperties": 1,
              "additionalProperties": {
                "type": "string",
                "pattern": "^([^:\\\\[\\\\]]+|\\\\[[^\\\\]]+\\\\]):(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3})$",
                "title": "an address and a port: \\"host:5432\\""
              },
              "title": "addresses by the number of the segment: {0: \\"host:5432\\", 1: \\"host:5433\\"}",
              "description": "Source, Greenplum: where primary segments are reached from here, by their content id. Left out, for each: where the coordinator reaches it (gp_segment_configuration)."
            }""";

    public SegmentAddresses {
        byContent = Map.copyOf(byContent);
    }

    /** Reads options that were checked against {@link #SCHEMA}. */
    public static SegmentAddresses of(Endpoint source) {
        if (!(source.options().get(KEY) instanceof Map<?, ?> said)) {
            return NONE;
        }
        SortedMap<Integer, ServerHost> addresses = new TreeMap<>();
        said.forEach((content, address) ->
                addresses.put(content(String.valueOf(content)), ServerHost.parse(String.valueOf(address), 0)));
        return new SegmentAddresses(addresses);
    }

    private static int content(String text) {
        if (!text.matches("[0-9]{1,6}")) {
            throw invalid(text, "is no number of a segment (content in gp_segment_configuration, from 0 on)");
        }
        return Integer.parseInt(text);
    }

    /**
     * Where a segment of this content id is reached.
     *
     * @return null: where the coordinator reaches it
     */
    public @Nullable ServerHost of(int content) {
        return byContent.get(content);
    }

    /**
     * @param contents the content ids of all segments
     * @throws SyncException TASK_FILE_INVALID when the task file tells of another
     */
    public void requireKnown(Collection<Integer> contents) {
        for (Integer content : new TreeSet<>(byContent.keySet())) {
            if (!contents.contains(content)) {
                throw invalid(
                        content.toString(),
                        "is no segment of the source, whose segments are " + new TreeSet<>(contents));
            }
        }
    }

    private static SyncException invalid(String content, String why) {
        return new SyncException(
                ErrorCode.TASK_FILE_INVALID,
                "$.source." + KEY + "[\"" + content + "\"] " + why
                        + "; at a wrong address another segment's log would be read",
                "Correct it in the task file; SELECT content, address, port FROM gp_segment_configuration WHERE role = 'p' lists them.");
    }
}
