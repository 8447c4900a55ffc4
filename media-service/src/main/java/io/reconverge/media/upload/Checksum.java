package io.reconverge.media.upload;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/// What the bytes of one request must come to.
public final class Checksum {

    private final MessageDigest digest;
    private final byte[] expected;

    /// @param algorithm by the JDK's name
    /// @throws NoSuchAlgorithmException when the JDK has none of that name
    public Checksum(String algorithm, byte[] expected) throws NoSuchAlgorithmException {
        this.digest = MessageDigest.getInstance(algorithm);
        this.expected = expected.clone();
    }

    void update(List<ByteBuffer> bytes) {
        bytes.forEach(buffer -> digest.update(buffer.duplicate()));
    }

    /// To be asked once, at the end.
    boolean holds() {
        return MessageDigest.isEqual(digest.digest(), expected);
    }
}
