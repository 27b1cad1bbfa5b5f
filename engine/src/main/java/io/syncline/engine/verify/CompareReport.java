package io.syncline.engine.verify;

import java.util.List;

/**
 * @param followed true when a run was active, so that differences were read again after the stream had passed
 */
public record CompareReport(List<TableResult> tables, boolean followed) {

    public CompareReport {
        tables = List.copyOf(tables);
    }

    public boolean isSame() {
        return tables.stream().allMatch(TableResult::isSame);
    }
}
