BEGIN;
--
-- Rename field state on order to status
--
ALTER TABLE "shop_order" RENAME COLUMN "state" TO "status";
--
-- Add field ticket to order
--
ALTER TABLE "shop_order" ADD COLUMN "ticket" uuid DEFAULT '6f1c5f5e-2a55-4d8e-9b9f-0c8f7c3c2a11'::uuid NOT NULL;
ALTER TABLE "shop_order" ALTER COLUMN "ticket" DROP DEFAULT;
--
-- Create index shop_order_ticket_idx on field(s) ticket of model order
--
CREATE INDEX "shop_order_ticket_idx" ON "shop_order" ("ticket");
--
-- Raw Python operation
--
-- THIS OPERATION CANNOT BE WRITTEN AS SQL
--
-- Alter field customer on order
--
SET CONSTRAINTS "shop_order_customer_id_5a1b2c3d_fk_shop_customer_id" IMMEDIATE; ALTER TABLE "shop_order" DROP CONSTRAINT "shop_order_customer_id_5a1b2c3d_fk_shop_customer_id";
ALTER TABLE "shop_order" ADD CONSTRAINT "shop_order_customer_id_5a1b2c3d_fk_shop_customer_id" FOREIGN KEY ("customer_id") REFERENCES "shop_customer" ("id") DEFERRABLE INITIALLY DEFERRED;
COMMIT;
