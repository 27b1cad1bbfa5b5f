package io.syncline.postgresql.apply;

import java.sql.SQLException;
import java.util.List;

/** Changes laid out as the relation {@code n}, for one or several statements. */
interface Feed {

    /** The rows that the statement changed, or the number that it counted. */
    long execute(Shape shape) throws SQLException;

    /** The ordinals that the statement gives, ascending. */
    List<Integer> ordinals(Shape shape) throws SQLException;
}
