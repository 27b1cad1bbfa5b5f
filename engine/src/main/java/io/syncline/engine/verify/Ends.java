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

    static Ends of(TableRoute route, DigestReader source, DigestReader destination) {
        List<Compared> atSource = new ArrayList<>();
        List<Compared> atDestination = new ArrayList<>();
        for (int i = 0; i < route.destination().columns().size(); i++) {
            Column to = route.destination().columns().get(i);
            Column from = route.source().columns().get(route.sourceColumn(i));
            atSource.add(new Compared(from.name(), to.type().name()));
            atDestination.add(new Compared(to.name(), to.type().name()));
        }
        List<Integer> key = route.destination().key().columns();
        return new Ends(
                source,
                destination,
                new Shape(route.source(), atSource, key),
                new Shape(route.destination(), atDestination, key));
    }

    TableId source() {
        return sourceShape.table().table();
    }

    TableId target() {
        return destinationShape.table().table();
    }
}
