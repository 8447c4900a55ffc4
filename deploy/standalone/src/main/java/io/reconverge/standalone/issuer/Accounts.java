package io.reconverge.standalone.issuer;

import io.reconverge.wire.WireJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.security.crypto.factory.PasswordEncoderFactories;
import org.springframework.security.crypto.password.PasswordEncoder;

/// Those who registered with an e-mail address and a password, each in a file that only its owner
/// can read. Safe for use by many threads, of one process.
final class Accounts {

    /// As many bytes as bcrypt looks at.
    static final int PASSWORD_MAX_BYTES = 72;

    /// Registrations end here, so that they cannot fill the disk.
    private static final int ACCOUNTS_MAX = 100_000;

    private final Path directory;
    private final PasswordEncoder passwords =
            PasswordEncoderFactories.createDelegatingPasswordEncoder();
    private final String nobodysPassword = encoded(UUID.randomUUID().toString());
    private int count;

    private Accounts(Path directory, int count) {
        this.directory = directory;
        this.count = count;
    }

    /// @param id never changes, and is nobody else's: the `sub` of tokens
    /// @param email in lower case
    /// @param password encoded
    record Account(String id, String email, String name, String password) {

        @Override
        public String toString() {
            return "Account[" + id + "]";
        }
    }

    /// What becomes of a registration.
    sealed interface Registration {

        record Done(Account account) implements Registration {}

        /// The address has an account.
        record Taken() implements Registration {}

        /// There are as many accounts as there may be.
        record Full() implements Registration {}
    }

    static Accounts in(Path directory) {
        try {
            Files.createDirectories(
                    directory,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            try (Stream<Path> files = Files.list(directory)) {
                return new Accounts(directory, Math.toIntExact(files.count()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("accounts cannot be kept in " + directory, e);
        }
    }

    /// @param password of 1 to [#PASSWORD_MAX_BYTES] bytes
    Registration register(String email, String name, String password) {
        String address = normal(email);
        String encoded = encoded(password);
        synchronized (this) {
            Path file = file(address);
            if (Files.exists(file)) {
                return new Registration.Taken();
            }
            if (count >= ACCOUNTS_MAX) {
                return new Registration.Full();
            }
            Account account = new Account(UUID.randomUUID().toString(), address, name, encoded);
            keep(account, file);
            count++;
            return new Registration.Done(account);
        }
    }

    /// Takes as long for an address without an account as for a wrong password.
    Optional<Account> login(String email, String password) {
        Optional<Account> account = find(normal(email));
        boolean fits = password.getBytes(StandardCharsets.UTF_8).length <= PASSWORD_MAX_BYTES;
        boolean right =
                passwords.matches(
                        fits ? password : "",
                        account.map(Account::password).orElse(nobodysPassword));
        return account.filter(found -> right && fits);
    }

    private String encoded(String password) {
        String encoded = passwords.encode(password);
        if (encoded == null) {
            throw new IllegalStateException("a password was not encoded");
        }
        return encoded;
    }

    private Optional<Account> find(String address) {
        Path file = file(address);
        try {
            return Files.exists(file)
                    ? Optional.of(
                            WireJson.MAPPER.readValue(Files.readAllBytes(file), Account.class))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("an account cannot be read: " + file, e);
        }
    }

    private static void keep(Account account, Path file) {
        Path beside = file.resolveSibling(file.getFileName() + "-unfinished");
        try {
            Files.deleteIfExists(beside);
            Files.createFile(
                    beside,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
            Files.write(beside, WireJson.MAPPER.writeValueAsBytes(account));
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("an account cannot be kept: " + file, e);
        }
    }

    static String normal(String email) {
        return email.strip().toLowerCase(Locale.ROOT);
    }

    /// Addresses have characters that names of files cannot have.
    private Path file(String address) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(address.getBytes(StandardCharsets.UTF_8));
            return directory.resolve(HexFormat.of().formatHex(digest) + ".json");
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new AssertionError(everyJdkHasIt);
        }
    }
}
