package io.reconverge.media;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.SplittableRandom;

/// Bytes that are the same each time.
public final class Bytes {

    private Bytes() {}

    public static byte[] random(long seed, int size) {
        byte[] bytes = new byte[size];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    public static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(hash("SHA-256", bytes));
    }

    /// As the digest fields have it.
    public static String digest(byte[] bytes) {
        return "sha-256=:" + Base64.getEncoder().encodeToString(hash("SHA-256", bytes)) + ":";
    }

    public static byte[] hash(String algorithm, byte[] bytes) {
        try {
            return MessageDigest.getInstance(algorithm).digest(bytes);
        } catch (NoSuchAlgorithmException everyJdkHasThem) {
            throw new AssertionError(everyJdkHasThem);
        }
    }
}
