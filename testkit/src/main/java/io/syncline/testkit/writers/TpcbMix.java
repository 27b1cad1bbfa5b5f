package io.syncline.testkit.writers;

import java.util.random.RandomGenerator;

/**
 * How many of 1,000 transactions are not plain TPC-B. All of them keep the sums equal.
 *
 * @param keyChange moves an account to another key, or back
 * @param deleteInsert deletes an account and inserts it again, with the same key and balance
 * @param side inserts, updates, moves and deletes rows with long documents in pgbench_side; most updates leave the document unchanged
 * @param truncate empties pgbench_side
 * @param big changes many accounts of one branch in one transaction
 * @param bigRows how many accounts a big transaction changes
 */
public record TpcbMix(int keyChange, int deleteInsert, int side, int truncate, int big, int bigRows) {

    /** Nothing but TPC-B. */
    public static final TpcbMix PLAIN = new TpcbMix(0, 0, 0, 0, 0, 0);

    /** A little of everything. */
    public static final TpcbMix VARIED = new TpcbMix(50, 50, 200, 2, 5, 2_000);

    private static final int OF = 1_000;

    /** Rejects shares that are more than everything. */
    public TpcbMix {
        if (keyChange + deleteInsert + side + truncate + big > OF) {
            throw new IllegalArgumentException("more than " + OF + " of " + OF + " transactions");
        }
        if (bigRows > TpcbSchema.ACCOUNTS_PER_BRANCH) {
            throw new IllegalArgumentException("a branch has " + TpcbSchema.ACCOUNTS_PER_BRANCH + " accounts");
        }
    }

    Kind choose(RandomGenerator random) {
        int ticket = random.nextInt(OF);
        int[] shares = {keyChange, deleteInsert, side, truncate, big};
        Kind[] kinds = {Kind.KEY_CHANGE, Kind.DELETE_INSERT, Kind.SIDE, Kind.TRUNCATE, Kind.BIG};
        for (int index = 0; index < shares.length; index++) {
            ticket -= shares[index];
            if (ticket < 0) {
                return kinds[index];
            }
        }
        return Kind.TPCB;
    }

    /** What a transaction does. */
    public enum Kind {
        /** The transaction of TPC-B. */
        TPCB,
        /** An account's key changes. */
        KEY_CHANGE,
        /** An account is deleted and inserted again. */
        DELETE_INSERT,
        /** A change in the side table. */
        SIDE,
        /** The side table is emptied. */
        TRUNCATE,
        /** Many accounts at once. */
        BIG
    }
}
