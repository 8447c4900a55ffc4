package io.reconverge.standalone.issuer;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.text.ParseException;
import java.util.HexFormat;
import java.util.concurrent.Callable;

/// The issuer's signing key, and the secret that lets a local tool ask for tokens. Made once, kept
/// in files that only their owner can read: whoever owns the data folder is whoever may be any
/// local user.
///
/// @param signingKey signs every token; the tokens of before a restart stay good
/// @param secret 48 hexadecimal digits
record KeptSecrets(RSAKey signingKey, String secret) {

    static KeptSecrets in(Path directory) {
        try {
            Files.createDirectories(
                    directory,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            String key = kept(directory.resolve("signing-key.json"), KeptSecrets::newKey);
            String secret = kept(directory.resolve("secret"), KeptSecrets::newSecret);
            return new KeptSecrets(JWK.parse(key).toRSAKey(), secret);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the issuer's folder cannot be read or written: " + directory, e);
        } catch (ParseException e) {
            throw new IllegalStateException("the issuer's key cannot be read in " + directory, e);
        }
    }

    private static String kept(Path file, Callable<String> fresh) throws IOException {
        if (Files.notExists(file)) {
            Path beside = file.resolveSibling(file.getFileName() + "-unfinished");
            Files.deleteIfExists(beside);
            Files.createFile(
                    beside,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
            try {
                Files.writeString(beside, fresh.call());
            } catch (IOException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException("no new secret for " + file, e);
            }
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
        }
        return Files.readString(file).strip();
    }

    private static String newKey() throws JOSEException {
        return new RSAKeyGenerator(2048).keyIDFromThumbprint(true).generate().toJSONString();
    }

    private static String newSecret() {
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    @Override
    public String toString() {
        return "KeptSecrets[" + signingKey.getKeyID() + "]";
    }
}
