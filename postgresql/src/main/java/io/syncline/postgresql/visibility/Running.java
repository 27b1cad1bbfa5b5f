package io.syncline.postgresql.visibility;

/** A transaction that some snapshot may not see yet, by the number that its lock is held under: as long as it is held, the transaction runs. */
sealed interface Running {

    /**
     * One server's own transaction.
     *
     * @param content of a cluster's segment, or {@link #ONE_SERVER}
     * @param xid 32 bits, as the log and pg_locks have them
     */
    record OnServer(int content, int xid) implements Running {

        /** What a coordinator says of itself (gp_segment_id of pg_locks), and what stands for a server that is none of a cluster. */
        static final int ONE_SERVER = -1;

        /** Whether a cluster's stream could tell it: what a coordinator writes itself, no stream tells. */
        boolean isOfSegment() {
            return content != ONE_SERVER;
        }

        @Override
        public String toString() {
            return "transaction " + Integer.toUnsignedString(xid) + (isOfSegment() ? " of segment " + content : "");
        }
    }

    /** A transaction of a cluster, which its coordinator ends last. */
    record Distributed(int xid) implements Running {

        @Override
        public String toString() {
            return "distributed transaction " + Integer.toUnsignedString(xid);
        }
    }
}
