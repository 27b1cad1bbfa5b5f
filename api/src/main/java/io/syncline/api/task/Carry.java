package io.syncline.api.task;

import java.util.EnumSet;
import java.util.Set;

/**
 * What the schema stage takes along with tables.
 *
 * @param kinds the kinds of objects
 * @param accounts the roles that come along with their memberships, and with their rights to what is carried
 */
public record Carry(Set<Carried> kinds, Accounts accounts) {

    /** All kinds of objects and no account. */
    public static final Carry DEFAULT = new Carry(EnumSet.allOf(Carried.class), Accounts.NONE);

    public Carry {
        kinds = Set.copyOf(kinds);
    }
}
