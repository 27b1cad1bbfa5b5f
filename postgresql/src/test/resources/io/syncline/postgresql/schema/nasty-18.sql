CREATE TABLE other.newest (
    id int4range,
    valid daterange,
    a int,
    twice int GENERATED ALWAYS AS (a * 2) VIRTUAL,
    required int,
    owner int,
    CONSTRAINT newest_key PRIMARY KEY (id, valid WITHOUT OVERLAPS),
    CONSTRAINT none_twice UNIQUE NULLS NOT DISTINCT (a),
    CONSTRAINT advice CHECK (a > 5) NOT ENFORCED);
ALTER TABLE other.newest ADD CONSTRAINT required_later NOT NULL required NOT VALID;
CREATE TABLE other.newest_child (
    id int4range,
    valid daterange,
    a int,
    CONSTRAINT period_key FOREIGN KEY (id, PERIOD valid) REFERENCES other.newest (id, PERIOD valid),
    CONSTRAINT some_null FOREIGN KEY (a) REFERENCES other.newest (a) ON DELETE SET NULL (a));
