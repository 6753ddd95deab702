package dev.ferryman.copy.internal;

import dev.ferryman.endpoint.RowCursor;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.sql.SQLException;

/**
 * Where the encoder writes: blocks of one size that are handed on when they are full. The stream may be cut at any byte,
 * so a value of any length passes through.
 */
final class CopyBuffer {
    /** Bytes of a block. */
    static final int BLOCK = 128 * 1024;

    private static final VarHandle INT16 = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT32 = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT64 = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** Takes full blocks and gives empty ones. */
    interface Blocks {
        /**
         * Hands a full block on.
         *
         * @param block bytes to send
         * @param length how many of them
         * @return an empty block
         * @throws InterruptedException if nobody wants the rest
         */
        byte[] exchange(byte[] block, int length) throws InterruptedException;
    }

    private final Blocks blocks;
    private byte[] block;
    private int at;
    private long handedOn;

    CopyBuffer(Blocks blocks, byte[] first) {
        this.blocks = blocks;
        this.block = first;
    }

    /** Bytes written so far. */
    long written() {
        return handedOn + at;
    }

    /** Makes room for a small number of bytes, at most a block. */
    private void room(int bytes) throws InterruptedException {
        if (block.length - at < bytes) {
            flush();
        }
    }

    /** Hands on what is written. */
    void flush() throws InterruptedException {
        if (at > 0) {
            handedOn += at;
            block = blocks.exchange(block, at);
            at = 0;
        }
    }

    void int8(int value) throws InterruptedException {
        room(1);
        block[at++] = (byte) value;
    }

    void int16(int value) throws InterruptedException {
        room(2);
        INT16.set(block, at, (short) value);
        at += 2;
    }

    void int32(int value) throws InterruptedException {
        room(4);
        INT32.set(block, at, value);
        at += 4;
    }

    /** A field of two bytes with its length. */
    void field16(int value) throws InterruptedException {
        room(6);
        INT32.set(block, at, 2);
        INT16.set(block, at + 4, (short) value);
        at += 6;
    }

    /** A field of four bytes with its length. */
    void field32(int value) throws InterruptedException {
        room(8);
        INT32.set(block, at, 4);
        INT32.set(block, at + 4, value);
        at += 8;
    }

    /** A field of eight bytes with its length. */
    void field64(long value) throws InterruptedException {
        room(12);
        INT32.set(block, at, 8);
        INT64.set(block, at + 4, value);
        at += 12;
    }

    void bytes(byte[] from, int offset, int length) throws InterruptedException {
        int done = 0;
        while (done < length) {
            if (at == block.length) {
                flush();
            }
            int part = Math.min(length - done, block.length - at);
            System.arraycopy(from, offset + done, block, at, part);
            at += part;
            done += part;
        }
    }

    /** The whole text or blob of a column, from SQLite's memory into the block. */
    void value(RowCursor row, int column, int length) throws InterruptedException, SQLException {
        int done = 0;
        while (done < length) {
            if (at == block.length) {
                flush();
            }
            int part = Math.min(length - done, block.length - at);
            row.copy(column, done, block, at, part);
            at += part;
            done += part;
        }
    }
}
