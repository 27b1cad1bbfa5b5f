package io.syncline.postgresql.visibility;

/**
 * Who holds a transaction's lock.
 *
 * @param pid of the server's process, or 0 for a transaction that is prepared
 * @param session of a cluster, by which its processes on several servers are one; 0 elsewhere
 */
record Holder(int pid, int session) {

    boolean isPrepared() {
        return pid == 0;
    }

    @Override
    public String toString() {
        return isPrepared()
                ? "prepared (pg_prepared_xacts)"
                : "process " + pid + (session == 0 ? "" : ", con" + session);
    }
}
