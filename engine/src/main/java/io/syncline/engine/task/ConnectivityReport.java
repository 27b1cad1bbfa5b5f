package io.syncline.engine.task;

import io.syncline.api.error.SyncException;
import io.syncline.api.port.Connectivity;
import io.syncline.api.port.Connectivity.ClockSkew;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/** How the two ends of a task are reached from here, and what follows for the task. */
public record ConnectivityReport(End source, End destination) {

    /** In bytes per second: below 100 Mb/s the first load of a database of common size is a matter of hours. */
    public static final double ENOUGH = 100e6 / 8;

    /** By how much clocks may differ. Latencies are told in milliseconds, but nobody acts on less. */
    public static final Duration CLOCK_LIMIT = Duration.ofSeconds(1);

    /**
     * Both are tested whether or not the other is reached.
     *
     * @param address without secrets
     * @param name {@code source} or {@code destination}
     */
    public record End(String name, String address, Outcome outcome) {

        /** Empty when it was not reached. */
        Optional<Connectivity> connectivity() {
            return switch (outcome) {
                case Reached(var connectivity) -> Optional.of(connectivity);
                case NotReached _ -> Optional.empty();
            };
        }

        Optional<SyncException> failure() {
            return switch (outcome) {
                case Reached _ -> Optional.empty();
                case NotReached(var cause) -> Optional.of(cause);
            };
        }
    }

    /** What became of the attempt to use an end. */
    public sealed interface Outcome {}

    /** It can be used. */
    public record Reached(Connectivity connectivity) implements Outcome {}

    /** It cannot. */
    public record NotReached(SyncException cause) implements Outcome {}

    /** Of the first end that was not reached. */
    public Optional<SyncException> failure() {
        return Stream.of(source, destination)
                .flatMap(end -> end.failure().stream())
                .findFirst();
    }

    /** How far the source's clock goes ahead of the destination's. */
    public Optional<ClockSkew> clocks() {
        return both((from, to) -> from.clock().over(to.clock()));
    }

    /** In bytes per second: as much as the slower way carries. */
    public Optional<Double> throughput() {
        return both((from, to) -> Math.min(from.bytesPerSecond(), to.bytesPerSecond()));
    }

    /** How long the whole database of the source is under way, when nothing else takes longer. */
    public Optional<Duration> load() {
        return both((from, to) -> Duration.ofSeconds(
                (long) Math.ceil(from.databaseBytes() / Math.min(from.bytesPerSecond(), to.bytesPerSecond()))));
    }

    private interface OfBoth<T> {
        T of(Connectivity from, Connectivity to);
    }

    private <T> Optional<T> both(OfBoth<T> fact) {
        return source.connectivity().flatMap(from -> destination.connectivity().map(to -> fact.of(from, to)));
    }
}
