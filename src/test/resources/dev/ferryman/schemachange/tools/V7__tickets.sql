-- Tickets for orders
SET lock_timeout = '2s';
ALTER TABLE ${schema}.orders ADD COLUMN ticket uuid;
