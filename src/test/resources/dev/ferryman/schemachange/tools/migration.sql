/*
  Warnings:

  - You are about to drop the column `note` on the `Order` table. All the data in the column will be lost.
  - A unique constraint covering the columns `[ticket]` on the table `Order` will be added. If there are existing duplicate values, this will fail.

*/
-- DropForeignKey
ALTER TABLE "Order" DROP CONSTRAINT "Order_customerId_fkey";

-- AlterEnum
ALTER TYPE "Status" ADD VALUE 'LATE';

-- AlterTable
ALTER TABLE "Order" DROP COLUMN "note",
ADD COLUMN     "ticket" UUID;

-- CreateIndex
CREATE UNIQUE INDEX "Order_ticket_key" ON "Order"("ticket");

-- AddForeignKey
ALTER TABLE "Order" ADD CONSTRAINT "Order_customerId_fkey" FOREIGN KEY ("customerId") REFERENCES "Customer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
