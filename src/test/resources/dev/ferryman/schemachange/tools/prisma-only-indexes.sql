-- DropIndex
DROP INDEX "Order_note_idx";

-- RenameIndex
ALTER INDEX "Order_ticket_key" RENAME TO "Order_ticket_unique";
