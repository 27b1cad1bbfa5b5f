package io.syncline.engine.task;

import io.syncline.api.model.Position;
import io.syncline.api.model.StreamId;
import io.syncline.engine.stream.StreamPipeline;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Watches joining streams come up to those that their tables will belong to (T6). */
final class Level {

    private final List<StreamPipeline> streams;
    private final List<StreamPipeline> joiners;
    private final Map<StreamId, Position> begun = new HashMap<>();

    Level(List<StreamPipeline> streams, List<StreamPipeline> joiners) {
        this.streams = streams;
        this.joiners = joiners;
        joiners.forEach(joiner -> {
            var progress = joiner.progress();
            begun.put(progress.stream().own(), progress.applied());
        });
    }

    /** Ends the streams once each has passed the place where its joining one was opened, and that one has passed the stream. */
    boolean reached() {
        Map<StreamId, Position> applied = new HashMap<>();
        for (StreamPipeline stream : streams) {
            var progress = stream.progress();
            Position from = begun.get(progress.stream());
            if (from != null && !progress.applied().reached(from)) {
                return false;
            }
            applied.put(progress.stream(), progress.applied());
        }
        boolean level =
                areAt(joiners, joiner -> applied.get(joiner.progress().stream().own()));
        if (level) {
            streams.forEach(StreamPipeline::finish);
        }
        return level;
    }

    /** Ends joining streams once each has reached its target. */
    static boolean end(List<StreamPipeline> joiners, Function<StreamPipeline, @Nullable Position> target) {
        boolean there = areAt(joiners, target);
        if (there) {
            joiners.forEach(StreamPipeline::finish);
        }
        return there;
    }

    private static boolean areAt(List<StreamPipeline> pipelines, Function<StreamPipeline, @Nullable Position> target) {
        return pipelines.stream().allMatch(pipeline -> {
            Position position = target.apply(pipeline);
            return position == null || pipeline.progress().applied().reached(position);
        });
    }
}
