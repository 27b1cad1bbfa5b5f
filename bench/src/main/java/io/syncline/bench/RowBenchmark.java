package io.syncline.bench;

import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.CopyPage;
import io.syncline.api.model.Row;
import io.syncline.api.text.CopyBuffer;
import io.syncline.api.text.CopyTextEncoder;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.stream.pgoutput.PgOutputDecoder;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What one row costs on its way: out of pgoutput, and into COPY text. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RowBenchmark {

    private static final int PAGE = 1 << 20;
    private static final int[] COLUMNS = {0, 1, 2, 3};

    private final Row row = SampleTable.row(1_234_567, -4_321);
    private final byte[] update = SampleTable.update(row);
    private final PgOutputDecoder decoder = decoder();
    private final CopyBuffer buffer = new CopyBuffer(PAGE);
    private final CopyTextEncoder encoder = new CopyTextEncoder(buffer);

    @Benchmark
    public @Nullable ChangeEvent decode() {
        return decoder.decode(update, 0);
    }

    @Benchmark
    public CopyPage encode() {
        if (buffer.length() > PAGE - 256) {
            encoder.reset();
        }
        encoder.append(row, COLUMNS);
        return encoder.page();
    }

    private static PgOutputDecoder decoder() {
        PgOutputDecoder decoder = new PgOutputDecoder(message -> SampleTable.SCHEMA, new Lsn(0));
        decoder.decode(SampleTable.begin(), 0);
        decoder.decode(SampleTable.relation(), 0);
        return decoder;
    }
}
