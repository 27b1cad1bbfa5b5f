package io.syncline.bench;

import io.syncline.api.apply.Round;
import io.syncline.api.apply.RoutedChange;
import io.syncline.api.model.ChangeEvent;
import io.syncline.engine.stream.coalesce.Coalescer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What one change costs when a batch is brought together by key. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CoalesceBenchmark {

    private static final int CHANGES = 20_000;

    /** Which keys the changes are about: tellers of TPC-B at scale 50; accounts, hardly any of which come twice; one after the other, as of an UPDATE of a whole table. */
    public enum Keys {
        TELLERS,
        ACCOUNTS,
        CONSECUTIVE
    }

    @Param
    private Keys keys = Keys.TELLERS;

    private List<RoutedChange> changes = List.of();

    @Setup
    public void makeChanges() {
        Random random = new Random(1);
        changes = IntStream.range(0, CHANGES)
                .mapToObj(i -> new RoutedChange(
                        SampleTable.ROUTE,
                        new ChangeEvent.Update(SampleTable.SCHEMA, null, SampleTable.row(key(random, i), i))))
                .toList();
    }

    private int key(Random random, int change) {
        return switch (keys) {
            case TELLERS -> random.nextInt(500);
            case ACCOUNTS -> random.nextInt(5_000_000);
            case CONSECUTIVE -> 400_000 + change;
        };
    }

    @Benchmark
    @OperationsPerInvocation(CHANGES)
    public Coalescer.Coalesced coalesce() {
        return Coalescer.coalesce(Round.Mode.STRICT, changes);
    }
}
