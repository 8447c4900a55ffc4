package io.reconverge.media.upload;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.springframework.core.io.buffer.DataBuffer;

/// Bytes that are gathered until they make a part. It grows as they come, in small steps, and keeps
/// what it has grown to for the next use. Not for several threads at once.
final class PartBuffer {

    private static final int STEP = 128 * 1024;

    private final List<ByteBuffer> steps = new ArrayList<>();
    private int size;

    int size() {
        return size;
    }

    /// Copies what can be read of `bytes`.
    void append(DataBuffer bytes) {
        while (bytes.readableByteCount() > 0) {
            ByteBuffer step = room();
            int copied = Math.min(step.remaining(), bytes.readableByteCount());
            bytes.toByteBuffer(bytes.readPosition(), step, step.position(), copied);
            bytes.readPosition(bytes.readPosition() + copied);
            step.position(step.position() + copied);
            size += copied;
        }
    }

    void append(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            ByteBuffer step = room();
            int copied = Math.min(step.remaining(), bytes.remaining());
            step.put(bytes.slice(bytes.position(), copied));
            bytes.position(bytes.position() + copied);
            size += copied;
        }
    }

    private ByteBuffer room() {
        int index = size / STEP;
        if (index == steps.size()) {
            steps.add(ByteBuffer.allocate(STEP));
        }
        return steps.get(index);
    }

    /// What it has from a place on, as it lies there: good until it is cleared.
    List<ByteBuffer> from(int start) {
        List<ByteBuffer> views = new ArrayList<>();
        for (int at = start; at < size; at += STEP - at % STEP) {
            int end = Math.min(size, at - at % STEP + STEP);
            views.add(steps.get(at / STEP).duplicate().clear().slice(at % STEP, end - at).asReadOnlyBuffer());
        }
        return views;
    }

    void clear() {
        steps.forEach(ByteBuffer::clear);
        size = 0;
    }
}
