package io.syncline.api.port;

import io.syncline.api.model.CopyPage;
import io.syncline.api.model.TableRoute;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Digests of source rows as the destination would write them, for the source's side of a comparison. For one thread. */
public interface ShapedDigests extends AutoCloseable {

    /**
     * Takes rows in, in place of those of before.
     *
     * @param route with a shaping
     * @param pages of {@link TableRoute#readColumns()}, null after the last
     * @return reads what is made of these rows, until the next call; the table of its shapes is of no account
     */
    DigestReader of(TableRoute route, Supplier<@Nullable CopyPage> pages);

    @Override
    void close();
}
