SET statement_timeout = 0;
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS orders_ticket ON shop.orders (ticket);
