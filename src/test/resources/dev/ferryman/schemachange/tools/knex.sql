alter table "orders" add column "ticket" uuid null;
create index "orders_ticket_index" on "orders" ("ticket");
alter table "orders" add constraint "orders_customer_id_foreign" foreign key ("customer_id") references "customers" ("id") on delete CASCADE;
