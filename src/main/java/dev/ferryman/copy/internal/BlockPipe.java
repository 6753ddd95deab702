package dev.ferryman.copy.internal;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Carries blocks from the thread that encodes to the thread that sends, and empty ones back. There is a fixed number of
 * them, so the faster side waits for the slower and memory stays flat.
 */
final class BlockPipe implements CopyBuffer.Blocks {
    private static final int BLOCKS = 8;

    /** A full block; a length of -1 ends the stream. */
    record Filled(byte[] bytes, int length) {
        boolean end() {
            return length < 0;
        }
    }

    private final BlockingQueue<byte[]> empty = new ArrayBlockingQueue<>(BLOCKS);
    private final BlockingQueue<Filled> full = new ArrayBlockingQueue<>(BLOCKS + 1);

    BlockPipe() {
        for (int i = 0; i < BLOCKS; i++) {
            empty.add(new byte[CopyBuffer.BLOCK]);
        }
    }

    byte[] first() throws InterruptedException {
        return empty.take();
    }

    @Override
    public byte[] exchange(byte[] block, int length) throws InterruptedException {
        full.put(new Filled(block, length));
        return empty.take();
    }

    /** Ends the stream; never waits, since there is always room for one more than there are blocks. */
    void end() {
        full.add(new Filled(new byte[0], -1));
    }

    Filled take() throws InterruptedException {
        return full.take();
    }

    void giveBack(byte[] block) {
        empty.add(block);
    }
}
