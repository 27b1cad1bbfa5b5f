package io.syncline.engine.precheck;

import io.syncline.api.port.PrecheckItem;

/** An item whose finding is known before the others run, such as what choosing the tables brought up. */
public record FixedItem(String id, String title, Finding finding) implements PrecheckItem {

    @Override
    public Finding check() {
        return finding;
    }
}
