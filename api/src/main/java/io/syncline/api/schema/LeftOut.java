package io.syncline.api.schema;

/**
 * Something at the source that belongs to a chosen table and is not carried. Listed to the user, never dropped in silence (I4).
 *
 * @param what the object with its kind, for people: {@code foreign key shop.orders.orders_customer_fkey}
 * @param why the reason, as half a sentence: {@code shop.customers is not chosen}
 */
public record LeftOut(String what, String why) {

    @Override
    public String toString() {
        return what + ": " + why;
    }
}
