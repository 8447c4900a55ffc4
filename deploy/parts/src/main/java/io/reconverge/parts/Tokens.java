package io.reconverge.parts;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.UUID;

/// An issuer of tokens for tests, good ones and bad ones. Its keys are served over HTTP on
/// loopback, as a real issuer's are.
public final class Tokens implements AutoCloseable {
    public static final String AUDIENCE = "reconverge";

    private final RSAKey key;
    private final RSAKey anotherKey;
    private final HttpServer server;

    private Tokens(RSAKey key, RSAKey anotherKey, HttpServer server) {
        this.key = key;
        this.anotherKey = anotherKey;
        this.server = server;
    }

    public static Tokens start() {
        try {
            RSAKey key = new RSAKeyGenerator(2048).keyID("one").generate();
            // the same key id: what is tested is the signature, not the search for a key
            RSAKey anotherKey = new RSAKeyGenerator(2048).keyID("one").generate();
            var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), Ports.free());
            var tokens = new Tokens(key, anotherKey, HttpServer.create(address, 0));
            tokens.serve("/jwks", new JWKSet(key.toPublicJWK()).toString());
            tokens.serve(
                    "/.well-known/openid-configuration",
                    """
                    {"issuer": "%s", "jwks_uri": "%s", "response_types_supported": ["code"],
                     "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256"]}
                    """
                            .formatted(tokens.issuer(), tokens.jwksUri()));
            tokens.server.start();
            return tokens;
        } catch (IOException e) {
            throw new UncheckedIOException("no issuer for tests", e);
        } catch (JOSEException e) {
            throw new IllegalStateException("no keys for tests", e);
        }
    }

    public String issuer() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public String jwksUri() {
        return issuer() + "/jwks";
    }

    /// A good token: this issuer and audience, valid from now for an hour.
    public String of(String subject) {
        return draft(subject).sign();
    }

    /// A good token, to be spoilt before it is signed.
    public Draft draft(String subject) {
        Instant now = Instant.now();
        return new Draft(
                this,
                subject,
                issuer(),
                AUDIENCE,
                now,
                now.plus(Duration.ofHours(1)),
                Signature.RIGHT);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void serve(String path, String json) {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        server.createContext(
                path,
                exchange -> {
                    try (exchange) {
                        exchange.getResponseHeaders().set("Content-Type", "application/json");
                        exchange.sendResponseHeaders(200, body.length);
                        exchange.getResponseBody().write(body);
                    }
                });
    }

    private enum Signature {
        RIGHT,
        NONE,
        ANOTHER_KEY,
        PUBLIC_KEY_AS_SECRET
    }

    /// A token that is not signed yet. Each method gives a changed copy.
    public record Draft(
            Tokens tokens,
            String subject,
            String issuer,
            String audience,
            Instant notBefore,
            Instant expiresAt,
            Signature signature) {

        /// Valid from now on for this long.
        public Draft lifetime(Duration lifetime) {
            Instant now = Instant.now();
            return valid(now, now.plus(lifetime));
        }

        /// Past its end by more than any clock skew that a verifier allows for.
        public Draft expired() {
            Instant now = Instant.now();
            return valid(now.minus(Duration.ofHours(2)), now.minus(Duration.ofHours(1)));
        }

        public Draft notYetValid() {
            Instant now = Instant.now();
            return valid(now.plus(Duration.ofHours(1)), now.plus(Duration.ofHours(2)));
        }

        private Draft valid(Instant from, Instant to) {
            return new Draft(tokens, subject, issuer, audience, from, to, signature);
        }

        public Draft issuer(String other) {
            return new Draft(tokens, subject, other, audience, notBefore, expiresAt, signature);
        }

        public Draft wrongIssuer() {
            return issuer("https://issuer.example");
        }

        public Draft audience(String other) {
            return new Draft(tokens, subject, issuer, other, notBefore, expiresAt, signature);
        }

        public Draft wrongAudience() {
            return audience("another-service");
        }

        /// `alg: none`, and no signature.
        public Draft unsigned() {
            return signature(Signature.NONE);
        }

        /// Signed by a key that the issuer does not publish, under the id of one that it does.
        public Draft signedByAnotherKey() {
            return signature(Signature.ANOTHER_KEY);
        }

        /// HS256, with the issuer's public key as the shared secret.
        public Draft signedWithPublicKeyAsSecret() {
            return signature(Signature.PUBLIC_KEY_AS_SECRET);
        }

        private Draft signature(Signature other) {
            return new Draft(tokens, subject, issuer, audience, notBefore, expiresAt, other);
        }

        public String sign() {
            try {
                return switch (signature) {
                    case RIGHT -> signed(JWSAlgorithm.RS256, new RSASSASigner(tokens.key));
                    case ANOTHER_KEY ->
                            signed(JWSAlgorithm.RS256, new RSASSASigner(tokens.anotherKey));
                    case PUBLIC_KEY_AS_SECRET ->
                            signed(JWSAlgorithm.HS256, new MACSigner(publicKeyAsPem()));
                    case NONE -> new PlainJWT(claims()).serialize();
                };
            } catch (JOSEException e) {
                throw new IllegalStateException("the token cannot be signed", e);
            }
        }

        private String signed(JWSAlgorithm algorithm, JWSSigner signer) throws JOSEException {
            var jwt =
                    new SignedJWT(
                            new JWSHeader.Builder(algorithm).keyID(tokens.key.getKeyID()).build(),
                            claims());
            jwt.sign(signer);
            return jwt.serialize();
        }

        private JWTClaimsSet claims() {
            return new JWTClaimsSet.Builder()
                    .jwtID(UUID.randomUUID().toString())
                    .subject(subject)
                    .issuer(issuer)
                    .audience(audience)
                    .issueTime(Date.from(notBefore))
                    .notBeforeTime(Date.from(notBefore))
                    .expirationTime(Date.from(expiresAt))
                    .build();
        }

        private byte[] publicKeyAsPem() throws JOSEException {
            String base64 =
                    Base64.getMimeEncoder(64, new byte[] {'\n'})
                            .encodeToString(tokens.key.toRSAPublicKey().getEncoded());
            return "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n"
                    .formatted(base64)
                    .getBytes(StandardCharsets.US_ASCII);
        }
    }
}
