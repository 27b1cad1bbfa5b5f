package io.syncline.testkit.memory.source;

import io.syncline.api.model.Position;

/** How the places of a log are numbered. */
public enum LogOrder {
    /** One counter for all. Its upper bounds may lie between transactions, beyond all of them too. */
    COUNTER {
        @Override
        Position first() {
            return new Counter(1);
        }

        @Override
        Place next(Position end, long transactions) {
            long ticks = ((Counter) end).ticks();
            return new Place(new Counter(ticks + 1), new Counter(ticks + 2));
        }

        @Override
        Position move(Position end) {
            return new Counter(((Counter) end).ticks() + 1);
        }

        @Override
        Position parse(String text) {
            return Counter.parse(text);
        }
    },
    /** A number for each of three origins, in turns that are not even: what contains one transaction need not contain an earlier one of another origin. */
    ORIGINS {
        @Override
        Position first() {
            return OriginSet.EMPTY;
        }

        @Override
        Place next(Position end, long transactions) {
            OriginSet before = (OriginSet) end;
            String origin = String.valueOf("abacbaacb".charAt((int) (transactions % 9)));
            long number = before.of(origin) + 1;
            return new Place(OriginSet.EMPTY.with(origin, number), before.with(origin, number));
        }

        @Override
        Position move(Position end) {
            return end;
        }

        @Override
        Position parse(String text) {
            return OriginSet.parse(text);
        }
    };

    /**
     * Where a transaction stands.
     *
     * @param containedFrom the least position whose exact snapshot contains it
     * @param end where a stream goes on after it
     */
    record Place(Position containedFrom, Position end) {}

    abstract Position first();

    abstract Place next(Position end, long transactions);

    /** The log's end after something was written to it that is no transaction of a table. */
    abstract Position move(Position end);

    abstract Position parse(String text);
}
