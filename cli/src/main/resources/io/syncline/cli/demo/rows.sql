-- Parameters: :customers, :products, :orders, :events are numbers of rows; an order has two lines.
INSERT INTO shop.customers (email, name, address, tags, profile, balance, birthday, vip, created_at)
SELECT 'customer' || n || '@shop.example',
       (ARRAY['Ada', 'Zoë', 'José', '李', 'O''Neil', 'Tab' || chr(9) || 'Jr.'])[1 + n % 6] || ' ' || n,
       ROW('Street "' || n || '"', 'City, ' || n % 500, lpad((n % 99999)::text, 5, '0'))::shop.address,
       ARRAY['tag' || n % 7, CASE WHEN n % 11 = 0 THEN NULL ELSE 'a "b" \c' END],
       jsonb_build_object('visits', n % 100, 'likes', jsonb_build_array(n % 13, 'x' || n % 17)),
       (n % 100000) / 100.0, date '1950-01-01' + (n % 20000)::int, n % 50 = 0,
       timestamptz '2024-01-01 00:00:00+00' + n * interval '37 seconds'
FROM generate_series(1, :customers) n;

INSERT INTO shop.products (title, price, weight, size, attributes, picture, sold_in, launched)
SELECT 'Product ' || n, (n % 50000) / 100.0, n / 7.0, ARRAY[n / 3.0, n * 1e-9, 'Infinity'],
       jsonb_build_object('color', (ARRAY['red', 'green', 'blue'])[1 + n % 3], 'text', repeat(md5(n::text), n % 40)),
       decode(repeat(md5(n::text), 4), 'hex'),
       daterange(date '2020-01-01' + (n % 900)::int, NULL), CASE WHEN n % 5 = 0 THEN NULL ELSE date '2020-01-01' + (n % 900)::int END
FROM generate_series(1, :products) n;

INSERT INTO shop.orders (customer_id, status, placed_at, deliver_at, from_ip, note)
SELECT 1 + n::bigint * 7919 % :customers, (enum_range(NULL::shop.order_status))[1 + n % 4],
       timestamptz '2025-01-01 00:00:00+00' + n * interval '11 seconds', time '08:00' + n % 600 * interval '1 minute',
       inet '10.0.0.0' + n, CASE WHEN n % 3 = 0 THEN NULL ELSE repeat('note ' || n || E'\n', (n % 4)::int) END
FROM generate_series(1, :orders) n;

INSERT INTO shop.order_lines (order_id, line, product_id, quantity, price)
SELECT n, line, 1 + (n * 31 + line * 17) % :products, 1 + n % 5, (n % 50000) / 100.0
FROM generate_series(1, :orders) n, generate_series(1, 2) line;

INSERT INTO shop.events (happened_at, kind, took, flags, payload)
SELECT timestamp '2025-06-01' + n * interval '3 seconds', (ARRAY['view', 'search', 'basket', 'login'])[1 + n % 4],
       n % 5000 * interval '1 millisecond', (n % 256)::int::bit(8), jsonb_build_object('page', '/p/' || n % 1000, 'n', n)
FROM generate_series(1, :events) n;
