package io.reconverge.standalone.issuer;

import io.reconverge.standalone.issuer.Accounts.Account;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;

/// Access tokens of accounts: as this issuer's others, and with the account's address and name.
record AccountTokens(JwtEncoder encoder, IssuerSettings settings) {

    String of(Account account) {
        Instant now = Instant.now();
        JwtClaimsSet claims =
                JwtClaimsSet.builder()
                        .issuer(settings.identifier())
                        .audience(List.of(settings.audience()))
                        .subject(account.id())
                        .issuedAt(now)
                        .notBefore(now)
                        .expiresAt(now.plus(settings.tokenLifetime()))
                        .id(UUID.randomUUID().toString())
                        .claim("email", account.email())
                        .claim("name", account.name())
                        .build();
        JwsHeader header = JwsHeader.with(SignatureAlgorithm.RS256).build();
        return encoder.encode(JwtEncoderParameters.from(header, claims)).getTokenValue();
    }
}
