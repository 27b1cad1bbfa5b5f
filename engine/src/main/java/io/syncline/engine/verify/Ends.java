package io.syncline.engine.verify;

import io.syncline.api.model.Column;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.DigestReader;
import io.syncline.api.port.DigestReader.Compared;
import io.syncline.api.port.DigestReader.Shape;
import java.util.ArrayList;
import java.util.List;

/** Both ends of one table, asked for corresponding columns in the destination's types. */
final class Ends {

    final DigestReader source;
    final DigestReader destination;
    final Shape sourceShape;
    final Shape destinationShape;

    private Ends(DigestReader source, DigestReader destination, Shape sourceShape, Shape destinationShape) {
        this.source = source;
        this.destination = destination;
        this.sourceShape = sourceShape;
        this.destinationShape = destinationShape;
    }

    /** @param source reads the source's rows, or what is made of them on a route with a shaping */
    static Ends of(TableRoute route, DigestReader source, DigestReader destination) {
        TableRoute written = route.shaped();
        List<Compared> atSource = new ArrayList<>();
        List<Compared> atDestination = new ArrayList<>();
        for (int i = 0; i < route.destination().columns().size(); i++) {
            Column to = route.destination().columns().get(i);
            Column from = written.source().columns().get(written.sourceColumn(i));
            atSource.add(new Compared(from.name(), to.type().name()));
            atDestination.add(new Compared(to.name(), to.type().name()));
        }
        List<Integer> key = route.destination().key().columns();
        return new Ends(
                source,
                destination,
                new Shape(written.source(), atSource, key),
                new Shape(route.destination(), atDestination, key, route.origin()));
    }

    TableId source() {
        return sourceShape.table().table();
    }

    TableId target() {
        return destinationShape.table().table();
    }
}
